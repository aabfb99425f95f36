"""Owns how ids become keys: of one length, and equal for equal ids only.

Ids are any text. A database may compare text without regard to case or trailing spaces, limit its
length, or refuse some of it; and two ids side by side must not be taken for two others.
"""

from __future__ import annotations

import hashlib

__all__ = ["digest"]


def digest(*parts: str) -> bytes:
    """Answer 32 bytes that stand for these texts, in this order.

    Args:
        parts: The texts.
    """
    hashed = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:" % len(encoded))
        hashed.update(encoded)
    return hashed.digest()
