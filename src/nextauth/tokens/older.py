"""Owns by which shape older releases' tokens are told from each other, and what opens each.

Nothing is tried that a token's shape does not ask for: a key for signatures never opens what is
encrypted, nor the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Protocol

from nextauth.tokens.jwe import OpenedToken, b64url_encode
from nextauth.tokens.keyring import Keyring
from nextauth.tokens.next_auth_v2 import NextAuthV2Encrypted
from nextauth.tokens.next_auth_v3 import (
    DEFLATED_HEADER,
    SIGNED_HEADER,
    NextAuthV3Deflated,
    NextAuthV3Signed,
)
from nextauth.tokens.next_auth_v4 import NextAuthV4Opener

__all__ = ["OLDER_VERSIONS", "OlderShape", "TokenOpener", "openers_of", "shape_of"]


class TokenOpener(Protocol):
    """Opens the tokens of one shape, and makes none."""

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Open a token and check its times.

        Raises:
            TokenError: It does not open, or is over.
        """
        ...


class OlderShape(Enum):
    """What a token of an older release looks like, as one can tell without any key."""

    SALTED = "next-auth-v2"
    """An HS256 JWT in OpenSSL's ``Salted__`` format, in base64."""

    SIGNED = "next-auth-v3"
    """A JWS: anybody who has it can read it."""

    DEFLATED = "next-auth-v3 with jwt.encryption"
    """A compressed JWS inside a JWE."""

    ENCRYPTED = "next-auth-v4"
    """A JWE."""

    @property
    def release(self) -> str:
        """Which release wrote it: one of `OLDER_VERSIONS`."""
        return self.value.partition(" ")[0]

    @property
    def is_public(self) -> bool:
        """Whether who has the token can read its claims without any key."""
        return self is OlderShape.SIGNED

    @property
    def longest(self) -> int:
        """Characters that such a token may have: only v4 cut its cookies in chunks."""
        return _LONGEST_IN_CHUNKS if self is OlderShape.ENCRYPTED else _LONGEST_WHOLE


_LONGEST_WHOLE = 4_096  # browsers keep no more of a cookie (RFC 6265bis, 5.6)
_LONGEST_IN_CHUNKS = 16_384  # Node reads no more headers unless it is told to
_SALTED = "U2FsdGVkX1"  # "Salted__" in base64, less the letter that the salt is part of
_SIGNED = f"{b64url_encode(SIGNED_HEADER).decode()}."
_DEFLATED = f"{b64url_encode(DEFLATED_HEADER).decode()}.."
_DOTS_OF_A_JWS = 2
_DOTS_OF_A_JWE = 4


def shape_of(token: str) -> OlderShape | None:
    """Answer what a token looks like; None: like none of an older release.

    Args:
        token: Anything that a client sent.
    """
    if token.startswith(_SALTED):
        return OlderShape.SALTED
    dots = token.count(".")
    if dots == _DOTS_OF_A_JWS and token.startswith(_SIGNED):
        return OlderShape.SIGNED
    if dots != _DOTS_OF_A_JWE:
        return None
    return OlderShape.DEFLATED if token.startswith(_DEFLATED) else OlderShape.ENCRYPTED


_Openers = Mapping[OlderShape, TokenOpener]


def _v4(secret: str, _signing_key: bytes | None, _encryption_key: bytes | None) -> _Openers:
    return {OlderShape.ENCRYPTED: NextAuthV4Opener(Keyring([secret]))}


def _v3(secret: str, signing_key: bytes | None, encryption_key: bytes | None) -> _Openers:
    deflated = NextAuthV3Deflated(secret, key=encryption_key, signing_key=signing_key)
    return {
        OlderShape.SIGNED: NextAuthV3Signed(secret, key=signing_key),
        OlderShape.DEFLATED: deflated,
    }


def _v2(secret: str, _signing_key: bytes | None, _encryption_key: bytes | None) -> _Openers:
    return {OlderShape.SALTED: NextAuthV2Encrypted(secret)}


_VERSIONS = {"next-auth-v4": _v4, "next-auth-v3": _v3, "next-auth-v2": _v2}

OLDER_VERSIONS = tuple(_VERSIONS)
"""The releases whose tokens can be read, newest first."""


def openers_of(
    version: str,
    secret: str,
    *,
    signing_key: bytes | None = None,
    encryption_key: bytes | None = None,
) -> Mapping[OlderShape, TokenOpener]:
    """Answer what opens the tokens of a release.

    Args:
        version: One of `OLDER_VERSIONS`.
        secret: The site's secret then; it only ever reads, so it may be a weak one.
        signing_key: v3's own signing key instead of the one that comes from the secret.
        encryption_key: v3's own encryption key, likewise.
    """
    return _VERSIONS[version](secret, signing_key, encryption_key)
