"""Owns signed-in clients for tests: the same cookies that a sign-in sets, without the sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from nextauth.auth import Auth
from nextauth.models import Account, User
from nextauth.sessions.claims import new_claims, stamp
from nextauth.web import Cookies, Origin

__all__ = ["mint_session", "signed_in"]


class _CookieJar(Protocol):
    def set(self, name: str, value: str, domain: str) -> object: ...


class _Client(Protocol):
    @property
    def base_url(self) -> object: ...

    @property
    def cookies(self) -> _CookieJar: ...


C = TypeVar("C", bound=_Client)


def mint_session(
    auth: Auth, user: User, *, base_url: str = "http://localhost", **claims: object
) -> dict[str, str]:
    """Answer the session cookies of a user who has just signed in.

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
    services = auth.services
    origin = auth.settings.address.base_url or _origin(base_url)
    if user.id is None:
        message = "the user has no id; give one, as in User(id='1')"
        raise ValueError(message)
    provider = next(iter(auth.settings.providers), "credentials")
    now = services.clock()
    own = new_claims(
        user,
        Account(provider, "credentials", user.id),
        amr=("pwd",),
        sid=services.entropy(16).hex(),
        auth_time=int(now),
    )
    whole: Mapping[str, Any] = {
        **stamp(
            own, now=now, max_age=auth.settings.session.max_age, jti=services.entropy(16).hex()
        ),
        **claims,
    }
    cookies = services.sessions.cookie_on(origin).write(whole, Cookies(()))
    return {cookie.name: cookie.value for cookie in cookies}


def signed_in(client: C, user: User, *, auth: Auth, **claims: object) -> C:
    """Sign a test client in, and answer it.

    Args:
        client: Starlette's, FastAPI's or httpx's client: anything with ``base_url`` and
            ``cookies.set``.
        user: Who is signed in; with an id.
        auth: The site's `Auth`.
        claims: More claims for the token.

    Raises:
        ValueError: The client's ``base_url`` is no address, or `user` has no id.
    """
    base_url = str(client.base_url)
    host = _origin(base_url).host
    # As the jar files what the site itself sets, so that a sign-out or a refreshed cookie replaces
    # this one: `http.cookiejar` gives a host without a dot the domain "local" (RFC 2965, 1).
    domain = host if "." in host else f"{host}.local"
    for name, value in mint_session(auth, user, base_url=base_url, **claims).items():
        client.cookies.set(name, value, domain)
    return client


def _origin(base_url: str) -> Origin:
    address = urlsplit(base_url)
    origin = Origin.parse(f"{address.scheme}://{address.netloc}")
    if origin is None:
        message = f"base_url={base_url!r} is no address; write it as 'http://localhost'"
        raise ValueError(message)
    return origin
