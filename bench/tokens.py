"""Opening and sealing a v5 token: ours against @auth/core on Node and against Python's JOSE
libraries.

Each token is a different one and nothing is cached; the peers' keys are derived once, and they
check ``exp`` too. The bare cipher is AES-256-CBC and HMAC-SHA-512 on the same bytes, without a
token around them: no header, no JSON, no claims, no key rotation.
"""

from __future__ import annotations

import hmac
import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from authlib.jose import JsonWebEncryption
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from jose import jwe as python_jose
from joserfc import jwe, jwk
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jwk as jwcrypto_jwk

from bench.alternate import medians, pin
from bench.bounds import AUTHCORE, BEST, CIPHER, LIBRARIES, OPEN, SEAL, compare
from bench.figures import Figure
from bench.pace import Pace
from bench.servers import SECRET
from bench.serving import INTEROP, node_script, peer_environ
from bench.worker import working
from nextauth.tokens import AuthjsCodec, Keyring

SALT = "authjs.session-token"
COUNT, ROUNDS = 2_000, 7
Claims = dict[str, Any]
ALGORITHMS = ["dir", "A256CBC-HS512"]
HEADER = {"alg": "dir", "enc": "A256CBC-HS512"}


def claims_of(count: int) -> list[Claims]:
    claims = {"name": "Ada Lovelace", "email": "ada@example.com", "exp": int(time.time()) + 3600}
    return [{**claims, "sub": str(n), "jti": f"jti-{n:08}"} for n in range(count)]


def timed(call: Callable[[Any], object], arguments: Sequence[Any]) -> Callable[[], float]:
    """Microseconds of one call."""

    def measure() -> float:
        began = time.perf_counter()
        for argument in arguments:
            call(argument)
        return (time.perf_counter() - began) / len(arguments) * 1e6

    return measure


def current(payload: bytes | None) -> Claims:
    claims: Claims = json.loads(payload or b"")
    assert claims["exp"] > time.time() - 15
    return claims


def openers(key: bytes) -> dict[str, Callable[[str], object]]:
    """Each opens a compact JWE and checks ``exp``, with its key prepared."""
    joserfc_key = jwk.OctKey.import_key(key)
    encryption = JsonWebEncryption()
    web_key = jwcrypto_key(key)

    def with_jwcrypto(token: str) -> Claims:
        box = jwcrypto_jwe.JWE()
        box.deserialize(token, web_key)
        return current(box.payload)

    return {
        "joserfc": lambda t: current(
            jwe.decrypt_compact(t, joserfc_key, algorithms=ALGORITHMS).plaintext
        ),
        "authlib": lambda t: current(encryption.deserialize_compact(t, key)["payload"]),
        "jwcrypto": with_jwcrypto,
        "python-jose": lambda t: current(python_jose.decrypt(t, key)),
    }


def sealers(key: bytes) -> dict[str, Callable[[Claims], object]]:
    """Each seals claims as a compact JWE, with its key prepared."""
    joserfc_key = jwk.OctKey.import_key(key)
    encryption = JsonWebEncryption()
    web_key = jwcrypto_key(key)

    def plain(claims: Claims) -> bytes:
        return json.dumps(claims, separators=(",", ":")).encode()

    def with_jwcrypto(claims: Claims) -> str:
        box = jwcrypto_jwe.JWE(plain(claims), json.dumps(HEADER), recipient=web_key)
        sealed: str = box.serialize(compact=True)
        return sealed

    return {
        "joserfc": lambda c: jwe.encrypt_compact(
            HEADER, plain(c), joserfc_key, algorithms=ALGORITHMS
        ),
        "authlib": lambda c: encryption.serialize_compact(HEADER, plain(c), key),
        "jwcrypto": with_jwcrypto,
        "python-jose": lambda c: python_jose.encrypt(
            plain(c), key, algorithm="dir", encryption="A256CBC-HS512"
        ),
    }


def jwcrypto_key(key: bytes) -> Any:  # noqa: ANN401
    return jwcrypto_jwk.JWK(kty="oct", k=urlsafe_b64encode(key).rstrip(b"=").decode())


def bare_open(key: bytes) -> Callable[[tuple[bytes, bytes]], object]:
    def call(sealed: tuple[bytes, bytes]) -> bytes:
        vector, encrypted = sealed
        hmac.digest(key[:32], vector + encrypted, "sha512")
        cipher = Cipher(algorithms.AES256(key[32:]), modes.CBC(vector)).decryptor()
        padding = PKCS7(128).unpadder()
        padded = cipher.update(encrypted) + cipher.finalize()
        return padding.update(padded) + padding.finalize()

    return call


def bare_seal(key: bytes) -> Callable[[bytes], object]:
    def call(plain: bytes) -> bytes:
        vector = os.urandom(16)
        cipher = Cipher(algorithms.AES256(key[32:]), modes.CBC(vector)).encryptor()
        padding = PKCS7(128).padder()
        padded = padding.update(plain) + padding.finalize()
        encrypted = cipher.update(padded) + cipher.finalize()
        return hmac.digest(key[:32], vector + encrypted, "sha512")

    return call


def parts_of(token: str) -> tuple[bytes, bytes]:
    _, _, vector, encrypted, _ = token.split(".")
    return urlsafe_b64decode(vector + "=="), urlsafe_b64decode(encrypted + "==")


def told(what: str, found: Mapping[str, float]) -> tuple[Figure, ...]:
    best = min(found[f"{what}|{name}"] for name in LIBRARIES)
    peers = {name: found[f"{what}|{name}"] for name in (AUTHCORE, *LIBRARIES, CIPHER)}
    return compare(what, found[what], {BEST: best, **peers})


def main(pace: Pace) -> tuple[Figure, ...]:
    pin(0)
    codec = AuthjsCodec(Keyring([SECRET]), cookie_name=SALT, entropy=os.urandom)
    claims = claims_of(pace.count(COUNT))
    tokens = [codec.seal(each) for each in claims]
    info = f"Auth.js Generated Encryption Key ({SALT})"
    (key,) = Keyring([SECRET]).derive(salt=SALT, info=info, length=64)
    plain = [json.dumps(each).encode() for each in claims]
    measures = {
        OPEN: timed(lambda t: codec.open(t, now=time.time()), tokens),
        SEAL: timed(codec.seal, claims),
        f"{OPEN}|{CIPHER}": timed(bare_open(key), [parts_of(token) for token in tokens]),
        f"{SEAL}|{CIPHER}": timed(bare_seal(key), plain),
    }
    measures |= {f"{OPEN}|{name}": timed(fn, tokens) for name, fn in openers(key).items()}
    measures |= {f"{SEAL}|{name}": timed(fn, claims) for name, fn in sealers(key).items()}
    first = {"tokens": tokens, "claims": claims, "secret": SECRET, "salt": SALT}
    with (
        node_script("tokens.mjs") as script,
        working(["node", script], first, INTEROP, peer_environ()) as node,
    ):
        measures[f"{OPEN}|{AUTHCORE}"] = lambda: node.answer("open")
        measures[f"{SEAL}|{AUTHCORE}"] = lambda: node.answer("seal")
        found = medians(measures, rounds=pace.rounds(ROUNDS))
    return (*told(OPEN, found), *told(SEAL, found))
