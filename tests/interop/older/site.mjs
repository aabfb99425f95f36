// Owns the old sites: next-auth 2.2.0, 3.29.10 and 4.24.15 as whole servers, with a Credentials provider
// that lets one person in, JWT sessions, and a page that says who is signed in.
//
// node site.mjs VERSION PORT URL SECRET: VERSION is v2, v3, v3-encrypted or v4; URL is the site's public
// address. Next.js is not needed: of what it does to a request and a response, this file does the few
// things that the packages ask for.

import { createServer } from "node:http"
import { createRequire } from "node:module"

const [version, port, url, secret] = process.argv.slice(2)
const BASE = "/api/auth"
const PERSON = {
  id: 7,
  name: "Grace Hopper",
  email: "grace@example.com",
  image: "https://example.com/grace.png",
  role: "admin",
}
const silent = { debug() {}, warn() {}, error() {} }

process.env.NEXTAUTH_URL = url // v3 and v4 look for it while they are loaded
const clients = createRequire(new URL("../clients/package.json", import.meta.url))
const here = createRequire(import.meta.url)

const credentials = { email: { label: "Email" }, password: { label: "Password", type: "password" } }
const authorize = async ({ password }) => (password === "correct horse" ? PERSON : null)

function v2() {
  const NextAuth = clients("next-auth-v2").default
  const providers = clients("next-auth-v2/providers")
  const options = {
    site: url,
    secret,
    session: { jwt: true },
    providers: [providers.Credentials({ name: "Password", credentials, authorize })],
  }
  return (req, res) => NextAuth(req, res, options)
}

function v3(jwt) {
  const NextAuth = clients("next-auth-v3").default
  const providers = clients("next-auth-v3/providers").default
  const options = {
    secret,
    jwt,
    logger: silent,
    providers: [providers.Credentials({ name: "Password", credentials, authorize })],
  }
  return (req, res) => NextAuth(req, res, options)
}

function v4() {
  const NextAuth = here("next-auth/next").default
  const Credentials = here("next-auth/providers/credentials").default
  const options = {
    secret,
    logger: silent,
    providers: [Credentials({ name: "Password", credentials, authorize })],
  }
  return (req, res) => NextAuth(req, res, options)
}

const handle = { v2, v3, "v3-encrypted": () => v3({ encryption: true }), v4 }[version]()

// --- what Next.js does for an API route

async function bodyOf(req) {
  let text = ""
  for await (const chunk of req) text += chunk
  const isJson = req.headers["content-type"]?.startsWith("application/json")
  return isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))
}

function cookiesOf(req) {
  const pairs = (req.headers.cookie ?? "").split("; ").filter(Boolean)
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]*)=(.*)$/.exec(pair)
      return [name, decodeURIComponent(value)]
    }),
  )
}

function extended(res) {
  res.status = (code) => Object.assign(res, { statusCode: code })
  res.send = (body) => res.end(typeof body === "string" ? body : JSON.stringify(body))
  res.json = (body) => {
    res.setHeader("content-type", "application/json")
    res.end(JSON.stringify(body))
    return res
  }
  res.redirect = (...to) => {
    const [code, location] = to.length === 1 ? [302, to[0]] : to
    res.writeHead(code, { location }).end()
    return res
  }
  return res
}

const PAGE = `<!doctype html><title>Old site</title><h1>...</h1><script>
fetch("${BASE}/session").then((answer) => answer.json()).then((session) => {
  document.querySelector("h1").textContent =
    session.user ? session.user.name + " is signed in" : "Nobody is signed in"
})
</script>`

createServer(async (req, res) => {
  const address = new URL(req.url, url)
  extended(res)
  try {
    if (!address.pathname.startsWith(`${BASE}/`)) {
      res.setHeader("content-type", "text/html")
      return res.end(PAGE)
    }
    req.query = Object.fromEntries(address.searchParams)
    req.query.nextauth = address.pathname.slice(BASE.length + 1).split("/")
    req.cookies = cookiesOf(req)
    req.body = req.method === "POST" ? await bodyOf(req) : {}
    await handle(req, res)
  } catch (error) {
    console.error(error)
    if (!res.headersSent) res.status(500).end(String(error))
  }
}).listen(Number(port), "localhost")
