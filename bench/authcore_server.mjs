// @auth/core under node:http, with the same configuration as ours.
import { createServer } from "node:http"
import { Auth } from "@auth/core"
import Credentials from "@auth/core/providers/credentials"

const config = {
  basePath: "/api/auth",
  secret: "a secret for benchmarks only 0123456789",
  trustHost: true,
  logger: { error() {}, warn() {}, debug() {} },
  providers: [
    Credentials({
      credentials: { email: {}, password: {} },
      authorize: () => ({ id: "1", name: "Ada Lovelace", email: "ada@example.com" }),
    }),
  ],
}
createServer(async (incoming, outgoing) => {
  const parts = []
  for await (const part of incoming) parts.push(part)
  const request = new Request(`http://localhost:3000${incoming.url}`, {
    method: incoming.method,
    headers: incoming.headers,
    body: incoming.method === "POST" ? Buffer.concat(parts) : undefined,
  })
  const response = await Auth(request, config)
  const headers = {}
  response.headers.forEach((value, name) => {
    if (name !== "set-cookie") headers[name] = value
  })
  outgoing.writeHead(response.status, { ...headers, "set-cookie": response.headers.getSetCookie() })
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}).listen(Number(process.argv[2]), "127.0.0.1")
