"""Owns which claims a session's token holds, and which of them no callback can change.

Registered claims (RFC 7519; ``sid`` and ``auth_time`` of OpenID Connect; ``amr`` of RFC 8176) are
ours from the sign-in on. Other programs stamp ``iat``, ``exp`` and ``jti`` anew whenever they read
a token, so nothing is decided by ``iat`` where we know better: a session began then at the latest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from time import gmtime, strftime
from types import MappingProxyType
from typing import Any

from nextauth.models import Account, Session, User

__all__ = [
    "identity_of",
    "is_own",
    "keep_own_claims",
    "new_claims",
    "public_session",
    "session_of",
    "shown_claims",
    "stamp",
    "user_of",
    "withheld_texts",
]

SCHEMA_VERSION = 1
_EXTRA = "user"
_HOUR = 3600
_TWO_DIGITS = [f"{number:02}" for number in range(60)]
_PUBLIC = (("name", "name"), ("email", "email"), ("image", "picture"))
_VERSION = "nextauth"
_PREFIX = "nextauth_"
_SHOWN = ("name", "email", "picture")
ADOPTED = "nextauth_adopted"
"""When a session of another program began, as far as we know: no proof, as ``auth_time`` is."""

UNASKED = "nextauth_unasked"
"""Set where a person was not asked for the second factor that they have: see `Freshness`."""

EPOCH = "nextauth_epoch"
REMEMBER = "nextauth_remember"
CHECKED = "nextauth_checked"
KEPT = "nextauth_kept"
"""What was submitted, sealed under a key of its own: nobody but the revalidation is shown it."""

_OWN = (
    *("sub", "sid", "auth_time", "amr", "provider", _VERSION, ADOPTED, EPOCH, REMEMBER),
    *(CHECKED, KEPT, "iat", "exp", "jti", "nbf"),
)


def new_claims(
    user: User, account: Account, *, amr: tuple[str, ...], sid: str, auth_time: int
) -> dict[str, Any]:
    """Answer the claims of a session that begins.

    Args:
        user: Who signed in, with an id.
        account: Through which provider.
        amr: How it was proven.
        sid: The new session's id.
        auth_time: Unix seconds of the sign-in.
    """
    claims: dict[str, Any] = {
        "sub": user.id,
        "provider": account.provider,
        "sid": sid,
        "auth_time": auth_time,
        "amr": list(amr),
        _VERSION: SCHEMA_VERSION,
    }
    if user.name is not None:
        claims["name"] = user.name
    if user.email is not None:
        claims["email"] = user.email
    if user.image is not None:
        claims["picture"] = user.image
    if user.extra:
        claims[_EXTRA] = dict(user.extra)
    return claims


def keep_own_claims(answer: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the claims that a ``jwt`` callback chose, with our own as they were before.

    Args:
        answer: What the callback answered.
        before: The claims that it was given.
    """
    claims = {name: value for name, value in answer.items() if not is_own(name)}
    claims.update((name, value) for name, value in before.items() if is_own(name))
    return claims


def is_own(name: object) -> bool:
    """Tell whether a claim is ours: a later release may have written one that we do not know.

    Args:
        name: The claim's name.
    """
    return name in _OWN or (isinstance(name, str) and name.startswith(_PREFIX))


def shown_claims(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer the claims that the application may see.

    Args:
        claims: A token's claims.
    """
    if KEPT not in claims:
        return claims
    return {name: value for name, value in claims.items() if name != KEPT}


def stamp(claims: Mapping[str, Any], *, now: float, expires: int, jti: str) -> dict[str, Any]:
    """Answer the claims with the times of a token that is written now.

    Args:
        claims: The claims.
        now: Unix seconds.
        expires: Unix seconds at which the token ends.
        jti: The token's own id.
    """
    return {**claims, "iat": int(now), "exp": expires, "jti": jti}


def user_of(claims: Mapping[str, Any]) -> User:
    """Answer the user that a token tells of; members of another type are left out.

    Args:
        claims: The claims of any program that shares our secret.
    """
    get = claims.get
    known = _text(get("sub")) or None, _text(get("name")), _text(get("email"))
    extra = get(_EXTRA)
    if extra and isinstance(extra, dict):
        return User(*known, _text(get("picture")), extra)
    return User(*known, _text(get("picture")))


def session_of(claims: Mapping[str, Any]) -> Session:
    """Answer the session that a token stands for.

    Args:
        claims: Claims that opened, with ``exp``.
    """
    auth_time, amr = claims.get("auth_time"), claims.get("amr")
    # By position: this is done at most requests.
    return Session(
        user_of(claims),
        datetime.fromtimestamp(claims["exp"], UTC),
        MappingProxyType(dict(shown_claims(claims))),
        auth_time if isinstance(auth_time, int) else None,
        tuple([item for item in amr if isinstance(item, str)]) if isinstance(amr, list) else (),
        _text(claims.get("sid")),
    )


def public_session(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what the client gets of a session unless a callback says otherwise.

    Args:
        claims: Claims that opened, with ``exp``.
    """
    user = {}
    for member, claim in _PUBLIC:
        value = claims.get(claim)
        if value is not None:
            user[member] = value
    return {"user": user, "expires": _iso_8601(claims["exp"])}


def _iso_8601(moment: float) -> str:
    """Answer Unix seconds as JavaScript's ``Date`` writes them."""
    hours, seconds = divmod(int(moment), _HOUR)
    minute, second = divmod(seconds, 60)
    return f"{_hour(hours)}{_TWO_DIGITS[minute]}:{_TWO_DIGITS[second]}.000Z"


@lru_cache(maxsize=64)  # sessions that are used end within the same day or two
def _hour(hours: int) -> str:
    return strftime("%Y-%m-%dT%H:", gmtime(hours * _HOUR))


def identity_of(claims: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Answer provider, user id and session id of a token, each None where it is missing.

    Args:
        claims: The claims of any program that shares our secret.
    """
    return _text(claims.get("provider")), _text(claims.get("sub")), _text(claims.get("sid"))


def withheld_texts(claims: Mapping[str, Any], *, posted: object = None) -> Iterator[str]:
    """Answer the texts that no log may hold, since an application may keep credentials in a token.

    Args:
        claims: A token's claims; ours, and those that a page shows, are no secret.
        posted: What the client posted with an update.
    """
    left: list[object] = [posted]
    left += [value for name, value in claims.items() if name not in _OWN and name not in _SHOWN]
    while left:
        each = left.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, Mapping):
            left += each.values()
        elif isinstance(each, (list, tuple)):
            left += each


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
