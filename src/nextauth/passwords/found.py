"""Owns how a password is compared with a hash as some other system wrote it.

Which format a hash has is told by how it looks. What is of no format that was asked for, is damaged
or asks for more work than is sane, is nobody's password; and it takes as long to say so.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

from nextauth.passwords.formats import FORMATS, LONGEST_PASSWORD, PLAINTEXT, Format
from nextauth.passwords.hashing import RECOMMENDED, Argon2Profile, nobodys_hash
from nextauth.passwords.limits import CostLimits

try:
    from pwdlib.hashers.argon2 import Argon2Hasher
except ImportError as _error:  # pragma: no cover - hashing.py says so before
    message = "nextauth.passwords needs pwdlib: pip install 'nextauth[passwords]'"
    raise ImportError(message) from _error

__all__ = ["ALL_SALTED", "FoundPasswords"]

_log = logging.getLogger("nextauth.passwords")

_EVERY = (*FORMATS, PLAINTEXT)
_FAMILIES = tuple(dict.fromkeys(each.family for each in _EVERY))

ALL_SALTED: tuple[str, ...] = tuple(
    dict.fromkeys(each.family for each in _EVERY if not each.is_weak)
)
"""Every format but those that protect nothing once they are stolen."""

_LONGEST_HASH = 1_024
_LOCKED = ("!", "*")  # how Unix and Django mark an account that has no password


@dataclass(frozen=True, slots=True)
class _Hash:
    format: Format
    found: re.Match[str]


class FoundPasswords:
    """Checks passwords against hashes of many formats. Blocks: call it from a plain ``def``.

    A wrong password, and one for an account that does not exist, take as long as one hash of each
    format that was met so far: an account is not told by what it has.

    bcrypt (``$2a$``, ``$2b$``, ``$2y$``, Django's ``bcrypt$``) sees 72 bytes of a password only. A
    longer password is wrong there, since two with one beginning would be the same.

    Args:
        accept: The formats by name, `ALL_SALTED` by default. Those that protect nothing once they
            are stolen are refused unless they are named: ``"plaintext"``, ``"md5_hex"``,
            ``"sha1_hex"``, ``"sha256_hex"``, ``"sha512_hex"``, ``"django_md5"``,
            ``"django_sha1"``, ``"ldap_sha"``, ``"ldap_md5"``, ``"ldap_smd5"``.
        profile: The cost of new hashes, Argon2id; others are renewed to it.
        limits: How much work a hash may ask for.

    Raises:
        ValueError: A format is unknown, or none is named.
        TypeError: `accept` is one str.
    """

    def __init__(
        self,
        accept: Iterable[str] = ALL_SALTED,
        *,
        profile: Argon2Profile = RECOMMENDED,
        limits: CostLimits | None = None,
    ) -> None:
        self.accept: tuple[str, ...] = _checked(accept)
        self._limits = limits or CostLimits()
        self._argon2 = Argon2Hasher(
            time_cost=profile.time_cost, memory_cost=profile.memory_cost, parallelism=1
        )
        self._nobodys = nobodys_hash(profile)
        # Of each format the hash that was met last: to compute it again takes what its table takes.
        self._met: dict[str, _Hash] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.accept!r})"

    def hash(self, password: str) -> str:
        """Answer a new Argon2id hash.

        Args:
            password: The password.
        """
        return self._argon2.hash(password)

    def verify(self, password: str, known: str | None) -> bool:
        """Tell whether a password is right.

        Args:
            password: What was submitted.
            known: The hash; None where the account does not exist.
        """
        return self._right(password, known) is not None

    def verify_and_upgrade(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Check a password, and hash it anew if its hash is outdated.

        Args:
            password: What was submitted.
            known: The hash; None where the account does not exist.

        Returns:
            Whether it is right; and an Argon2id hash to keep in place of one of another format or
            cost, or None. It is written as the old one was: Django's as Django writes Argon2.
        """
        right = self._right(password, known)
        if right is None:
            return False, None
        if right.format.is_argon2 and not self._argon2.check_needs_rehash(right.found["hash"]):
            return True, None
        return True, right.format.renewed + self.hash(password)

    def _right(self, password: str, known: str | None) -> _Hash | None:
        """Answer the hash if the password is its; else let as much time pass as for any other."""
        own = None if known is None else self._read(known)
        if own is not None:
            self._met[own.format.name] = own
            if _compare(own, password):
                return own
        others = [
            each for each in [*self._met.values()] if own is None or each.format != own.format
        ]
        for each in others:
            _compare(each, password)
        if own is None and not others:
            self._argon2.verify("", self._nobodys)
        return None

    def _read(self, known: str) -> _Hash | None:
        """Answer which format a hash has, unless it is one that is refused."""
        each = _identified(known)
        if each is None or (each.format is PLAINTEXT and PLAINTEXT.family not in self.accept):
            if known and not known.startswith(_LOCKED):
                _tell("password-hash-unknown", "A stored password hash is of no known format")
            return None
        if each.format.family not in self.accept:
            name = each.format.family
            _tell("password-hash-refused", f"A stored hash is {name!r}; name it in accept, or not")
            return None
        if not each.format.is_affordable(each.found, self._limits):
            name = each.format.name
            _tell("password-hash-costly", f"A stored hash ({name}) asks for more than CostLimits")
            return None
        return each


def _identified(known: str) -> _Hash | None:
    if len(known) > _LONGEST_HASH:
        return None
    for each in _EVERY:
        found = each.pattern.fullmatch(known)
        if found is not None:
            return _Hash(each, found)
    return None


def _compare(each: _Hash, password: str) -> bool:
    """Tell whether a password is a hash's; one that cannot be takes as long."""
    fits = _fits(password, each.format)
    try:
        right = each.format.verify(password if fits else "", each.found)
    except Exception as error:  # noqa: BLE001 - whatever a library says, it is not the password
        kind = type(error).__name__
        _tell("password-hash-damaged", f"A stored hash ({each.format.name}) cannot be read: {kind}")
        return False
    return right and fits


def _fits(password: str, each: Format) -> bool:
    """Tell whether a format can hold a password whole: C's would end at a NUL."""
    try:
        length = len(password.encode())
    except UnicodeEncodeError:  # a lone surrogate, which no form and no hash can hold
        return False
    return length <= min(each.longest, LONGEST_PASSWORD) and "\0" not in password


def _checked(accept: Iterable[str]) -> tuple[str, ...]:
    if isinstance(accept, str):
        msg = f"accept={accept!r} is one str; write accept=({accept!r},)"
        raise TypeError(msg)
    wanted = tuple(dict.fromkeys(accept))
    unknown = [each for each in wanted if each not in _FAMILIES]
    if unknown or not wanted:
        what = f"knows no {unknown[0]!r}" if unknown else "is empty"
        msg = f"accept={wanted!r} {what}; choose from {', '.join(_FAMILIES)}"
        raise ValueError(msg)
    return wanted


def _tell(code: str, text: str) -> None:
    _log.warning("%s; nobody can sign in with it.", text, extra={"code": code})
