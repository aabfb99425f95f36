"""Owns how names and texts are written in Redis."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from nextauth.stores.backends.digests import digest

__all__ = ["name_of", "text_of"]


def name_of(*ids: str) -> str:
    """Answer what ids are called in a key: no id is in it, and no two are called the same.

    Args:
        ids: The ids, in this order.
    """
    # 24 of the 32 bytes: far too many to find two ids of one name, and a third less memory a key.
    return urlsafe_b64encode(digest(*ids)[:24]).decode()


def text_of(value: object) -> str:
    """Answer text, whether or not the client was made to decode what it gets.

    Args:
        value: What Redis has answered.
    """
    return value.decode() if isinstance(value, bytes) else str(value)
