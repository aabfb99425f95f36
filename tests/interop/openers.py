"""Owns the two sides of a token: our codecs and the npm packages, asked in the same words."""

import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from nextauth.errors import TokenError
from nextauth.tokens import DIALECTS, Keyring, SessionCodec
from tests.interop.conftest import Npm

__all__ = [
    "COOKIE",
    "HOUR",
    "SECRET",
    "assert_nobody_opens",
    "codec",
    "damaged",
    "from_npm",
    "from_us",
    "npm_opens",
    "we_open",
    "without_stamps",
]

SECRET = "kV3q-of-the-interop-tests-9Zx7LwTe"
COOKIE = {"authjs": "authjs.session-token", "next-auth-v4": "next-auth.session-token"}
HOUR = 3600
_STAMPED = ("iat", "exp", "jti")

Secrets = str | Sequence[str]


def codec(dialect: str, secrets: Secrets = SECRET, cookie: str | None = None) -> SessionCodec:
    listed = [secrets] if isinstance(secrets, str) else list(secrets)
    name = COOKIE[dialect] if cookie is None else cookie
    return DIALECTS[dialect].codec(Keyring(listed), cookie_name=name, entropy=os.urandom)


def key(dialect: str, secrets: Secrets, cookie: str | None) -> dict[str, Any]:
    """What the packages make the key of; the salt is the cookie's name, and v4 has none."""
    if dialect == "next-auth-v4":
        return {"secret": secrets}
    return {"secret": secrets, "salt": COOKIE[dialect] if cookie is None else cookie}


def from_npm(
    npm: Npm,
    dialect: str,
    claims: Mapping[str, Any],
    *,
    secret: Secrets = SECRET,
    cookie: str | None = None,
    max_age: int = HOUR,
) -> str:
    """Have the npm package seal claims."""
    whole = {"token": claims, "maxAge": max_age, **key(dialect, secret, cookie)}
    token = npm.value("encode", dialect=dialect, **whole)
    assert isinstance(token, str)
    return token


def from_us(
    dialect: str,
    claims: Mapping[str, Any],
    *,
    secret: Secrets = SECRET,
    cookie: str | None = None,
    max_age: int = HOUR,
) -> str:
    """Seal claims with our codec."""
    now = int(time.time())
    return codec(dialect, secret, cookie).seal({**claims, "iat": now, "exp": now + max_age})


def npm_opens(
    npm: Npm, dialect: str, token: str, *, secret: Secrets = SECRET, cookie: str | None = None
) -> dict[str, Any] | None:
    """Answer the claims that the npm package finds, or None if it refuses."""
    answer = npm.ask("decode", dialect=dialect, token=token, **key(dialect, secret, cookie))
    claims = answer.get("value")
    assert claims is None or isinstance(claims, dict)
    return claims


def we_open(
    dialect: str,
    token: str,
    *,
    secret: Secrets = SECRET,
    cookie: str | None = None,
    now: float | None = None,
) -> dict[str, Any] | None:
    """Answer the claims that our codec finds, or None if it refuses."""
    at = time.time() if now is None else now
    try:
        return codec(dialect, secret, cookie).open(token, now=at).claims
    except TokenError:
        return None


def assert_nobody_opens(
    npm: Npm, dialect: str, token: str, *, secret: Secrets = SECRET, cookie: str | None = None
) -> None:
    assert npm_opens(npm, dialect, token, secret=secret, cookie=cookie) is None, "npm opened it"
    assert we_open(dialect, token, secret=secret, cookie=cookie) is None, "we opened it"


def without_stamps(claims: Mapping[str, Any] | None) -> dict[str, Any]:
    """Leave out what whoever seals a token stamps on it."""
    assert claims is not None
    return {name: value for name, value in claims.items() if name not in _STAMPED}


def damaged(token: str, segment: int, *, byte: int) -> str:
    """Flip one bit of a segment's bytes; it stays canonical base64url.

    Args:
        token: A compact JWE.
        segment: 0 header, 2 IV, 3 ciphertext, 4 tag.
        byte: Which byte of it.
    """
    segments = token.split(".")
    text = segments[segment]
    raw = bytearray(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[byte] ^= 1
    segments[segment] = urlsafe_b64encode(raw).rstrip(b"=").decode()
    return ".".join(segments)
