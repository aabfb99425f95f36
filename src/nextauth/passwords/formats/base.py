"""Owns what a format of password hashes is: how one looks, what it costs, how it is compared.

A pattern matches whole hashes only, and holds each number to a few digits, so that no library sees
what it would stumble over, and no damaged hash is half understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from nextauth.passwords.limits import CostLimits

__all__ = ["BCRYPT_BYTES", "CRYPT_BYTES", "LONGEST_PASSWORD", "Affordable", "Format", "Verify"]

Verify = Callable[[str, re.Match[str]], bool]
Affordable = Callable[[re.Match[str], CostLimits], bool]

LONGEST_PASSWORD = 4_096
"""Bytes of a password that any of them is given."""

BCRYPT_BYTES = 72
"""bcrypt sees no more: two longer passwords with one beginning would be the same."""

CRYPT_BYTES = 512
"""What libxcrypt takes. Some formats hash the password anew in each of many rounds, and with a
longer one a single sign-in would take seconds."""


def _always(_found: re.Match[str], _limits: CostLimits) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Format:
    """One format of hashes.

    Args:
        name: Its own name.
        family: What `FoundPasswords` accepts it under.
        pattern: Matches a whole hash; its group ``hash`` is what `verify` reads.
        verify: Takes a password and the match, and compares.
        is_affordable: Tells whether a hash stays within the limits.
        longest: Bytes of the longest password that it tells from others.
        renewed: What stands before the Argon2 hash that replaces one of this format, so that
            whoever wrote it can still read it.
        is_weak: Whether a leaked hash is as good as the password. Refused unless named.
        is_argon2: Whether the group ``hash`` is an Argon2 hash.
    """

    name: str
    family: str
    pattern: re.Pattern[str]
    verify: Verify
    is_affordable: Affordable = _always
    longest: int = LONGEST_PASSWORD
    renewed: str = ""
    is_weak: bool = False
    is_argon2: bool = False

    def within(self, prefix: str, family: str, *, name: str, renewed: str = "") -> Format:
        """Answer the same format with something before it.

        Args:
            prefix: A regular expression.
            family: What it is accepted under.
            name: Its own name.
            renewed: As of the class.
        """
        pattern = re.compile(prefix + self.pattern.pattern, self.pattern.flags)
        return replace(self, name=name, family=family, pattern=pattern, renewed=renewed)
