"""Owns how a password is checked: Argon2id (RFC 9106), as slow for accounts that do not exist.

Argon2's parallelism is 1: a server gets its parallelism from its requests, and more lanes would let
one sign-in take every core.
"""

from __future__ import annotations

from dataclasses import dataclass

try:
    from pwdlib import PasswordHash
    from pwdlib.exceptions import UnknownHashError
    from pwdlib.hashers.argon2 import Argon2Hasher
    from pwdlib.hashers.bcrypt import BcryptHasher
except ImportError as _error:  # pragma: no cover - the packaging test runs without pwdlib
    message = "nextauth.passwords needs pwdlib: pip install 'nextauth[passwords]'"
    raise ImportError(message) from _error

__all__ = ["CHEAPEST", "RECOMMENDED", "Argon2Profile", "Passwords", "nobodys_hash"]

_BCRYPT_BYTES = 72
_SALT_LETTERS, _HASH_LETTERS = 22, 43  # base64 of 16 and 32 bytes, as in the hashes that we make


@dataclass(frozen=True, slots=True)
class Argon2Profile:
    """The cost of one Argon2id hash.

    Args:
        memory_cost: KiB of memory.
        time_cost: Passes over it.
    """

    memory_cost: int
    time_cost: int


RECOMMENDED = Argon2Profile(memory_cost=64 * 1024, time_cost=3)
"""RFC 9106's second recommendation, with one lane."""

CHEAPEST = Argon2Profile(memory_cost=8, time_cost=1)
"""For tests only."""


def nobodys_hash(profile: Argon2Profile) -> str:
    """Answer a hash of no password that anybody knows; to check against it takes the usual time.

    It is written down, not computed: that would take its time and memory when a program starts.

    Args:
        profile: The cost of the hashes that it stands for.
    """
    cost = f"m={profile.memory_cost},t={profile.time_cost},p=1"
    return f"$argon2id$v=19${cost}${'A' * _SALT_LETTERS}${'A' * _HASH_LETTERS}"


class Passwords:
    """Checks and makes password hashes. Blocks: call it from a plain ``def``.

    Args:
        profile: The cost of new hashes; older ones are renewed to it.
    """

    def __init__(self, profile: Argon2Profile = RECOMMENDED) -> None:
        argon2 = Argon2Hasher(
            time_cost=profile.time_cost, memory_cost=profile.memory_cost, parallelism=1
        )
        self._hashes = PasswordHash((argon2, BcryptHasher()))
        self._nobody = nobodys_hash(profile)

    def hash(self, password: str) -> str:
        """Answer a new Argon2id hash.

        Args:
            password: The password.
        """
        return self._hashes.hash(password)

    def verify_and_upgrade(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Check a password against the hash that is kept, or against nobody's.

        Args:
            password: What was submitted.
            known: The hash (Argon2 or bcrypt); None where the account does not exist, which
                takes as long as a wrong password.

        Returns:
            Whether it is right; and a new hash to keep in place of an outdated one, or None.
        """
        try:
            if known is not None and _may_match(password, known):
                return self._hashes.verify_and_update(password, known)
        except UnknownHashError:
            pass
        # However it is known to be wrong, it takes as long: the time must not tell who exists.
        self._hashes.verify("", self._nobody)
        return False, None


def _may_match(password: str, known: str) -> bool:
    try:
        length = len(password.encode())
    except UnicodeEncodeError:  # a lone surrogate, which no form and no hash can hold
        return False
    # bcrypt sees 72 bytes only: two longer passwords with one beginning would be the same.
    return length <= _BCRYPT_BYTES or not known.startswith("$2")
