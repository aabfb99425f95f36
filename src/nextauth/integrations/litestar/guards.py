"""Owns Litestar's guards: handlers that only signed-in people reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Guard

from nextauth.asking import Refusal
from nextauth.integrations.asgi import request_of
from nextauth.integrations.litestar.connection import (
    Connection,
    auth_of,
    read_session,
    whole_scope,
)
from nextauth.sessions import Freshness

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
    await _admit(connection, handler, None)


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
        await _admit(connection, handler, self._freshness)


async def _admit(
    connection: Connection, handler: BaseRouteHandler, freshness: Freshness | None
) -> None:
    """Let a request go on.

    Raises:
        HTTPException: Nobody is signed in, or not lately.
    """
    # A guard of the whole application also stands before the sign-in page.
    if isinstance(handler, SignInRoutes):
        return
    auth = auth_of(connection)
    session = await read_session(connection.scope, auth)
    if session is not None and freshness is None:
        return
    asked = request_of(whole_scope(connection.scope))
    refusal = await auth.refusal(asked, session, freshness)
    if refusal is not None:
        is_page = connection.scope["type"] == ScopeType.HTTP
        raise _refused(refusal.url if is_page else None, refusal)


def _refused(url: str | None, refusal: Refusal) -> HTTPException:
    headers = {"Cache-Control": "private, no-store"}
    if url is not None:
        location = {**headers, "Location": url}
        return HTTPException(status_code=302, detail=refusal.detail, headers=location)
    told = {**headers, "WWW-Authenticate": refusal.challenge}
    return NotAuthorizedException(detail=refusal.detail, headers=told)


def has_guard(guards: Iterable[object]) -> bool:
    """Tell whether one of ours is among a handler's guards.

    Args:
        guards: The guards; Litestar may have wrapped them, as it does with what it awaits.
    """
    return any(
        each is requires_session or isinstance(getattr(each, "func", each), _FreshGuard)
        for each in guards
    )
