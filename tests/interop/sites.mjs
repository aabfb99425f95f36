// Owns the npm packages as whole sites: @auth/core's `Auth`, and the handler under v4's `NextAuth`, with
// a Credentials provider that lets one person in.
//
// Each line of stdin is one request as JSON: {dialect, secret, method, url, cookies, form, claims}; the
// `claims` go into each token through the site's `jwt` callback. Each line of stdout is its answer:
// {value: {status, location, body, setCookies}} or {error}.

import { Auth } from "@auth/core"
import AuthjsCredentials from "@auth/core/providers/credentials"
import cookie from "cookie"
import v4Providers from "next-auth/providers/credentials"
import { createInterface } from "node:readline"
// v4 exports this handler only inside its Next.js wrapper.
import v4 from "./node_modules/next-auth/core/index.js"

const silent = { debug() {}, warn() {}, error() {} }

function options(Credentials, { secret, claims }) {
  const authorize = ({ password }) =>
    password === "correct horse" ? { id: "7", name: "Grace", email: "grace@example.com" } : null
  return {
    providers: [Credentials({ credentials: { password: {} }, authorize })],
    callbacks: { jwt: ({ token }) => ({ ...token, ...claims }) },
    session: { strategy: "jwt" },
    logger: silent,
    secret,
  }
}

function toRequest({ method, url, cookies, form }, encode, type) {
  const headers = { cookie: cookies, host: new URL(url).host }
  headers["x-forwarded-proto"] = new URL(url).protocol.slice(0, -1)
  if (!form) return new Request(url, { method, headers })
  headers["content-type"] = type
  return new Request(url, { method, headers, body: encode(form) })
}

async function askAuthjs(command) {
  const form = (fields) => new URLSearchParams(fields).toString()
  const request = toRequest(command, form, "application/x-www-form-urlencoded")
  const response = await Auth(request, {
    ...options(AuthjsCredentials, command),
    basePath: "/api/auth",
    trustHost: true,
  })
  return {
    status: response.status,
    location: response.headers.get("location"),
    body: await response.text(),
    setCookies: response.headers.getSetCookie(),
  }
}

async function askV4(command) {
  // Next.js hands v4 a parsed body; of a bare Request v4 reads JSON only.
  const req = toRequest(command, JSON.stringify, "application/json")
  const answer = await v4.AuthHandler({ req, options: options(v4Providers.default, command) })
  return {
    status: answer.status ?? (answer.redirect ? 302 : 200),
    location: answer.redirect ?? null,
    body: typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? null),
    setCookies: (answer.cookies ?? []).map((each) =>
      cookie.serialize(each.name, each.value, each.options),
    ),
  }
}

const ask = { authjs: askAuthjs, "next-auth-v4": askV4 }

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  try {
    console.log(JSON.stringify({ value: await ask[request.dialect](request) }))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }))
  }
}
