"""Owns the sessions of tests: the cookies, or the token, that a sign-in gives, without it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from nextauth import background
from nextauth.auth import Auth
from nextauth.errors import StoreUnavailable
from nextauth.models import Account, User
from nextauth.sessions import RevocationList
from nextauth.sessions.beginning import new_sid
from nextauth.sessions.claims import EPOCH, new_claims, stamp
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.web import Cookies, Origin, SetCookie
from nextauth.web.request import step

__all__ = ["asked_at", "ending_cookies", "mint_session", "mint_token", "session_cookies"]

_ENDS_OF_CHUNKS = tuple(f".{number}" for number in range(32))


def mint_session(
    auth: Auth, user: User, *, base_url: str = "http://localhost", **claims: object
) -> dict[str, str]:
    """Answer the session cookies of a user who has just signed in.

    The callbacks do not run: give what your ``jwt`` callback would add as `claims`.

    Args:
        auth: The site's `Auth`.
        user: Who is signed in; with an id.
        base_url: The address that the test's client uses, if `auth` has none of its own.
        claims: More claims for the token, or others instead of its own.

    Returns:
        Cookie names and values.

    Raises:
        ValueError: `base_url` is no address, or `user` has no id.
    """
    cookies = session_cookies(auth, user, at=_origin_of(base_url), claims=claims)
    return {cookie.name: cookie.value for cookie in cookies}


def mint_token(auth: Auth, user: User, **claims: object) -> str:
    """Answer the token of a client without a browser that has just signed in.

    It is sent as ``Authorization: Bearer``. The callbacks do not run: give what your ``jwt``
    callback would add as `claims`.

    Args:
        auth: The site's `Auth`, with ``SessionOptions(bearer=True)``.
        user: Who is signed in; with an id.
        claims: More claims for the token, or others instead of its own.

    Raises:
        ValueError: `auth` takes no such tokens, or `user` has no id.
    """
    if not auth.settings.session.bearer:
        message = "this Auth takes no such tokens; pass session=SessionOptions(bearer=True) to it"
        raise ValueError(message)
    handed = auth.services.sessions.borne(None).write(_stamped(auth, user, claims))
    return handed.token or ""


def session_cookies(
    auth: Auth, user: User, *, at: Origin, claims: Mapping[str, Any]
) -> list[SetCookie]:
    """Answer what a sign-in would set, without the day on which it ends.

    A client's jar goes by the system's clock, and would drop what has ended by it; the token in
    the cookie ends by the clock of `auth` nevertheless.

    Args:
        auth: The site's `Auth`.
        user: Who is signed in; with an id.
        at: Where the client asks, if `auth` has no address of its own.
        claims: More claims for the token, or others instead of its own.

    Raises:
        ValueError: `user` has no id.
    """
    cookie = auth.services.sessions.cookie_on(_named_for(auth, at))
    written = cookie.write(_stamped(auth, user, claims), Cookies(()))
    return [each._replace(expires=None) for each in written]


def _stamped(auth: Auth, user: User, claims: Mapping[str, Any]) -> dict[str, Any]:
    services = auth.services
    if user.id is None:
        message = "the user has no id; give one, as in User(id='1')"
        raise ValueError(message)
    now = services.clock()
    account = Account(next(iter(auth.settings.providers), "credentials"), "credentials", user.id)
    sid = new_sid(services.entropy)
    own = new_claims(user, account, amr=("pwd",), sid=sid, auth_time=int(now))
    merged = {**own, **_epoch(services.sessions.revocation, account, now), **claims}
    expires = Lifetimes(auth.settings.session).end_of_token(merged, now)
    stamped = stamp(merged, now=now, expires=expires, jti=services.entropy(16).hex())
    return {**stamped, **claims}


def _epoch(revocation: RevocationList | None, account: Account, now: float) -> dict[str, int]:
    """Answer the claim without which a session is over whose user's sessions were all ended."""
    if revocation is None:
        return {}
    ask = partial(revocation.epoch, account.provider, account.provider_account_id, now=now)
    try:
        return {EPOCH: background.run(lambda _: ask()) if revocation.waits else step(ask())}
    except StoreUnavailable:
        # Later than what was ended before this second, and over as soon as all are ended.
        return {EPOCH: int(now) - 1}


def ending_cookies(auth: Auth, *, at: Origin) -> list[SetCookie]:
    """Answer what deletes every session cookie that a client may have, of either dialect.

    Args:
        auth: The site's `Auth`.
        at: Where the client asks, if `auth` has no address of its own.
    """
    origin = _named_for(auth, at)
    names = auth.settings.cookies_on(origin).readable.values()
    every = [name + end for name in names for end in ("", *_ENDS_OF_CHUNKS)]
    return auth.services.sessions.cookie_on(origin).delete(Cookies(f"{name}=" for name in every))


def asked_at(auth: Auth, *told: str | None) -> Origin:
    """Answer where a client asks: the first address that somebody told, else the site's own.

    Args:
        auth: The site's `Auth`.
        told: Addresses, or None.

    Raises:
        ValueError: It is no address, or nobody told one.
    """
    base_url = next(filter(None, told), None) or auth.settings.address.base_url
    if base_url is None:
        message = "nobody said where the client asks; pass base_url='http://localhost', or another"
        raise ValueError(message)
    return _origin_of(str(base_url))


def _origin_of(base_url: str) -> Origin:
    address = urlsplit(base_url)
    origin = Origin.parse(f"{address.scheme}://{address.netloc}")
    if origin is None:
        shown = re.sub("//.*@", "//[hidden]@", base_url)
        message = f"base_url={shown!r} is no address; write it as 'http://localhost'"
        raise ValueError(message)
    return origin


def _named_for(auth: Auth, at: Origin) -> Origin:
    return auth.settings.address.base_url or at
