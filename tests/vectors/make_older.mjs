// Owns the recorded tokens of older releases: it has the npm packages of tests/interop/clients make them.
//
// Run it only to add a case: node tests/vectors/make_older.mjs
// Each run makes other tokens, since salt, iv and iat differ; all of them end in the year 2100.

import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"

const CLIENTS = new URL("../interop/clients/", import.meta.url)
const require = createRequire(new URL("package.json", CLIENTS))
const v2 = require("next-auth-v2/jwt")
const v3 = require("next-auth-v3/jwt").default

const EXPIRES = 4_102_444_800
const SECRET = "an old secret" // too short for a site of ours
const UNICODE_SECRET = "Ĝis revido, 秘密の鍵! 🔑"

const ADA = { name: "Ada Lovelace", email: "ada@example.com" }
const IMAGE = "https://example.com/ada.png?size=64&x=%20"
const UNICODE = { name: "Ζωή 漢字 🧮 Łukasz", controls: "\0\b\t\n\x1f\x7f\u2028", מפתח: "مرحبا" }
const LARGE = Array.from({ length: 120 }, (_, n) => `group-${n}`)

const oct = (alg, use, bytes, letter) =>
  JSON.stringify({ kty: "oct", kid: "--a-key", alg, use, k: Buffer.alloc(bytes, letter).toString("base64url") })

const OWN_KEYS = {
  signingKey: oct("HS512", "sig", 64, "s"),
  encryptionKey: oct("A256GCM", "enc", 32, "e"),
}

const CLAIMS_OF_V3 = {
  nothing: {},
  profile: { ...ADA, picture: IMAGE, sub: "7" },
  unicode: { ...UNICODE, sub: "7" },
  large: { ...ADA, sub: "7", groups: LARGE },
  credentials: {
    ...ADA,
    sub: "7",
    accessToken: "shown",
    refresh_token: "shown",
    profile: { role: "admin", Password: "shown", keys: [{ "api-key": "shown", label: "kept" }] },
  },
}

const CLAIMS_OF_V2 = {
  nothing: {},
  credentials: {
    user: { id: 7, ...ADA, image: IMAGE, role: "admin" },
    account: { id: "credentials", type: "credentials" },
  },
  "another site": {
    user: { ...ADA, image: IMAGE },
    account: { provider: "github", type: "oauth", id: 583231, accessToken: "kept" },
    isNewUser: false,
  },
  unicode: { user: { id: "7", ...UNICODE }, account: { id: "credentials", type: "credentials" } },
  large: { user: { id: "7", ...ADA, groups: LARGE }, account: { id: "credentials" } },
}

const version = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, CLIENTS))).version

async function record(jwt, name, claims, { secret = SECRET, ...options } = {}) {
  const maxAge = EXPIRES - Math.floor(Date.now() / 1000)
  const token = await jwt.encode({ token: { ...claims }, secret, maxAge, ...options })
  const { encryption, ...keys } = options
  // What the package itself reads in it is what we must read.
  const read = await jwt.decode({ token, secret, maxAge, ...options })
  return { name, secret, ...keys, token, claims: read }
}

async function write(file, madeBy, cases) {
  const text = JSON.stringify({ made_by: madeBy, tokens: await Promise.all(cases) }, null, 1)
  writeFileSync(new URL(file, import.meta.url), text + "\n")
}

const encryption = true
const PROFILE = CLAIMS_OF_V3.profile

await write("next-auth-v3.json", `next-auth ${version("next-auth-v3")}`, [
  ...Object.entries(CLAIMS_OF_V3).map(([name, claims]) => record(v3, name, claims)),
  record(v3, "unicode secret", PROFILE, { secret: UNICODE_SECRET }),
  record(v3, "own signing key", PROFILE, { signingKey: OWN_KEYS.signingKey }),
  ...Object.entries(CLAIMS_OF_V3).map(([name, claims]) =>
    record(v3, `encrypted, ${name}`, claims, { encryption }),
  ),
  record(v3, "encrypted, unicode secret", PROFILE, { secret: UNICODE_SECRET, encryption }),
  record(v3, "encrypted, own keys", PROFILE, { ...OWN_KEYS, encryption }),
])

await write("next-auth-v2.json", `next-auth ${version("next-auth-v2")}`, [
  ...Object.entries(CLAIMS_OF_V2).map(([name, claims]) => record(v2, name, claims)),
  record(v2, "unicode secret", CLAIMS_OF_V2.credentials, { secret: UNICODE_SECRET }),
])
