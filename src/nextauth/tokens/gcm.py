"""Owns A256GCM (RFC 7518, 5.3) with a direct key: next-auth v4's tokens, early v5's, our own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nextauth.errors import TokenError
from nextauth.tokens.jwe import b64url_decode, b64url_encode

__all__ = ["A256GCM", "GCM_HEADER", "IV_BYTES", "GcmKey", "decrypt_with_any"]

A256GCM = "A256GCM"
GCM_HEADER = b64url_encode(b'{"alg":"dir","enc":"A256GCM"}')
IV_BYTES = 12
_TAG_BYTES = 16


class GcmKey:
    """One A256GCM key. Not in the repr.

    Args:
        key: 32 bytes.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def encrypt(self, payload: bytes, *, iv: bytes) -> str:
        """Seal `payload` as a compact JWE.

        Args:
            payload: The plaintext.
            iv: 12 random bytes, never used twice.
        """
        sealed = self._cipher.encrypt(iv, payload, GCM_HEADER)
        return b".".join(
            (
                GCM_HEADER,
                b"",
                b64url_encode(iv),
                b64url_encode(sealed[:-_TAG_BYTES]),
                b64url_encode(sealed[-_TAG_BYTES:]),
            )
        ).decode("ascii")

    def decrypt_raw(self, protected: bytes, raw_iv: bytes, raw: bytes, tag: bytes) -> bytes:
        """Open a compact JWE whose IV and ciphertext are decoded, so that several keys may try.

        Raises:
            TokenError: Any of it is damaged, or another key sealed it.
        """
        raw_tag = b64url_decode(tag)
        if len(raw_iv) != IV_BYTES or len(raw_tag) != _TAG_BYTES:
            reason = "damaged"
            raise TokenError(reason)
        try:
            return self._cipher.decrypt(raw_iv, raw + raw_tag, protected)
        except InvalidTag:
            reason = "damaged"
            raise TokenError(reason) from None


def decrypt_with_any(keys: Iterable[GcmKey], segments: Sequence[bytes]) -> bytes:
    """Open a compact JWE that names no key, with whichever of ours sealed it.

    Args:
        keys: The keys, newest first.
        segments: The token's five segments.

    Raises:
        TokenError: None of them opens it.
    """
    protected, _, iv, ciphertext, tag = segments
    raw_iv, raw = b64url_decode(iv), b64url_decode(ciphertext)
    for key in keys:
        try:
            return key.decrypt_raw(protected, raw_iv, raw, tag)
        except TokenError:
            continue
    reason = "unknown-key"
    raise TokenError(reason)
