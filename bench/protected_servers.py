"""Endpoints of ours that need a session, and the same ones without: Starlette and FastAPI."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.servers import SECRET, auth, authorize
from nextauth import Auth, Credentials, Session
from nextauth.integrations.fastapi import RequireSession
from nextauth.integrations.starlette import AuthMiddleware, current_session, session_required

auth_v4 = Auth(
    providers=[Credentials(authorize=authorize, account="email")],
    secret=SECRET,
    base_url="http://localhost:3000",
    dialect="next-auth-v4",
)


async def page(_: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


async def page_that_looks(request: Request) -> JSONResponse:
    session = await current_session(request, auth)
    return JSONResponse({"ok": True} if session else {}, 200 if session else 401)


unprotected = Starlette(routes=[Route("/", page)])
decorated = Starlette(routes=[Route("/", session_required(auth)(page))])
surrounded = Starlette(
    routes=[Route("/", page_that_looks)], middleware=[Middleware(AuthMiddleware, auth=auth)]
)


ours, ours_v4 = FastAPI(), FastAPI()


@ours.get("/")
async def who(session: Annotated[Session, Depends(RequireSession(auth))]) -> dict[str, Any]:
    return {"name": session.user.name}


@ours_v4.get("/")
async def who_v4(session: Annotated[Session, Depends(RequireSession(auth_v4))]) -> dict[str, Any]:
    return {"name": session.user.name}
