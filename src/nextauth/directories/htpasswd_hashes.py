"""Owns which hashes an htpasswd file may hold, what each costs, and when a password is right.

The formats are those of `nextauth.passwords`; these are the ones that Apache reads, and Argon2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nextauth.passwords.formats import FORMATS, PLAINTEXT, Format
from nextauth.passwords.limits import CostLimits

__all__ = ["SCHEMES", "SECURE", "FileHash", "read_hash"]

SECURE = ("bcrypt", "argon2", "sha512_crypt", "sha256_crypt", "apr1")
"""What is accepted unless something else is said: every one has a salt, and takes its time."""

SCHEMES = (*SECURE, "sha1", "plain")
"""Everything that can be read."""

_BY_NAME = {each.name: each for each in FORMATS}
_FORMATS: Mapping[str, Format] = {
    **{name: _BY_NAME[name] for name in SECURE},
    "sha1": _BY_NAME["ldap_sha"],
    "plain": PLAINTEXT,
}
_LIMITS = CostLimits()


@dataclass(frozen=True, slots=True, repr=False)
class FileHash:
    """A hash as a file holds it.

    Args:
        scheme: One of `SCHEMES`.
        found: The hash, as its format's pattern matched it.
        cost: Roughly how many microseconds it takes, to compare it with others.
    """

    scheme: str
    found: re.Match[str]
    cost: int

    def __repr__(self) -> str:
        return f"FileHash({self.scheme!r})"

    def matches(self, password: str) -> bool:
        """Tell whether a password is right; one that cannot be takes as long.

        Args:
            password: What was submitted, which can be written as UTF-8 and holds no NUL.
        """
        own = _FORMATS[self.scheme]
        # bcrypt sees 72 bytes only: two longer passwords with one beginning would be the same.
        fits = len(password.encode()) <= own.longest
        try:
            return own.verify(password if fits else "", self.found) and fits
        except ValueError:  # what looks like a hash, and is none that can be made
            return False


def read_hash(text: str) -> FileHash | None:
    """Answer what a hash is; None if it is none that can be read, or asks for hours of work.

    Args:
        text: What stands behind the colon.
    """
    for scheme, each in _FORMATS.items():
        found = each.pattern.fullmatch(text)
        if found is not None:
            is_affordable = each.is_affordable(found, _LIMITS)
            return FileHash(scheme, found, _cost(scheme, found)) if is_affordable else None
    return None


def _cost(scheme: str, found: re.Match[str]) -> int:
    """Answer about how long a hash takes, as measured once: which of two is dearer is enough."""
    if scheme == "bcrypt":
        return 55 << int(found["rounds"])
    if scheme == "argon2":
        return int(found["memory"]) * int(found["passes"]) // 2
    if scheme in {"sha512_crypt", "sha256_crypt"}:
        return int(found["rounds"] or 5_000) * 7 // 10
    return 700 if scheme == "apr1" else 0
