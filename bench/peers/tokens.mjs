// Opens and seals tokens with @auth/core/jwt, each a different one. The first line is what to work on; each
// line after it is "open" or "seal", a round, whose microseconds a token are printed.
import { createInterface } from "node:readline"
import { decode, encode } from "@auth/core/jwt"

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { tokens, claims, secret, salt } = JSON.parse((await lines.next()).value)

async function open() {
  for (const token of tokens) await decode({ token, secret, salt })
}

async function seal() {
  for (const token of claims) await encode({ token, secret, salt })
}

for (;;) {
  const { done, value } = await lines.next()
  if (done) break
  const began = process.hrtime.bigint()
  await { open, seal }[value]()
  console.log(Number(process.hrtime.bigint() - began) / 1e3 / tokens.length)
}
