// Owns the npm packages as sites over HTTP: @auth/core, and v4's `NextAuth`, on node:http.
//
// Arguments: a port, and the sites as JSON (sites.py). The header `x-site` names the site that a
// request is for; it is told its public origin, as a framework behind a proxy is.

import { Auth } from "@auth/core"
import { AccessDenied, CredentialsSignin } from "@auth/core/errors"
import AuthjsCredentials from "@auth/core/providers/credentials"
import cookie from "cookie"
import { createRequire } from "node:module"
import { createServer } from "node:http"
import { parse as parseForm } from "node:querystring"

const require = createRequire(import.meta.url)
const NextAuth = require("next-auth").default
const V4Credentials = require("next-auth/providers/credentials").default

const [port, configuration] = process.argv.slice(2)
const { secret, sites } = JSON.parse(configuration)
const silent = { debug() {}, warn() {}, error() {} }

class Locked extends CredentialsSignin {
  code = "locked"
}

function person(id, name = "Grace") {
  const email = `${name.toLowerCase()}@example.com`
  return { id, name, email, image: "https://app.example.com/g.png" }
}

const outcomes = {
  right: () => person("7"),
  barred: () => false,
  denied: () => { throw new AccessDenied("not you") },
  coded: () => { throw new Locked() },
  broken: () => { throw new Error("the directory is down") },
  unwelcome: () => person("8"),
  diverted: () => person("9"),
  astray: () => person("10"),
  nobody: () => person("11"),
}
// v4 has no errors with a meaning of their own: it shows the message of whatever is thrown.
const v4Outcomes = {
  ...outcomes,
  denied: () => { throw new Error("AccessDenied") },
  coded: () => { throw new Error("locked") },
}

const signInVerdicts = { 8: false, 9: "/welcome?step=1", 10: "https://evil.example/phish" }
const ownCallbacks = {
  signIn: ({ user }) => signInVerdicts[user.id] ?? true,
  redirect: ({ url, baseUrl }) => {
    if (url === "go:home") return `${baseUrl}/home?from=callback`
    if (url.startsWith("/")) return `${baseUrl}${url}`
    return new URL(url).origin === baseUrl ? url : baseUrl
  },
  jwt: ({ token, user, trigger, session }) => {
    if (user?.id === "11" || token.over) return null
    if (user) token.role = "admin"
    if (trigger === "update" && typeof session?.name === "string") token.name = session.name
    return token
  },
  session: ({ session, token }) => ({ ...session, role: token.role ?? null }),
}

function options({ pages }, Credentials, outcomes) {
  const credentials = {
    email: { label: "Email", type: "email" },
    password: { label: "Password", type: "password" },
  }
  const authorize = (submitted) => outcomes[submitted?.password]?.() ?? null
  const providers = [Credentials({ credentials, authorize })]
  return { providers, secret, logger: silent, ...(pages && { pages, callbacks: ownCallbacks }) }
}

async function askAuthjs(site, incoming, body) {
  const request = new Request(site.origin + incoming.url, {
    method: incoming.method,
    headers: incoming.headers,
    body: incoming.method === "GET" || incoming.method === "HEAD" ? undefined : body,
  })
  const response = await Auth(request, {
    ...options(site, AuthjsCredentials, outcomes),
    basePath: site.basePath,
    trustHost: true,
  })
  const headers = Object.fromEntries(response.headers)
  return {
    status: response.status,
    headers: { ...headers, "set-cookie": response.headers.getSetCookie() },
    body: Buffer.from(await response.arrayBuffer()),
  }
}

// What Next.js gives to, and takes from, a pages/api/auth/[...nextauth] route.
function asNextRequest(site, incoming, body) {
  const url = new URL(incoming.url, site.origin)
  const origin = new URL(site.origin)
  const kind = (incoming.headers["content-type"] ?? "").split(";")[0].trim()
  const text = body.toString()
  const parsers = {
    "application/x-www-form-urlencoded": () => parseForm(text),
    "application/json": () => (text ? JSON.parse(text) : {}),
  }
  return {
    method: incoming.method,
    headers: {
      ...incoming.headers,
      "x-forwarded-host": origin.host,
      "x-forwarded-proto": origin.protocol.slice(0, -1),
    },
    cookies: cookie.parse(incoming.headers.cookie ?? ""),
    query: {
      ...parseForm(url.search.slice(1)),
      nextauth: url.pathname.slice(site.basePath.length + 1).split("/"),
    },
    body: parsers[kind] ? parsers[kind]() : text,
  }
}

async function askV4(site, incoming, body) {
  const answer = { status: 200, headers: {}, body: "" }
  const response = {
    status(code) { answer.status = code; return response },
    getHeader: (name) => answer.headers[name.toLowerCase()],
    setHeader(name, value) { answer.headers[name.toLowerCase()] = value; return response },
    end(text) { answer.body = text ?? "" },
    json(value) { response.send(value) },
    send(value) {
      if (typeof value === "object" && value !== null) {
        response.setHeader("content-type", "application/json; charset=utf-8")
        value = JSON.stringify(value)
      }
      answer.body = value ?? ""
    },
  }
  let request
  try {
    request = asNextRequest(site, incoming, body)
  } catch {
    return { status: 400, headers: {}, body: "Invalid JSON" } // Next.js's own answer
  }
  await NextAuth(request, response, options(site, V4Credentials, v4Outcomes))
  return answer
}

const ask = { authjs: askAuthjs, "next-auth-v4": askV4 }

const server = createServer({ maxHeaderSize: 131_072 }, async (incoming, outgoing) => {
  const parts = []
  for await (const part of incoming) parts.push(part)
  const site = sites[incoming.headers["x-site"]]
  let answer
  try {
    answer = await ask[site.dialect](site, incoming, Buffer.concat(parts))
    outgoing.writeHead(answer.status, answer.headers)
  } catch {
    // What a framework makes of whatever is thrown, and of a header that cannot be written.
    answer = { body: "Internal Server Error" }
    outgoing.writeHead(500)
  }
  outgoing.end(answer.body)
})
server.keepAliveTimeout = 120_000
server.listen(Number(port), "127.0.0.1")
