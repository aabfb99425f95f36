"""Owns the use of libpass, which has the formats of older systems.

It is the maintained successor of passlib, and is imported under that name.
"""

from __future__ import annotations

import re

from nextauth.passwords.formats.base import Verify

try:
    from passlib.registry import get_crypt_handler  # type: ignore[import-untyped]
except ImportError as _error:  # pragma: no cover - the packaging test runs without libpass
    message = "nextauth.passwords.FoundPasswords needs libpass: pip install 'nextauth[passwords]'"
    raise ImportError(message) from _error

__all__ = ["by_libpass"]


def by_libpass(name: str, scheme: str = "") -> Verify:
    """Answer how one of libpass's formats compares.

    Args:
        name: What libpass calls it.
        scheme: What it wants before the match's group ``hash``.
    """
    handler = get_crypt_handler(name)

    def verify(password: str, found: re.Match[str]) -> bool:
        return bool(handler.verify(password, scheme + found["hash"]))

    return verify
