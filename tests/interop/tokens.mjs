// Reads JSON commands, one a line, and answers each with one line: what the npm packages make or open.
import { createInterface } from "node:readline"
import * as authjs from "@auth/core/jwt"
import { Auth } from "@auth/core"
import Credentials from "@auth/core/providers/credentials"
import { createRequire } from "node:module"
import { EncryptJWT } from "jose"
import { hkdf } from "@panva/hkdf"

const v4 = createRequire(import.meta.url)("next-auth/jwt")
const dialects = { authjs, "next-auth-v4": v4 }

const commands = {
  encode: ({ dialect, ...params }) => dialects[dialect].encode(params),
  decode: ({ dialect, ...params }) => dialects[dialect].decode(params),
  // A token of an early v5 release: the same key derivation, A256GCM, no kid.
  encodeGcm: async ({ token, secret, salt }) => {
    const info = `Auth.js Generated Encryption Key (${salt})`
    const key = await hkdf("sha256", secret, salt, info, 32)
    return new EncryptJWT(token)
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .setExpirationTime("1h")
      .encrypt(key)
  },
  getToken: ({ dialect, cookie, secret, secureCookie = false }) => {
    const cookies = Object.fromEntries(
      cookie.split("; ").map((pair) => [pair.split("=")[0], pair.slice(pair.indexOf("=") + 1)]),
    )
    return dialects[dialect].getToken({ req: { headers: { cookie }, cookies }, secret, secureCookie })
  },
  // One request to @auth/core's own server.
  auth: async ({ method = "GET", path, cookie = "", body, secret }) => {
    const quiet = { error() {}, warn() {}, debug() {} }
    const provider = Credentials({
      credentials: { password: {} },
      authorize: () => ({ id: "1", name: "Ada" }),
    })
    const response = await Auth(
      new Request(`http://localhost:3000/api/auth/${path}`, {
        method,
        headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
        body,
      }),
      { basePath: "/api/auth", secret, trustHost: true, logger: quiet, providers: [provider] },
    )
    return {
      status: response.status,
      location: response.headers.get("location"),
      cookies: response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]),
      body: await response.text(),
    }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...params } = JSON.parse(line)
  try {
    console.log(JSON.stringify({ value: await commands[command](params) }))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error?.code ?? error) }))
  }
}
