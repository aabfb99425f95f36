"""Owns the next-auth-v4 dialect: A256GCM, an empty salt, no key id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nextauth.errors import TokenError
from nextauth.tokens.check_claims import session_only
from nextauth.tokens.gcm import A256GCM, GCM_HEADER, IV_BYTES, GcmKey, decrypt_with_any
from nextauth.tokens.jwe import (
    OpenedToken,
    decode_claims,
    decode_header,
    encode_claims,
    split_compact,
)
from nextauth.tokens.keyring import Keyring

__all__ = ["INFO", "NextAuthV4Codec", "NextAuthV4Opener"]

INFO = "NextAuth.js Generated Encryption Key"
"""HKDF's info; the salt is empty."""

_KEY_BYTES = 32


class NextAuthV4Opener:
    """Opens session tokens of NextAuth v4.

    Args:
        keyring: The secrets that may have sealed them.
    """

    __slots__ = ("_keys",)

    def __init__(self, keyring: Keyring) -> None:
        self._keys = tuple(
            GcmKey(key) for key in keyring.derive(salt="", info=INFO, length=_KEY_BYTES)
        )

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Decrypt a token and check its times.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.

        Raises:
            TokenError: It does not open under any secret, is over, or is of a sign-in under way.
        """
        segments = split_compact(token)
        protected = segments[0]
        if protected != GCM_HEADER and decode_header(protected) != {"alg": "dir", "enc": A256GCM}:
            reason = "unsupported-header"
            raise TokenError(reason)
        return session_only(decode_claims(decrypt_with_any(self._keys, segments), now=now))


class NextAuthV4Codec(NextAuthV4Opener):
    """Seals and opens session tokens of NextAuth v4.

    Args:
        keyring: The site's secrets; the newest seals.
        cookie_name: The session cookie's full name; v4's key does not depend on it.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_entropy",)

    def __init__(
        self, keyring: Keyring, *, cookie_name: str, entropy: Callable[[int], bytes]
    ) -> None:
        del cookie_name
        super().__init__(keyring)
        self._entropy = entropy

    def seal(self, claims: Mapping[str, Any]) -> str:
        """Encrypt claims under the newest secret.

        Args:
            claims: Of JSON's types, with ``exp``.

        Raises:
            TypeError: A value is not of JSON's types.
        """
        return self._keys[0].encrypt(encode_claims(claims), iv=self._entropy(IV_BYTES))
