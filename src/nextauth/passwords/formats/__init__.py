"""The formats of password hashes that systems are found with. A new one is an entry in a table."""

from __future__ import annotations

from collections.abc import Sequence

from nextauth.passwords.formats import bare, crypts, frameworks, ldap, modern
from nextauth.passwords.formats.base import LONGEST_PASSWORD, Format

__all__ = ["FORMATS", "LONGEST_PASSWORD", "PLAINTEXT", "Format"]

FORMATS: Sequence[Format] = (
    *modern.FORMATS,
    *crypts.FORMATS,
    *frameworks.FORMATS,
    *ldap.FORMATS,
    *bare.DIGESTS,
)
"""Every format whose hashes can be told by how they look."""

PLAINTEXT: Format = bare.PLAINTEXT
