"""Owns tokens as older releases make them, and as somebody does who knows an older secret."""

import base64
import hmac
import json
import zlib
from collections.abc import Callable, Mapping
from hashlib import md5
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

from nextauth.tokens import Keyring, NextAuthV4Codec, OlderShape

NOW = 1_800_000_000
EXPIRES = NOW + 3_600
SECRET = "an old secret"
CLAIMS = {"sub": "7", "iat": NOW, "exp": EXPIRES}
HEADERS = {
    OlderShape.SALTED: b'{"alg":"HS256","typ":"JWT"}',
    OlderShape.SIGNED: b'{"alg":"HS512"}',
    OlderShape.DEFLATED: b'{"alg":"dir","enc":"A256GCM","zip":"DEF"}',
}


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jws(payload: bytes, *, header: bytes, key: bytes, digest: str) -> str:
    signed = f"{encoded(header)}.{encoded(payload)}"
    return f"{signed}.{encoded(hmac.digest(key, signed.encode(), digest))}"


def signing_key(secret: str = SECRET) -> bytes:
    info = "NextAuth.js Generated Signing Key"
    return Keyring([secret]).derive(salt="", info=info, length=64)[0]


def encryption_key(secret: str = SECRET) -> bytes:
    info = "NextAuth.js Generated Encryption Key"
    return Keyring([secret]).derive(salt="", info=info, length=32)[0]


def signed(
    claims: Mapping[str, Any] | bytes = CLAIMS,
    header: bytes = HEADERS[OlderShape.SIGNED],
    digest: str = "sha512",
) -> str:
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return jws(payload, header=header, key=signing_key(), digest=digest)


def deflate(raw: bytes) -> bytes:
    deflating = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflating.compress(raw) + deflating.flush()


def deflated(inner: bytes, header: bytes = HEADERS[OlderShape.DEFLATED]) -> str:
    protected = encoded(header)
    sealed = AESGCM(encryption_key()).encrypt(bytes(12), inner, protected.encode())
    return f"{protected}..{encoded(bytes(12))}.{encoded(sealed[:-16])}.{encoded(sealed[-16:])}"


def salted(inner: bytes, *, padding: bytes | None = None, secret: str = SECRET) -> str:
    salt, made, last = b"pepper!!", b"", b""
    while len(made) < 48:
        last = md5(last + secret.encode() + salt, usedforsecurity=False).digest()
        made += last
    missing = 16 - len(inner) % 16
    padded = inner + (bytes([missing]) * missing if padding is None else padding)
    encryptor = Cipher(AES256(made[:32]), CBC(made[32:])).encryptor()
    raw = encryptor.update(padded) + encryptor.finalize()
    return base64.b64encode(b"Salted__" + salt + raw).decode()


def inner_of_v2(
    claims: Mapping[str, Any] | bytes = CLAIMS, header: bytes = HEADERS[OlderShape.SALTED]
) -> bytes:
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return jws(payload, header=header, key=SECRET.encode(), digest="sha256").encode()


def encrypted(claims: Mapping[str, Any] = CLAIMS) -> str:
    codec = NextAuthV4Codec(Keyring([SECRET]), cookie_name="", entropy=bytes)
    return codec.seal(claims)


MADE: dict[OlderShape, Callable[[Any], str]] = {
    OlderShape.SALTED: lambda claims: salted(inner_of_v2(claims)),
    OlderShape.SIGNED: signed,
    OlderShape.DEFLATED: lambda claims: deflated(deflate(signed(claims).encode())),
}

EVERY = {**MADE, OlderShape.ENCRYPTED: encrypted}
VERSION_OF = {shape: shape.value.partition(" ")[0] for shape in OlderShape}
