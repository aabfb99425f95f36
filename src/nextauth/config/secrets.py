"""Owns which secrets are too weak to keep: whoever has a cookie can try them offline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nextauth.errors import Problem

__all__ = ["secret_problems"]

_LEAST_BYTES = 32
_LEAST_DISTINCT = 8
# It runs where the extra `cli`, and so `nextauth secret`, is not installed.
_FIX = (
    "Set AUTH_SECRET to a random one, such as this prints: "
    "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
)

# Placeholders and examples of tutorials, reduced to letters and digits; each was published, and
# lists for guessing the secrets of NextAuth and JWT sites hold them.
_KNOWN = frozenset(
    {
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
        "2gyz3gdw3lhzqkdhpmpdl3sjrevrxpr8",
        "astringsecretatleast256bitslong",
        "changethisinproduction",
        "changeme",
        "changethis",
        "complexpasswordatleast32characterslong",
        "complexpasswordofatleast32characters",
        "mysupersecretkeythatisatleast32characterslong",
        "nextauth",
        "nextauthsecret",
        "opensslrandbase6432",
        "opensslrandhex32",
        "opensslrandbase6433",
        "runopensslrandbase6432",
        "secret",
        "supersecret",
        "supersecretkeychangeinproduction",
        "supersecretkeychangethisinproduction",
        "thisisasecretkeythatshouldbechangedinproduction",
        "thisisaverysecretkeychangeitinproduction",
        "your256bitsecret",
        "your512bitsecret",
        "yournextauthsecret",
        "yournextauthsecrethere",
        "yoursecrethere",
        "yoursecretkey",
        "yoursecretkeychangeinproduction",
        "yoursecretkeyhere",
        "yoursecretkeyherechangeinproduction",
        "yoursupersecretkeychangethisinproduction",
        "yoursupersecretkeythatisatleast32characters",
        "yoursupersecretjwtkeychangethisinproduction",
    }
)


def secret_problems(secrets: Sequence[object]) -> Iterator[Problem]:
    """Answer what is wrong with the secrets, never with their values.

    Args:
        secrets: As they were given, newest first.
    """
    if not secrets:
        yield Problem(
            "secret-missing",
            "There is no secret: neither secret=... nor AUTH_SECRET or NEXTAUTH_SECRET is set.",
            _FIX,
        )
    for number, secret in enumerate(secrets, 1):
        which = "The secret" if len(secrets) == 1 else f"Secret {number} of {len(secrets)}"
        if not isinstance(secret, str):
            yield Problem("secret-type", f"{which} is a {type(secret).__name__}.", "Pass a str.")
        else:
            yield from _weakness(secret, which)


def _weakness(secret: str, which: str) -> Iterator[Problem]:
    size = len(secret.encode("utf-8", "surrogatepass"))
    if not _is_utf8(secret):
        yield Problem("secret-encoding", f"{which} holds bytes that are not UTF-8.", _FIX)
    elif re.sub(r"[^a-z0-9]", "", secret.lower()) in _KNOWN:
        yield Problem("secret-known", f"{which} is a published example.", _FIX)
    elif size < _LEAST_BYTES:
        yield Problem(
            "secret-too-short", f"{which} has {size} bytes; it needs {_LEAST_BYTES}.", _FIX
        )
    elif len(set(secret)) < _LEAST_DISTINCT or secret in (secret + secret)[1:-1]:
        yield Problem("secret-repetitive", f"{which} repeats itself and can be guessed.", _FIX)


def _is_utf8(secret: str) -> bool:
    """Tell whether `secret` can be encoded; from the environment, other bytes are surrogates."""
    try:
        secret.encode()
    except UnicodeEncodeError:
        return False
    return True
