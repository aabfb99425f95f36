"""Owns which older releases' session cookies are read, until when, and what is refused of that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeGuard

from nextauth.config.options import DAY, Revocation
from nextauth.errors import Problem
from nextauth.providers import Provider
from nextauth.web.set_cookies import is_cookie_name

__all__ = ["Accept", "acceptance_problems", "older_names"]

_USUAL_COOKIE = "next-auth.session-token"
_LONGEST = 400 * DAY
_USUAL = 30 * DAY  # of the older releases, after which their cookies are over
_V3_KEYS = (("signing_key", None), ("encryption_key", 32))


@dataclass(frozen=True, slots=True)
class Accept:
    """Session cookies of an older release that are still read: ``Auth(accept=[Accept(...)])``.

    Whoever has one stays signed in: their next request's answer replaces it by a cookie of ours.
    Nothing is ever written under the older secret, so it may be one that we would refuse today.

    Args:
        version: ``"next-auth-v4"``, ``"next-auth-v3"`` or ``"next-auth-v2"``.
        secret: The older site's secret: its ``jwt.secret``, else its ``secret``. Not in the repr.
        until: The moment (aware) after which its cookies are no longer read; 400 days ahead at
            most.
        cookie: Full name of its session cookie, where that was not the usual one.
        signing_key: v3's ``jwt.signingKey``, a JWK as JSON, if it had one. Not in the repr.
        encryption_key: v3's ``jwt.encryptionKey``, likewise. Not in the repr.
    """

    version: str
    secret: str = field(default="", repr=False)
    until: datetime | None = None
    cookie: str | None = None
    signing_key: str | None = field(default=None, repr=False)
    encryption_key: str | None = field(default=None, repr=False)


def acceptance_problems(
    accept: object,
    *,
    providers: Sequence[Provider],
    revocation: object,
    now: float,
) -> Iterator[Problem]:
    """Check what is read of older releases.

    Args:
        accept: As it was given.
        providers: The providers; they may be anything as well.
        revocation: How sessions are ended.
        now: Unix seconds.
    """
    wrong = (
        [each for each in accept if not isinstance(each, Accept)] if _is_list(accept) else [accept]
    )
    if wrong:
        yield Problem(
            "accept-type",
            f"accept= got a {type(wrong[0]).__name__}.",
            "Pass a list: accept=[Accept('next-auth-v4', secret=..., until=...)].",
        )
    entries = _entries(accept)
    for entry in entries:
        yield from _entry_problems(entry)
        yield from _until_problems(entry, now)
    if entries:
        yield from _refused_anyway(providers, revocation)


def older_names(accept: object, *, prefix: str) -> tuple[str, ...]:
    """Answer under which names older releases' session cookies come; chunks not counted.

    Args:
        accept: As it was given, perhaps wrong.
        prefix: ``"__Secure-"``, where cookies have it.
    """
    usual = f"{prefix}{_USUAL_COOKIE}"
    names: list[object] = [each.cookie or usual for each in _entries(accept)]
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _entries(accept: object) -> list[Accept]:
    return [each for each in accept if isinstance(each, Accept)] if _is_list(accept) else []


def _is_list(accept: object) -> TypeGuard[Sequence[object]]:
    return isinstance(accept, Sequence) and not isinstance(accept, str)


def _entry_problems(entry: Accept) -> Iterator[Problem]:
    from nextauth.tokens import OLDER_VERSIONS  # noqa: PLC0415 - most sites read no older release

    version: object = entry.version
    if not isinstance(version, str) or version not in OLDER_VERSIONS:
        yield Problem(
            "accept-version",
            f"Accept({version!r}) is no release whose cookies can be read.",
            f"Use one of {', '.join(OLDER_VERSIONS)}.",
        )
    if not _is_secret(entry.secret):
        yield Problem(
            "accept-secret",
            f"Accept({version!r}) has no secret to read with.",
            "Pass secret=..., the older site's, as a str.",
        )
    for name, length in _V3_KEYS:
        text = getattr(entry, name)
        if text is None:
            continue
        if version != "next-auth-v3":
            yield Problem(
                "accept-key-unused", f"Accept({version!r}) takes no {name}.", "Leave it out."
            )
        elif not _is_jwk(text, length):
            yield Problem(
                "accept-key",
                f"Accept({name}=...) is no JWK with a symmetric key"
                + (f" of {length} bytes." if length else "."),
                'Copy it from the older site: \'{"kty":"oct","k":"..."}\'.',
            )
    cookie: object = entry.cookie
    if cookie is not None and not (isinstance(cookie, str) and is_cookie_name(cookie)):
        yield Problem(
            "accept-cookie",
            f"Accept(cookie={cookie!r}) is no cookie's name.",
            "Pass the full name that the older site gave its session cookie, or leave it out.",
        )


def _until_problems(entry: Accept, now: float) -> Iterator[Problem]:
    until: object = entry.until
    soon = datetime.fromtimestamp(now + _USUAL, UTC)
    if not isinstance(until, datetime) or until.utcoffset() is None:
        yield Problem(
            "accept-until",
            f"Accept(until={until!r}) is no moment that is the same everywhere.",
            f"Write until=datetime({soon.year}, {soon.month}, {soon.day}, tzinfo=UTC).",
        )
    elif until.timestamp() > now + _LONGEST:
        yield Problem(
            "accept-until-far",
            f"Accept(until={until.isoformat()!r}) is more than 400 days ahead: an older secret "
            "would stay good for too long.",
            "Choose a nearer one; sessions that are used are replaced at their next request.",
        )


def _refused_anyway(providers: Sequence[Provider], revocation: object) -> Iterator[Problem]:
    """Answer what would end each older session, so that accepting them is in vain."""
    if isinstance(revocation, Revocation):
        if revocation.adopt_until is None:
            yield Problem(
                "accept-adoption",
                "accept=... with Revocation(adopt_until=None): older sessions have no id, could "
                "not be ended, and would all be refused.",
                "Set Revocation(adopt_until=...) to the same moment as Accept(until=...).",
            )
    elif any(getattr(each, "revalidation", None) is not None for each in providers):
        yield Problem(
            "accept-revalidation",
            "accept=... with a provider that is asked again: nobody knows whom to ask about older "
            "sessions, and they would all be refused.",
            "Add revocation=Revocation(store, adopt_until=...), or leave revalidate out.",
        )


def _is_secret(secret: object) -> bool:
    if not isinstance(secret, str):
        return False
    try:
        return bool(secret.encode())
    except UnicodeEncodeError:
        return False


def _is_jwk(text: object, length: int | None) -> bool:
    from nextauth.tokens.next_auth_v3 import key_of_jwk  # noqa: PLC0415 - likewise

    try:
        return isinstance(text, str) and bool(key_of_jwk(text, length=length))
    except ValueError:
        return False
