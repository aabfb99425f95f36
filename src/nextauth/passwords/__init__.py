"""Verify passwords and renew their hashes: Argon2id through pwdlib, and older ones through libpass.

What reads the hashes of other systems is imported when it is asked for (PEP 562): it needs libpass.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nextauth.passwords.hashing import CHEAPEST, RECOMMENDED, Argon2Profile, Passwords
from nextauth.passwords.limits import CostLimits

if TYPE_CHECKING:
    from nextauth.passwords.found import ALL_SALTED, FoundPasswords

__all__ = [
    "ALL_SALTED",
    "CHEAPEST",
    "RECOMMENDED",
    "Argon2Profile",
    "CostLimits",
    "FoundPasswords",
    "Passwords",
]

_ELSEWHERE = frozenset({"ALL_SALTED", "FoundPasswords"})


def __getattr__(name: str) -> object:
    """Load what is asked for."""
    if name not in _ELSEWHERE:
        message = f"module 'nextauth.passwords' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module("nextauth.passwords.found"), name)
