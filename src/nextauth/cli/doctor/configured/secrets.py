"""Owns what is found about the secrets: those that pass, and can still be guessed or are not new.

Whoever has one cookie can try secrets on it, as fast as their machines go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity

__all__ = ["CHECKS", "looks_guessable"]

_FIX = "Set AUTH_SECRET to what `nextauth secret` prints."

GUESSABLE = Diagnosis(
    "secret-guessable",
    Severity.WARNING,
    "A secret is made of words or of a sequence, and not of chance.",
    f"{_FIX} People are signed out by it, unless the old one stays in the list for a while.",
)
TWICE = Diagnosis(
    "secret-twice",
    Severity.WARNING,
    "The list of secrets has one of them twice, so that it was not changed.",
    "Put a new one first: secret=[new, old].",
)
MANY = Diagnosis(
    "secret-many",
    Severity.NOTE,
    "More than three secrets are accepted, and each of them can make sessions.",
    "Take those out that are older than the longest session.",
)

# What passwords of programs are made of, at least five letters each: one of them is in about one of
# fifty thousand random secrets.
_WORDS = (
    *("secret", "password", "passwd", "production", "staging", "development", "company", "change"),
    *("token", "default", "super", "session", "nextauth", "example", "localhost", "login"),
    *("private", "admin", "hello", "world", "welcome", "please", "letmein", "random"),
    *("secure", "encryption", "cookie", "application", "server", "database", "website", "qwert"),
)
_ROW = 6
_FEWEST_WORDS, _BY_LOT = 3, 8
_WORD = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+|[0-9]+)\Z")
_HEX = re.compile(r"[0-9a-f-]+\Z", re.IGNORECASE)
_LEAST_HEX = 32  # 128 bits
_LEAST_DISTINCT = 12
_MOST_SECRETS = 3


def looks_guessable(secret: str) -> bool:
    """Tell whether a secret looks as if a person had thought of it.

    Args:
        secret: The secret.
    """
    letters = re.sub(r"[^a-z0-9]", "", secret.lower())
    if any(word in letters for word in _WORDS) or _has_row(letters):
        return True
    if _HEX.match(secret):
        return len(letters) < _LEAST_HEX
    return len(set(secret)) < _LEAST_DISTINCT or _is_sentence(secret)


def _is_sentence(secret: str) -> bool:
    """Tell whether there are words with gaps between; eight drawn by lot would be chance again."""
    words = re.split(r"[\s_.,:-]+", secret)
    if any(each.isspace() for each in secret):
        return len(words) >= _FEWEST_WORDS
    looks_so = all(_WORD.match(each) for each in words)
    return looks_so and _FEWEST_WORDS <= len(words) < _BY_LOT


def _has_row(letters: str) -> bool:
    """Tell whether there are neighbours of the alphabet or the digits in a row, either way."""
    run, step = 1, 0
    for before, after in pairwise(letters):
        now = ord(after) - ord(before)
        run = run + 1 if now == step and now in {-1, 0, 1} else 2
        step = now
        if run >= _ROW:
            return True
    return False


def _strength(configured: Configured) -> Iterator[Finding]:
    secrets = configured.settings.secrets
    for number, secret in enumerate(secrets, 1):
        if looks_guessable(secret):
            yield GUESSABLE.found(f"secret {number} of {len(secrets)}")


def _list(configured: Configured) -> Iterator[Finding]:
    secrets = configured.settings.secrets
    if len(set(secrets)) < len(secrets):
        yield TWICE.found(f"{len(secrets)} secrets, {len(set(secrets))} different ones")
    if len(secrets) > _MOST_SECRETS:
        yield MANY.found(f"{len(secrets)} secrets")


CHECKS: tuple[Check[Configured], ...] = (
    Check("strength of the secrets", (GUESSABLE,), _strength),
    Check("list of secrets", (TWICE, MANY), _list),
)
