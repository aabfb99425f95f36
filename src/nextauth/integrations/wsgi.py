"""Owns how any WSGI server and framework meets the core, without an event loop where it can."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from nextauth.auth import Auth
from nextauth.errors import PayloadTooLarge
from nextauth.models import Session
from nextauth.sessions import Resumed
from nextauth.web import Request, Response
from nextauth.web.request import MOST_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["AuthApp", "AuthMiddleware", "request_of", "session_of"]

Headers = list[tuple[bytes, bytes]] | tuple[tuple[bytes, bytes], ...]

_ENVIRON_KEY = "nextauth.resumed"
_UNPREFIXED = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
_MOST_DIGITS = 18  # of a length: the interpreter refuses to read numbers of thousands
# A server that closes a connection on bytes nobody read resets it, and the answer may be lost. So
# what a client is likely to have sent already is read; more is not, whoever sends it.
_MOST_DISCARDED = 1024 * 1024
_DISCARDED_AT_ONCE = 64 * 1024
_PRIVATE = ("Cache-Control", "private, no-store")


def path_of(environ: WSGIEnvironment) -> str:
    """Answer the decoded path of a WSGI environment, from the site's root (PEP 3333).

    Args:
        environ: The environment.
    """
    path: str = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return path.encode("latin-1").decode("utf-8", "replace")


def request_of(environ: WSGIEnvironment, path: str | None = None) -> Request:
    """Answer the core's request for a WSGI environment (PEP 3333).

    Args:
        environ: The environment.
        path: The decoded path, for those who know it already.
    """
    return _EnvironRequest(environ, path_of(environ) if path is None else path)


class _EnvironRequest(Request):
    """Looks a header up where the server put it: few are asked for, and to list all takes longer.

    Args:
        environ: The environment.
        path: The decoded path, from the site's root.
    """

    __slots__ = ("_environ", "_listed")

    _listed: Headers | None

    def __init__(self, environ: WSGIEnvironment, path: str) -> None:
        may_be_too_many = len(environ) > MOST_HEADERS
        super().__init__(
            environ["REQUEST_METHOD"],
            path,
            query=environ.get("QUERY_STRING", "").encode("latin-1"),
            headers=_headers(environ) if may_be_too_many else (),
            scheme=environ.get("wsgi.url_scheme", "http"),
            client=environ.get("REMOTE_ADDR") or None,
            read_body=_body_reader(environ),
        )
        self._environ = environ
        if not may_be_too_many:
            self._listed = None

    @property
    def headers(self) -> Headers:
        if self._listed is None:
            self._listed = list(_headers(self._environ))
        return self._listed

    @headers.setter
    def headers(self, headers: Headers) -> None:
        self._listed = headers

    def header(self, name: bytes) -> str | None:
        if self._listed is not None:
            return super().header(name)
        value = self._environ.get(_key(name))
        return None if value is None else str(value)

    def header_values(self, name: bytes) -> list[str]:
        if self._listed is not None:
            return super().header_values(name)
        value = self.header(name)
        return [] if value is None else [value]


def _key(name: bytes) -> str:
    key = name.decode("ascii").upper().replace("-", "_")
    return key if key in _UNPREFIXED else f"HTTP_{key}"


def _headers(environ: WSGIEnvironment) -> Iterable[tuple[bytes, bytes]]:
    for key, value in environ.items():
        name = key.removeprefix("HTTP_")
        if name != key or key in _UNPREFIXED:
            yield name.replace("_", "-").lower().encode("latin-1"), str(value).encode("latin-1")


def _body_reader(environ: WSGIEnvironment) -> Callable[[int], Awaitable[bytes]]:
    async def read_body(limit: int) -> bytes:
        declared = environ.get("CONTENT_LENGTH") or ""
        length = int(declared[:_MOST_DIGITS]) if declared.isdecimal() else 0
        if environ.get("wsgi.input_terminated") and not declared:
            length = limit + 1
        elif length > limit:
            _discard(environ, min(length, _MOST_DISCARDED))
            message = f"the body is declared to be longer than the {limit} bytes that are read"
            raise PayloadTooLarge(message)
        return bytes(environ["wsgi.input"].read(length)) if length else b""

    return read_body


def _discard(environ: WSGIEnvironment, length: int) -> None:
    read = environ["wsgi.input"].read
    while length > 0 and (data := read(min(length, _DISCARDED_AT_ONCE))):
        length -= len(data)


def _send(response: Response, start_response: StartResponse) -> list[bytes]:
    headers = [
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers()
    ]
    start_response(f"{response.status} {HTTPStatus(response.status).phrase}", headers)
    return [response.body] if response.body else []


class AuthApp:
    """A complete WSGI application that serves the protocol under its base path.

    Args:
        auth: The site's `Auth`.

    Raises:
        ConfigurationError: The `Auth` has no providers.
    """

    def __init__(self, auth: Auth) -> None:
        auth.services.require_providers()
        self._auth = auth

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request; what is not under the base path is 404."""
        path = path_of(environ)
        if self._auth.covers(path):
            return _send(self._auth.handle_sync(request_of(environ, path)), start_response)
        return _send(Response(404, [(b"content-length", b"0")]), start_response)


def session_of(environ: WSGIEnvironment, auth: Auth) -> Session | None:
    """Answer who is signed in, or None; the session is opened once a request.

    Args:
        environ: The environment.
        auth: The site's `Auth`.
    """
    known: dict[Auth, Resumed] = environ.setdefault(_ENVIRON_KEY, {})
    if auth not in known:
        known[auth] = auth.resume_sync(request_of(environ))
    return known[auth].session


class AuthMiddleware:
    """Adds the protocol's routes to an application, and rolls the session's cookie on.

    Args:
        app: The application.
        auth: The site's `Auth`.
    """

    def __init__(self, app: WSGIApplication, auth: Auth) -> None:
        self._app = app
        self._auth = auth
        self._routes = AuthApp(auth)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if self._auth.covers(path_of(environ)):
            return self._routes(environ, start_response)

        def start_with_cookies(
            status: str,
            headers: list[tuple[str, str]],
            *exc_info: Any,  # noqa: ANN401 - PEP 3333 passes a tuple or nothing
        ) -> Callable[[bytes], object]:
            resumed = environ.get(_ENVIRON_KEY, {}).get(self._auth)
            if resumed is not None and resumed.cookies:
                headers = _refreshed(headers, resumed)
            return start_response(status, headers, *exc_info)

        return self._app(environ, start_with_cookies)


def _refreshed(headers: list[tuple[str, str]], resumed: Resumed) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in headers if name.lower() != "cache-control"]
    cookies = [("Set-Cookie", cookie.encode().decode("ascii")) for cookie in resumed.cookies]
    return [*kept, _PRIVATE, *cookies]
