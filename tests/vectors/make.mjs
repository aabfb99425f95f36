// Owns the recorded tokens beside this file: it has the npm packages of tests/interop make them.
//
// Run it only to add a case or to follow a new release: node tests/vectors/make.mjs
// Each run makes other tokens, since iv, jti and iat differ; all of them end in the year 2100.

import { readFileSync, writeFileSync } from "node:fs"
import { hkdf } from "../interop/node_modules/@panva/hkdf/dist/node/esm/index.js"
import * as authjs from "../interop/node_modules/@auth/core/jwt.js"
import { EncryptJWT } from "../interop/node_modules/jose/dist/webapi/index.js"
import nextAuthV4 from "../interop/node_modules/next-auth/jwt/index.js"

const EXPIRES = 4_102_444_800
const SECRET = "the secret of the recorded tokens"
const UNICODE_SECRET = "Ĝis revido, 秘密の鍵! 🔑 of the recorded tokens"
const V5 = "authjs.session-token"
const V4 = "next-auth.session-token"

const CLAIMS = {
  nothing: {},
  profile: {
    name: "Ada Lovelace",
    email: "ada@example.com",
    picture: "https://example.com/ada.png?size=64&x=%20",
    sub: "7",
  },
  unicode: {
    name: "Ζωή 漢字 🧮 Łukasz",
    שלום: "مرحبا",
    combining: "e\u0301 is not \u00e9",
    controls: "\0\x01\b\t\n\f\r\x1f\x7f\u0085\u2028\u2029\ufeff",
    punctuation: "\"'\\/<script>%7C|;,= ",
  },
  nested: {
    user: { roles: ["admin"], by: { team: { id: null, tags: [[], {}, [[1]]] } } },
    "": { "": "" },
    flags: [true, false, null],
    numbers: [0, -1, 1.5, 9007199254740991],
  },
  large: { sub: "7", groups: Array.from({ length: 600 }, (_, n) => `group-${n}`) },
}

const version = (name) =>
  JSON.parse(readFileSync(new URL(`../interop/node_modules/${name}/package.json`, import.meta.url)))
    .version

async function early({ token, secret, salt }) {
  const key = await hkdf("sha256", secret, salt, `Auth.js Generated Encryption Key (${salt})`, 32)
  return new EncryptJWT(token)
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setIssuedAt()
    .setExpirationTime(EXPIRES)
    .setJti(crypto.randomUUID())
    .encrypt(key)
}

async function record(jwt, name, claims, { secret = SECRET, cookie, make = jwt.encode }) {
  // In v5 the cookie's name is the salt; v4 salts no session.
  const key = jwt === authjs ? { secret, salt: cookie } : { secret }
  const maxAge = EXPIRES - Math.floor(Date.now() / 1000)
  const token = await make({ token: claims, maxAge, ...key })
  // What the package itself reads in it is what we must read.
  return { name, secret, cookie, token, claims: await jwt.decode({ token, ...key }) }
}

async function write(file, madeBy, cases) {
  const text = JSON.stringify({ made_by: madeBy, tokens: await Promise.all(cases) }, null, 1)
  writeFileSync(new URL(file, import.meta.url), text + "\n")
}

const each = (jwt, cookie) =>
  Object.entries(CLAIMS).map(([name, claims]) => record(jwt, name, claims, { cookie }))

await write("authjs.json", `@auth/core ${version("@auth/core")}`, [
  ...each(authjs, V5),
  record(authjs, "https", CLAIMS.profile, { cookie: `__Secure-${V5}` }),
  record(authjs, "unicode secret", CLAIMS.profile, { cookie: V5, secret: UNICODE_SECRET }),
  record(authjs, "early v5", CLAIMS.unicode, { cookie: V5, make: early }),
  record(authjs, "early v5 on https", CLAIMS.large, { cookie: `__Secure-${V5}`, make: early }),
])

await write("next-auth-v4.json", `next-auth ${version("next-auth")}`, [
  ...each(nextAuthV4, V4),
  record(nextAuthV4, "https", CLAIMS.profile, { cookie: `__Secure-${V4}` }),
  record(nextAuthV4, "unicode secret", CLAIMS.profile, { cookie: V4, secret: UNICODE_SECRET }),
])
