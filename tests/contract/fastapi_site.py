"""Owns the site under contract in FastAPI's habits: the middleware or the router, dependencies."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from nextauth import Auth, Session
from nextauth.integrations.asgi import reader_of
from nextauth.integrations.fastapi import (
    AuthMiddleware,
    OptionalSession,
    RequireSession,
    auth_router,
)
from tests.contract.applications import CACHEABLE, PIECES, name_of

_CACHE = {"cache-control": CACHEABLE}


async def pieces() -> AsyncIterator[bytes]:
    for piece in PIECES:
        yield piece


def add_pages(app: FastAPI, auth: Auth, headers: dict[str, str]) -> None:
    optional = Depends(OptionalSession(auth))
    required = Depends(RequireSession(auth))

    async def name(session: Annotated[Session | None, optional]) -> str:
        return name_of(session)

    @app.get("/public")
    async def public() -> PlainTextResponse:
        return PlainTextResponse("public", headers=_CACHE)

    @app.get("/whoami", response_class=PlainTextResponse)
    async def whoami(
        request: Request,
        response: Response,
        who: Annotated[str, Depends(name)],
        session: Annotated[Session | None, optional],
    ) -> str:
        assert name_of(session) == who
        assert await reader_of(request.scope, auth).session() is session
        response.headers.update(headers)
        return who

    @app.get("/private", response_class=PlainTextResponse)
    async def private(session: Annotated[Session, required]) -> str:
        return name_of(session)

    @app.get("/stream", dependencies=[required])
    async def stream() -> StreamingResponse:
        return StreamingResponse(pieces(), headers=headers)


def with_middleware(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.add_middleware(AuthMiddleware, auth=auth)
    add_pages(app, auth, _CACHE)
    return app


def with_router(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.include_router(auth_router(auth))
    add_pages(app, auth, {})
    return app
