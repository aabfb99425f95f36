"""Owns HMAC (RFC 2104) under a key that serves many messages: it is hashed in once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["HmacKey"]


class HmacKey:
    """One key of HMAC. Not in the repr.

    Args:
        key: Any bytes; one that is longer than the hash's block is hashed first (RFC 2104, 2).
        hash_of: The hash, such as `hashlib.sha256`.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, hash_of: Callable[[bytes], _Hash]) -> None:
        block = hash_of(b"").block_size
        short = hash_of(key).digest() if len(key) > block else key
        padded = short.ljust(block, b"\0")
        self._inner = hash_of(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hash_of(bytes(byte ^ 0x5C for byte in padded))

    def begin(self, message: bytes = b"") -> _Hash:
        """Answer a hash that takes in the message; copies of it may take in different ends.

        Args:
            message: The message's beginning.
        """
        inner = self._inner.copy()
        inner.update(message)
        return inner

    def end(self, inner: _Hash) -> bytes:
        """Answer the authentication code of a message.

        Args:
            inner: What `begin` answered, after it has taken in the whole message.
        """
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()
