"""Owns how Starlette meets the core: routes, a request's session, endpoints that need one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nextauth.asking import Refusal
from nextauth.auth import Auth
from nextauth.errors import Busy
from nextauth.integrations.asgi import (
    AuthApp,
    AuthMiddleware,
    reader_of,
    refreshed_headers,
    request_of,
)
from nextauth.models import Session
from nextauth.sessions import Freshness

try:
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException
    from starlette.requests import HTTPConnection, Request
    from starlette.responses import JSONResponse, RedirectResponse, Response
    from starlette.routing import Mount
except ImportError as _error:  # pragma: no cover - the packaging test runs without Starlette
    message = "nextauth.integrations.starlette needs Starlette: pip install 'nextauth[starlette]'"
    raise ImportError(message) from _error

__all__ = ["AuthMiddleware", "auth_mount", "current_session", "require_fresh", "session_required"]

Endpoint = Callable[[Request], Any]


def auth_mount(auth: Auth) -> Mount:
    """Answer the protocol's routes, for the outermost application's list of routes.

    Args:
        auth: The site's `Auth`.
    """
    return Mount(auth.settings.base_path, app=AuthApp(auth), name="nextauth")


async def current_session(connection: HTTPConnection, auth: Auth) -> Session | None:
    """Answer who is signed in, or None; the session is opened once a request.

    Args:
        connection: The request, or the websocket.
        auth: The site's `Auth`.

    Raises:
        HTTPException: 503, where a plain ``def`` callback found no worker.
    """
    try:
        return (await reader_of(connection.scope, auth).read()).session
    except Busy as error:
        raise _busy() from error


def _busy() -> HTTPException:
    return HTTPException(503, "Busy", {"Retry-After": "1"})


def session_required(auth: Auth) -> Callable[[Endpoint], Callable[[Request], Awaitable[Response]]]:
    """Let an endpoint run for signed-in people only.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401.

    Args:
        auth: The site's `Auth`.

    Returns:
        A decorator for an endpoint function, ``def`` or ``async def``.
    """
    return _guard(auth, None)


def require_fresh(
    auth: Auth, *, max_age: int, methods: Sequence[str] = ()
) -> Callable[[Endpoint], Callable[[Request], Awaitable[Response]]]:
    """Let an endpoint run for people only who proved lately who they are.

    A browser that navigates is sent to sign in again, as the same person, and comes back; a program
    gets 401 with the challenge of RFC 9470.

    Args:
        auth: The site's `Auth`.
        max_age: Seconds that the sign-in may be old.
        methods: Proofs of which one must have been given (RFC 8176, 2); none: any.

    Returns:
        A decorator for an endpoint function, ``def`` or ``async def``.
    """
    return _guard(auth, Freshness(max_age, tuple(methods)))


def _guard(
    auth: Auth, freshness: Freshness | None
) -> Callable[[Endpoint], Callable[[Request], Awaitable[Response]]]:
    def decorate(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        is_async = inspect.iscoroutinefunction(endpoint)

        @functools.wraps(endpoint)
        async def guarded(request: Request) -> Response:
            reader = reader_of(request.scope, auth)
            try:
                resumed = await reader.read()
            except Busy as error:
                raise _busy() from error
            response: Response
            refusal = None
            if resumed.claims is None or freshness is not None:
                asked = request_of(request.scope)
                refusal = await auth.refusal(asked, resumed.session, freshness)
            if refusal is not None:
                response = _refused(refusal)
            elif is_async:
                response = await endpoint(request)
            else:
                response = await run_in_threadpool(endpoint, request)
            if resumed.cookies and not reader.cookies_are_sent:
                response.raw_headers[:] = refreshed_headers(response.raw_headers, resumed)
            return response

        return guarded

    return decorate


def _refused(refusal: Refusal) -> Response:
    headers = {"cache-control": "private, no-store"}
    if refusal.url is not None:
        return RedirectResponse(refusal.url, 302, headers=headers)
    headers["www-authenticate"] = refusal.challenge
    return JSONResponse({"detail": refusal.detail}, 401, headers=headers)
