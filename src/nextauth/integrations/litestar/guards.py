"""Owns Litestar's guards: handlers that only signed-in people reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Guard

from nextauth.integrations.asgi import request_of, wants_page
from nextauth.integrations.litestar.connection import (
    Connection,
    auth_of,
    read_session,
    whole_scope,
)
from nextauth.models import Session
from nextauth.sessions import Freshness
from nextauth.web import Request

__all__ = ["SignInRoutes", "has_guard", "requires_fresh", "requires_session"]


class SignInRoutes(HTTPRouteHandler):
    """The handler of our own routes: guards let everybody reach it, and nothing else.

    A kind of its own, since no path tells what is ours: the application may have routes below
    ``base_path``, all of them where `Auth` only reads, and websockets.
    """

    __slots__ = ()


async def requires_session(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let signed-in people in only: a guard, ``@get(guards=[requires_session])``.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401.

    Raises:
        NotAuthorizedException: Nobody is signed in; a page gets HTTPException, 302.
        ServiceUnavailableException: A plain ``def`` callback found no worker.
    """
    await _admitted(connection, handler)


def requires_fresh(*, max_age: int, methods: Sequence[str] = ()) -> Guard:
    """Answer a guard that lets people in only who proved lately who they are.

    A browser that navigates is sent to sign in again, as the same person, and comes back; a program
    gets 401 with the challenge of RFC 9470.

    Args:
        max_age: Seconds that the sign-in may be old.
        methods: Proofs of which one must have been given (RFC 8176, 2); none: any.
    """
    return _FreshGuard(Freshness(max_age, tuple(methods)))


class _FreshGuard:
    def __init__(self, freshness: Freshness) -> None:
        self._freshness = freshness

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        session = await _admitted(connection, handler)
        if session is None:
            return
        asked = request_of(whole_scope(connection.scope))
        step_up = await auth_of(connection).step_up(asked, session, self._freshness)
        if step_up is not None:
            url = step_up.url if _is_page(connection, asked) else None
            raise _refusal(url, step_up.challenge, "Sign in again")


async def _admitted(connection: Connection, handler: BaseRouteHandler) -> Session | None:
    """Answer who is signed in; None only before the pages that sign people in.

    Raises:
        HTTPException: Nobody is signed in.
    """
    # A guard of the whole application also stands before the sign-in page.
    if isinstance(handler, SignInRoutes):
        return None
    auth = auth_of(connection)
    session = await read_session(connection.scope, auth)
    if session is not None:
        return session
    asked = request_of(whole_scope(connection.scope))
    url = auth.signin_url(asked) if _is_page(connection, asked) else None
    raise _refusal(url, auth.challenge(asked), "Not signed in")


def _is_page(connection: Connection, asked: Request) -> bool:
    return connection.scope["type"] == ScopeType.HTTP and wants_page(asked)


def _refusal(url: str | None, challenge: str, detail: str) -> HTTPException:
    headers = {"Cache-Control": "private, no-store"}
    if url is not None:
        location = {**headers, "Location": url}
        return HTTPException(status_code=302, detail="Sign in first", headers=location)
    told = {**headers, "WWW-Authenticate": challenge}
    return NotAuthorizedException(detail=detail, headers=told)


def has_guard(guards: Iterable[object]) -> bool:
    """Tell whether one of ours is among a handler's guards.

    Args:
        guards: The guards; Litestar may have wrapped them, as it does with what it awaits.
    """
    return any(
        each is requires_session or isinstance(getattr(each, "func", each), _FreshGuard)
        for each in guards
    )
