// @auth/core and next-auth v4 as whole sites under node:http, with the same configuration as ours, and an
// endpoint that needs a session. Arguments: the port, and "authjs" or "v4".
import { createServer } from "node:http"
import { Auth } from "@auth/core"
import { getToken as getAuthjsToken } from "@auth/core/jwt"
import AuthjsCredentials from "@auth/core/providers/credentials"
import cookie from "cookie"
import v4Jwt from "next-auth/jwt"
import v4Providers from "next-auth/providers/credentials"
// v4 exports this handler only inside its Next.js wrapper, which does with it what is done here.
import v4 from "./node_modules/next-auth/core/index.js"

const [, , port, kind] = process.argv
const secret = "a secret for benchmarks only 0123456789"
const origin = "http://localhost:3000"
const provider = {
  credentials: { email: {}, password: {} },
  authorize: () => ({ id: "1", name: "Ada Lovelace", email: "ada@example.com" }),
}
const logger = { error() {}, warn() {}, debug() {} }
const authjs = { basePath: "/api/auth", secret, trustHost: true, logger, providers: [AuthjsCredentials(provider)] }
const old = { secret, logger, session: { strategy: "jwt" }, providers: [v4Providers.default(provider)] }

async function read(incoming) {
  if (incoming.method !== "POST") return undefined
  const parts = []
  for await (const part of incoming) parts.push(part)
  return Buffer.concat(parts)
}

async function answerAuthjs(incoming, outgoing) {
  const { method, headers } = incoming
  const request = new Request(origin + incoming.url, { method, headers, body: await read(incoming) })
  const response = await Auth(request, authjs)
  const sent = {}
  response.headers.forEach((value, name) => {
    if (name !== "set-cookie") sent[name] = value
  })
  outgoing.writeHead(response.status, { ...sent, "set-cookie": response.headers.getSetCookie() })
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

async function answerV4(incoming, outgoing) {
  const { pathname, searchParams } = new URL(incoming.url, origin)
  const [action, providerId] = pathname.split("/").slice(3)
  const body = await read(incoming)
  const req = {
    origin,
    method: incoming.method,
    headers: incoming.headers,
    cookies: cookie.parse(incoming.headers.cookie ?? ""),
    query: Object.fromEntries(searchParams),
    body: body && Object.fromEntries(new URLSearchParams(body.toString())),
    action,
    providerId,
  }
  const answer = await v4.AuthHandler({ req, options: old })
  for (const { key, value } of answer.headers ?? []) outgoing.setHeader(key, value)
  const set = (answer.cookies ?? []).map((each) => cookie.serialize(each.name, each.value, each.options))
  if (set.length) outgoing.setHeader("set-cookie", set)
  if (answer.redirect) outgoing.setHeader("location", answer.redirect)
  outgoing.statusCode = answer.status ?? (answer.redirect ? 302 : 200)
  outgoing.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? null))
}

async function tokenOf(incoming) {
  if (kind === "authjs") return getAuthjsToken({ req: incoming, secret })
  const cookies = cookie.parse(incoming.headers.cookie ?? "")
  return v4Jwt.getToken({ req: { headers: incoming.headers, cookies }, secret })
}

async function page(incoming, outgoing) {
  const token = await tokenOf(incoming)
  outgoing.writeHead(token ? 200 : 401, { "content-type": "application/json" })
  outgoing.end(JSON.stringify({ name: token?.name }))
}

const answer = kind === "authjs" ? answerAuthjs : answerV4
createServer((incoming, outgoing) =>
  (incoming.url === "/" ? page : answer)(incoming, outgoing),
).listen(Number(port), "127.0.0.1")
