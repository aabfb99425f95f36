"""Owns tokens that are not the session: each purpose has a key of its own, so none is another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nextauth.errors import TokenError
from nextauth.tokens.gcm import GCM_HEADER, IV_BYTES, GcmKey, decrypt_with_any
from nextauth.tokens.jwe import (
    LONGEST_TOKEN,
    OpenedToken,
    decode_claims,
    encode_claims,
    split_compact,
)
from nextauth.tokens.keyring import Keyring

__all__ = ["PurposeBox"]


class PurposeBox:
    """Seals small claims for one purpose, such as a pending second factor.

    Args:
        keyring: The site's secrets; the newest seals.
        purpose: The purpose's name, ``[a-z-]+``.
        entropy: Answers that many random bytes.
        longest: Characters of what is opened.
    """

    __slots__ = ("_entropy", "_keys", "_longest")

    def __init__(
        self,
        keyring: Keyring,
        *,
        purpose: str,
        entropy: Callable[[int], bytes],
        longest: int = LONGEST_TOKEN,
    ) -> None:
        self._keys = tuple(GcmKey(key) for key in keyring.purpose(purpose))
        self._entropy = entropy
        self._longest = longest

    def seal(self, claims: Mapping[str, Any], *, expires: int) -> str:
        """Encrypt claims.

        Args:
            claims: Of JSON's types.
            expires: Unix seconds at which they end; becomes ``exp``.
        """
        payload = encode_claims({**claims, "exp": expires})
        return self._keys[0].encrypt(payload, iv=self._entropy(IV_BYTES))

    def open(self, token: str, *, now: float) -> OpenedToken:
        """Decrypt what `seal` made, for the same purpose.

        Args:
            token: Anything that a client sent.
            now: Unix seconds.

        Raises:
            TokenError: It does not open, is over, or was sealed for another purpose.
        """
        segments = split_compact(token, longest=self._longest)
        protected = segments[0]
        if protected != GCM_HEADER:
            reason = "unsupported-header"
            raise TokenError(reason)
        return decode_claims(decrypt_with_any(self._keys, segments), now=now)

    def is_newest(self, token: str) -> bool:
        """Tell whether the newest of the secrets sealed a token, rather than one that will go.

        Args:
            token: One that opened.
        """
        try:
            decrypt_with_any(self._keys[:1], split_compact(token, longest=self._longest))
        except TokenError:
            return False
        return True
