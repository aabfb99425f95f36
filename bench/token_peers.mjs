// Opens tokens with @auth/core's decode, each a different one; prints microseconds a token per round.
import { createInterface } from "node:readline"
import { decode } from "@auth/core/jwt"

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { tokens, secret, salt } = JSON.parse((await lines.next()).value)
for (;;) {
  const { done } = await lines.next()
  if (done) break
  const began = process.hrtime.bigint()
  for (const token of tokens) await decode({ token, secret, salt })
  console.log(Number(process.hrtime.bigint() - began) / 1e3 / tokens.length)
}
