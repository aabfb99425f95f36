"""Owns HMAC-SHA256 (RFC 2104) under a key that serves many messages: it is hashed in once."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

__all__ = ["MacKey"]


class MacKey:
    """One key of HMAC-SHA256. Not in the repr.

    Args:
        key: Any bytes.
    """

    __slots__ = ("_begun",)

    def __init__(self, key: bytes) -> None:
        self._begun = HMAC(key, SHA256())

    def code(self, message: bytes) -> bytes:
        """Answer the authentication code of a message, 32 bytes.

        Args:
            message: The whole message.
        """
        mac = self._begun.copy()
        mac.update(message)
        return mac.finalize()
