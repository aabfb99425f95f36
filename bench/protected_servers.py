"""Endpoints that need a session, and the same ones without: Starlette, FastAPI, and the peer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi_nextauth_jwt import NextAuthJWT, NextAuthJWTv4
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


ours, ours_v4, peer, peer_v4 = FastAPI(), FastAPI(), FastAPI(), FastAPI()
read_v5 = NextAuthJWT(secret=SECRET, secure_cookie=False)
read_v4 = NextAuthJWTv4(secret=SECRET, secure_cookie=False)


@ours.get("/")
async def who(session: Annotated[Session, Depends(RequireSession(auth))]) -> dict[str, Any]:
    return {"name": session.user.name}


@ours_v4.get("/")
async def who_v4(session: Annotated[Session, Depends(RequireSession(auth_v4))]) -> dict[str, Any]:
    return {"name": session.user.name}


@peer.get("/")
async def peer_who(claims: Annotated[dict[str, Any], Depends(read_v5)]) -> dict[str, Any]:
    return {"name": claims["name"]}


@peer_v4.get("/")
async def peer_who_v4(claims: Annotated[dict[str, Any], Depends(read_v4)]) -> dict[str, Any]:
    return {"name": claims["name"]}
