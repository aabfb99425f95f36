"""An endpoint behind the dependency of fastapi-nextauth-jwt, for cookies of v5 and of v4."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi_nextauth_jwt import NextAuthJWT, NextAuthJWTv4

SECRET = "a secret for benchmarks only 0123456789"
peer, peer_v4 = FastAPI(), FastAPI()
read_v5 = NextAuthJWT(secret=SECRET, secure_cookie=False)
read_v4 = NextAuthJWTv4(secret=SECRET, secure_cookie=False)


@peer.get("/")
async def who(claims: Annotated[dict[str, Any], Depends(read_v5)]) -> dict[str, Any]:
    return {"name": claims["name"]}


@peer_v4.get("/")
async def who_v4(claims: Annotated[dict[str, Any], Depends(read_v4)]) -> dict[str, Any]:
    return {"name": claims["name"]}
