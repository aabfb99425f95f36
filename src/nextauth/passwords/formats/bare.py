"""Owns what protects no password: unsalted digests, and passwords as they are.

They are for tables that are being moved away from. Each has to be named.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from nextauth.passwords.formats.base import Format

__all__ = ["DIGESTS", "PLAINTEXT"]


def _digest(name: str, length: int) -> Format:
    def verify(password: str, found: re.Match[str]) -> bool:
        made = hashlib.new(name, password.encode(), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(made, found.string.lower())

    return Format(
        name=f"{name}_hex",
        family=f"{name}_hex",
        pattern=re.compile(rf"[0-9A-Fa-f]{{{length}}}"),
        verify=verify,
        is_weak=True,
    )


def _same(password: str, found: re.Match[str]) -> bool:
    return hmac.compare_digest(password.encode(), found.string.encode())


DIGESTS: Sequence[Format] = (
    _digest("md5", 32),
    _digest("sha1", 40),
    _digest("sha256", 64),
    _digest("sha512", 128),
)

# A hash that is of no accepted format must never be taken for a password: whoever saw the table
# could then sign in with what it says. Neither must the marks that systems put before the hash of
# an account that is locked.
PLAINTEXT = Format(
    name="plaintext",
    family="plaintext",
    pattern=re.compile(
        r"(?!\$|\{[A-Za-z0-9./_-]+\}|[a-z0-9_:]+\$[^$]*\$|[!*]|(?:[0-9A-Fa-f]{2}){16,}\Z).+",
        re.DOTALL,
    ),
    verify=_same,
    is_weak=True,
)
