"""Owns the tokens of NextAuth v3, which are only read: an HS512 JWS, or one inside an A256GCM JWE.

Its JWE is compressed (``zip: DEF``; RFC 7516, 4.1.3). It is inflated once it is authenticated, and
never to more than `LONGEST_INFLATED` bytes.
"""

from __future__ import annotations

import zlib

import msgspec

from nextauth.errors import TokenError
from nextauth.tokens.check_claims import session_only
from nextauth.tokens.gcm import GcmKey, decrypt_with_any
from nextauth.tokens.hmac_jws import HmacJws
from nextauth.tokens.jwe import (
    LONGEST_TOKEN,
    OpenedToken,
    b64url_decode,
    b64url_encode,
    decode_claims,
    split_compact,
)
from nextauth.tokens.keyring import Keyring

__all__ = [
    "DEFLATED_HEADER",
    "LONGEST_INFLATED",
    "SIGNED_HEADER",
    "NextAuthV3Deflated",
    "NextAuthV3Signed",
    "key_of_jwk",
]

LONGEST_INFLATED = 64 * 1024
"""Bytes that a compressed token may hold."""

SIGNED_HEADER = b'{"alg":"HS512"}'
DEFLATED_HEADER = b'{"alg":"dir","enc":"A256GCM","zip":"DEF"}'

_SIGNING_INFO = "NextAuth.js Generated Signing Key"
_ENCRYPTION_INFO = "NextAuth.js Generated Encryption Key"
_SIGNING_BYTES = 64
_ENCRYPTION_BYTES = 32
_LONGEST_JWK = 1_024


class _Jwk(msgspec.Struct):
    kty: str
    k: str


def key_of_jwk(text: str, *, length: int | None = None) -> bytes:
    """Answer the key of a JWK as v3's ``signingKey`` and ``encryptionKey`` hold it (RFC 7517).

    Args:
        text: The JWK as JSON, of ``kty`` ``oct`` (RFC 7518, 6.4).
        length: Bytes that the key must have; None: at least one.

    Raises:
        ValueError: It is none, or of another length. The message does not hold it.
    """
    key = b""
    try:
        jwk = msgspec.json.decode(text, type=_Jwk) if len(text) <= _LONGEST_JWK else None
        if jwk is not None and jwk.kty == "oct":
            key = b64url_decode(jwk.k.encode())
    except (msgspec.DecodeError, RecursionError, UnicodeError, TokenError):
        key = b""
    if not key or (length is not None and len(key) != length):
        message = "not a JWK with a symmetric key"
        raise ValueError(message)
    return key


class NextAuthV3Signed:
    """Opens what v3 writes unless told otherwise: signed claims that anybody can read.

    Args:
        secret: The site's secret then.
        key: The key instead of the one that comes from it.
    """

    __slots__ = ("_jws",)

    def __init__(self, secret: str, *, key: bytes | None = None) -> None:
        if key is None:
            (key,) = Keyring([secret]).derive(salt="", info=_SIGNING_INFO, length=_SIGNING_BYTES)
        self._jws = HmacJws(SIGNED_HEADER, "sha512", 64, key)

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Verify a token and check its times.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.

        Raises:
            TokenError: It is none of this site's, is over, or is of a sign-in under way.
        """
        if len(token) > LONGEST_TOKEN or not token.isascii():
            reason = "malformed"
            raise TokenError(reason)
        return session_only(decode_claims(self._jws.open(token.encode("ascii")), now=now))

    def open_inner(self, token: bytes, *, now: float) -> OpenedToken:
        """Verify a token that was inside another.

        Args:
            token: Authenticated bytes.
            now: Unix seconds.

        Raises:
            TokenError: It is none of this site's, is over, or is of a sign-in under way.
        """
        return session_only(decode_claims(self._jws.open(token), now=now))


class NextAuthV3Deflated:
    """Opens what v3 writes where ``jwt.encryption`` is on.

    Args:
        secret: The site's secret then.
        key: The encryption key instead of the one that comes from it.
        signing_key: The signing key instead of the one that comes from it.
    """

    __slots__ = ("_inner", "_key", "_protected")

    def __init__(
        self, secret: str, *, key: bytes | None = None, signing_key: bytes | None = None
    ) -> None:
        if key is None:
            (key,) = Keyring([secret]).derive(
                salt="", info=_ENCRYPTION_INFO, length=_ENCRYPTION_BYTES
            )
        self._key = (GcmKey(key),)
        self._inner = NextAuthV3Signed(secret, key=signing_key)
        self._protected = b64url_encode(DEFLATED_HEADER)

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Decrypt, inflate and verify a token, and check its times.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.

        Raises:
            TokenError: It is none of this site's, is over, or is of a sign-in under way.
        """
        segments = split_compact(token)
        if segments[0] != self._protected:
            reason = "unsupported-header"
            raise TokenError(reason)
        return self._inner.open_inner(_inflate(decrypt_with_any(self._key, segments)), now=now)


def _inflate(raw: bytes) -> bytes:
    """Undo DEFLATE (RFC 1951); no byte beyond the limit is made."""
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # One byte more tells what is just as long as allowed from what is longer.
        inflated = inflating.decompress(raw, LONGEST_INFLATED + 1)
    except zlib.error:
        inflated = b""
    if len(inflated) > LONGEST_INFLATED or not inflating.eof or inflating.unused_data:
        reason = "damaged"
        raise TokenError(reason)
    return inflated
