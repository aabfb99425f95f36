"""Owns how test clients keep cookies: each kind is known by what it offers, never by its name.

A cookie is filed where the client files those that the site itself sets. So a refreshed cookie
takes its place, and signing out removes it. A new kind of client is one new class in `_KINDS`.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from email.message import Message
from http.cookiejar import CookieJar
from http.cookies import BaseCookie
from inspect import iscoroutinefunction
from typing import Any, Protocol, Self
from urllib.request import Request as UrlRequest

from nextauth.web import Origin, SetCookie

__all__ = ["Client", "Pocket", "pocket_of"]


class _HoldsJar(Protocol):
    @property
    def jar(self) -> CookieJar: ...


class _KeepsHeldJar(Protocol):
    """httpx2, httpx, and the clients of Starlette, FastAPI and Litestar."""

    @property
    def cookies(self) -> _HoldsJar: ...


class _KeepsOwnJar(Protocol):
    """Quart's client."""

    @property
    def cookie_jar(self) -> CookieJar | None: ...


class _KeepsMorsels(Protocol):
    """Django's clients."""

    @property
    def cookies(self) -> BaseCookie[str]: ...


class _SetsCookies(Protocol):
    """Flask's client, and Werkzeug's."""

    @property
    def application(self) -> Any: ...  # noqa: ANN401 - any WSGI application

    def set_cookie(self, key: str, value: str = ..., *, domain: str = ..., path: str = ...) -> None:
        """File a cookie."""
        ...


_HOST_OF_DJANGO = "testserver"
_SERVER_NAME = "Give the application SERVER_NAME='localhost'"

Client = _KeepsHeldJar | _KeepsOwnJar | _KeepsMorsels | _SetsCookies


class Pocket(Protocol):
    """Where a client keeps its cookies."""

    @classmethod
    def of(cls, client: object) -> Self | None:
        """Answer the client's pocket, or None if it is of another kind.

        Args:
            client: Any client.
        """
        ...

    @property
    def address(self) -> str | None:
        """Where the client asks, if it knows."""
        ...

    @property
    def names_host(self) -> bool:
        """Whether its requests tell the site where they ask, in their Host header."""
        ...

    @property
    def fix(self) -> str:
        """How one makes the client ask at this machine."""
        ...

    def take(self, cookie: SetCookie, *, at: Origin) -> None:
        """File a cookie, or delete it, as if the site had answered so.

        Args:
            cookie: The cookie.
            at: Where the client asks.

        Raises:
            ValueError: The client would never send it.
        """
        ...


class _Jar:
    """A jar of the standard library that obeys its rules."""

    names_host = True
    fix = "Give the client base_url='http://localhost'"

    def __init__(self, jar: CookieJar, address: str | None) -> None:
        self._jar = jar
        self.address = address

    @classmethod
    def of(cls, client: object) -> Self | None:
        jar = getattr(getattr(client, "cookies", None), "jar", None)
        base_url = getattr(client, "base_url", None)
        return cls(jar, str(base_url or "") or None) if isinstance(jar, CookieJar) else None

    def take(self, cookie: SetCookie, *, at: Origin) -> None:
        _file(self._jar, cookie, at)
        if cookie.max_age != 0 and cookie.name not in _sent(self._jar, at):
            said = cookie.encode().decode("ascii").partition("; ")[2]
            message = (
                f"A client that asks at {at} would never send the session cookie ({said}). "
                "Give it the address of the site, such as base_url='https://example.com'."
            )
            raise ValueError(message)


class _LaxJar:
    """A jar of the standard library from which everything is sent everywhere."""

    names_host = True
    fix = _SERVER_NAME

    def __init__(self, jar: CookieJar, address: str) -> None:
        self._jar = jar
        self.address = address

    @classmethod
    def of(cls, client: object) -> Self | None:
        jar = getattr(client, "cookie_jar", None)
        config = _config_of(getattr(client, "app", None))
        host = config.get("SERVER_NAME") or "localhost"
        return cls(jar, f"http://{host}") if isinstance(jar, CookieJar) else None

    def take(self, cookie: SetCookie, *, at: Origin) -> None:
        _file(self._jar, cookie, at)


class _Morsels:
    """A plain table of cookies by name, all of which are sent."""

    fix = "Give Django's Client headers={'host': 'localhost'}"

    def __init__(self, cookies: MutableMapping[str, Any], host: str | None) -> None:
        self._cookies = cookies
        self.address = f"http://{host or _HOST_OF_DJANGO}"
        self.names_host = host is not None

    @classmethod
    def of(cls, client: object) -> Self | None:
        cookies = getattr(client, "cookies", None)
        if not isinstance(cookies, BaseCookie):
            return None
        # The async client always names this host; the other none, unless it is told one.
        is_async = iscoroutinefunction(getattr(client, "request", None))
        told: Mapping[str, str] = getattr(client, "defaults", {})
        return cls(cookies, _HOST_OF_DJANGO if is_async else told.get("HTTP_HOST"))

    def take(self, cookie: SetCookie, *, at: Origin) -> None:  # noqa: ARG002 - it knows no hosts
        if cookie.max_age == 0:
            self._cookies.pop(cookie.name, None)
        else:
            self._cookies[cookie.name] = cookie.value


class _Filing:
    """A client with a method of its own to file cookies."""

    names_host = True
    fix = _SERVER_NAME

    def __init__(self, client: Any, address: str) -> None:  # noqa: ANN401
        self._client = client
        self.address = address

    @classmethod
    def of(cls, client: object) -> Self | None:
        if not (hasattr(client, "set_cookie") and hasattr(client, "application")):
            return None
        config = _config_of(client.application)
        scheme = config.get("PREFERRED_URL_SCHEME") or "http"
        return cls(client, f"{scheme}://{config.get('SERVER_NAME') or 'localhost'}")

    def take(self, cookie: SetCookie, *, at: Origin) -> None:
        attributes = cookie.attributes
        self._client.set_cookie(
            cookie.name,
            cookie.value,
            domain=attributes.domain or at.host,
            origin_only=attributes.domain is None,
            path=attributes.path,
            max_age=cookie.max_age,
        )


_KINDS: tuple[type[Pocket], ...] = (_Jar, _LaxJar, _Morsels, _Filing)


def pocket_of(client: object) -> Pocket:
    """Answer where a client keeps its cookies.

    Args:
        client: Any client.

    Raises:
        TypeError: It keeps none, or in a way that nobody here knows.
    """
    for kind in _KINDS:
        pocket = kind.of(client)
        if pocket is not None:
            return pocket
    message = (
        f"A {type(client).__name__} keeps no cookies that we know how to set. Hand it those of "
        "mint_session(auth, user) yourself, or a browser those of playwright_cookies(auth, user)."
    )
    raise TypeError(message)


def _config_of(app: object) -> Mapping[str, Any]:
    config = getattr(app, "config", None)
    return config if isinstance(config, Mapping) else {}


def _asked(at: Origin) -> UrlRequest:
    return UrlRequest(f"{at}/")  # noqa: S310 - nothing is opened, and an origin is http or https


class _Answer:
    """What `CookieJar.extract_cookies` wants of a response."""

    def __init__(self, cookie: SetCookie) -> None:
        self._headers = Message()
        self._headers["Set-Cookie"] = cookie.encode().decode("ascii")

    def info(self) -> Message:
        return self._headers


def _file(jar: CookieJar, cookie: SetCookie, at: Origin) -> None:
    if cookie.max_age != 0 or any(cookie.name == kept.name for kept in jar):
        jar.extract_cookies(_Answer(cookie), _asked(at))  # type: ignore[arg-type]


def _sent(jar: CookieJar, at: Origin) -> set[str]:
    """Answer the names of the cookies that a jar sends to an address."""
    asked = _asked(at)
    jar.add_cookie_header(asked)
    pairs = (asked.get_header("Cookie") or "").split("; ")
    return {pair.partition("=")[0] for pair in pairs}
