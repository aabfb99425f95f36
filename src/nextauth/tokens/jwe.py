"""Owns the compact serialisation of a JWE (RFC 7516, 7.1) and what makes claims current.

Strict where JOSE libraries were lenient: five segments, no encrypted key (``alg: dir``), canonical
base64url, a size limit before any work, and no header member but ``alg``, ``enc`` and ``kid``.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any, ClassVar, TypeGuard

import msgspec
from pybase64 import b64decode, b64encode

from nextauth.errors import TokenError

__all__ = [
    "CLOCK_TOLERANCE",
    "LONGEST_TOKEN",
    "OpenedToken",
    "b64url_decode",
    "b64url_encode",
    "decode_claims",
    "encode_claims",
    "split_compact",
]

CLOCK_TOLERANCE = 15
"""Seconds that two servers' clocks may differ, as in Auth.js."""

LONGEST_TOKEN = 32_768
"""Characters of a token; more would not fit the headers that servers accept."""

_LONGEST_HEADER = 1_024
_LATEST = 253_402_300_799  # the year 9999: later than any date that can be written
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_URL_LETTERS = b"-_"
_PADDING = (b"", b"===", b"==", b"=")  # by the segment's length modulo 4; of no length is 1
_SEGMENTS = 5

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode


class OpenedToken:
    """A token that opened.

    Args:
        claims: Its claims.
        payload: The JSON that they were decoded from.

    Attributes:
        is_older: Whether an older release wrote it, so that it is to be written anew at once.
    """

    __slots__ = ("claims", "payload")

    is_older: ClassVar[bool] = False

    def __init__(self, claims: dict[str, Any], payload: bytes) -> None:
        self.claims: dict[str, Any] = claims
        self.payload: bytes = payload

    def __repr__(self) -> str:
        return f"OpenedToken({len(self.payload)} bytes)"

    @property
    def release(self) -> str | None:
        """Which older release wrote it, such as ``"next-auth-v3"``; None for one of ours."""
        return None

    def fresh_claims(self) -> dict[str, Any]:
        """Decode the claims anew: a copy, to its depth, that a callback may change."""
        return _decode(self.payload)


def b64url_encode(data: bytes) -> bytes:
    """Encode as base64url without padding (RFC 7515, 2)."""
    return b64encode(data, _URL_LETTERS).rstrip(b"=")


def b64url_decode(segment: bytes) -> bytes:
    """Decode base64url; each value has one spelling, every other is refused.

    Raises:
        TokenError: `segment` is not canonical base64url without padding.
    """
    written = segment.translate(_TO_STANDARD) + _PADDING[len(segment) & 3]
    try:
        data = b64decode(written, None, True)  # noqa: FBT003 - validate; by name it takes longer
    except Base64Error:
        data = b""
    if b64encode(data) != written:  # so are stray bits behind the last byte found
        reason = "malformed"
        raise TokenError(reason)
    return data


def split_compact(token: str, *, longest: int = LONGEST_TOKEN) -> list[bytes]:
    """Split a token into its five segments.

    Args:
        token: Anything that a client sent.
        longest: Characters that it may have.

    Returns:
        Protected header, empty key, IV, ciphertext and tag, still encoded.

    Raises:
        TokenError: It is too long, not ASCII, or no compact JWE with ``alg: dir``.
    """
    if len(token) > longest or not token.isascii():
        reason = "malformed"
        raise TokenError(reason)
    segments = token.encode("ascii").split(b".", _SEGMENTS)
    if len(segments) != _SEGMENTS or segments[1]:
        reason = "malformed"
        raise TokenError(reason)
    return segments


def decode_header(protected: bytes) -> dict[str, Any]:
    """Decode a protected header that none of our keys wrote byte for byte.

    Raises:
        TokenError: It does not parse, or has a member other than ``alg``, ``enc`` and ``kid``.
    """
    if len(protected) > _LONGEST_HEADER:
        reason = "malformed"
        raise TokenError(reason)
    try:
        header = _decode(b64url_decode(protected))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        reason = "malformed"
        raise TokenError(reason) from None
    if not header.keys() <= {"alg", "enc", "kid"} or header.get("alg") != "dir":
        reason = "unsupported-header"
        raise TokenError(reason)
    return header


def encode_claims(claims: Mapping[str, Any]) -> bytes:
    """Encode claims as JSON.

    Raises:
        TypeError: A value is not of JSON's types.
    """
    return _encode(claims)


def decode_claims(payload: bytes, *, now: float) -> OpenedToken:
    """Decode authenticated claims and check their times (RFC 7519, 4.1.4 and 4.1.5).

    Args:
        payload: The decrypted JSON.
        now: Unix seconds.

    Raises:
        TokenError: It is not a JSON object, has no ``exp``, is over, or has not begun.
    """
    try:
        claims = _decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        reason = "not-claims"
        raise TokenError(reason) from None
    expires = claims.get("exp")
    if (type(expires) is not int and not _is_number(expires)) or not 0 < expires <= _LATEST:
        reason = "no-expiry"
        raise TokenError(reason)
    if expires <= now - CLOCK_TOLERANCE:
        reason = "expired"
        raise TokenError(reason)
    if "nbf" in claims:
        not_before = claims["nbf"]
        if not _is_number(not_before) or not_before > now + CLOCK_TOLERANCE:
            reason = "not-yet-valid"
            raise TokenError(reason)
    return OpenedToken(claims, payload)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
