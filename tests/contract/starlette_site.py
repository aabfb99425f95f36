"""Owns the site under contract in Starlette's habits: middleware or mount, the decorator."""

from collections.abc import AsyncIterator, Mapping

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from nextauth import Auth
from nextauth.integrations.starlette import (
    AuthMiddleware,
    auth_mount,
    current_session,
    session_required,
)
from tests.contract.applications import CACHEABLE, PIECES, name_of

_CACHE = {"cache-control": CACHEABLE}


async def public(_: Request) -> Response:
    return PlainTextResponse("public", headers=_CACHE)


async def pieces() -> AsyncIterator[bytes]:
    for piece in PIECES:
        yield piece


def pages(auth: Auth, headers: Mapping[str, str]) -> list[Route]:
    async def whoami(request: Request) -> Response:
        await current_session(request, auth)
        session = await current_session(request, auth)
        return PlainTextResponse(name_of(session), headers=headers)

    @session_required(auth)
    async def private(request: Request) -> Response:
        return PlainTextResponse(name_of(await current_session(request, auth)))

    @session_required(auth)
    async def stream(_: Request) -> Response:
        return StreamingResponse(pieces(), headers=headers)

    return [
        Route("/public", public),
        Route("/whoami", whoami),
        Route("/private", private),
        Route("/stream", stream),
    ]


def with_middleware(auth: Auth) -> Starlette:
    return Starlette(routes=pages(auth, _CACHE), middleware=[Middleware(AuthMiddleware, auth=auth)])


def with_mount(auth: Auth) -> Starlette:
    return Starlette(routes=[auth_mount(auth), *pages(auth, {})])
