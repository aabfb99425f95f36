"""Owns one page behind a recent sign-in, ``/transfer``, in each integration's own habits."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.responses import PlainTextResponse as FastAPIText
from flask import Flask
from litestar import Litestar, get
from quart import Quart
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nextauth import Auth, Session
from nextauth.integrations import fastapi, flask, litestar, quart, starlette
from tests.contract.django_site import django_asgi, django_wsgi

MAX_AGE = 300


def starlette_site(auth: Auth) -> Starlette:
    @starlette.require_fresh(auth, max_age=MAX_AGE)
    async def transfer(_: Request) -> PlainTextResponse:
        return PlainTextResponse("done")

    @starlette.require_fresh(auth, max_age=MAX_AGE)
    def plain(_: Request) -> PlainTextResponse:
        return PlainTextResponse("done")

    pages = [Route("/transfer", transfer), Route("/plain", plain)]
    return Starlette(routes=[starlette.auth_mount(auth), *pages])


def fastapi_site(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.include_router(fastapi.auth_router(auth))
    fresh = Depends(fastapi.RequireFresh(auth, max_age=MAX_AGE))

    @app.get("/transfer", response_class=FastAPIText)
    async def transfer(session: Annotated[Session, fresh]) -> str:
        assert session.user.name
        return "done"

    return app


def flask_site(auth: Auth) -> Flask:
    app = Flask("step-up")
    flask.AuthExtension(auth, app)

    @app.get("/transfer")
    @flask.require_fresh(max_age=MAX_AGE)
    def transfer() -> str:
        return "done"

    @app.get("/plain")
    @flask.require_fresh(max_age=MAX_AGE)
    async def plain() -> str:
        return "done"

    return app


def quart_site(auth: Auth) -> Quart:
    app = Quart("step-up")
    quart.AuthExtension(auth, app)

    @app.get("/transfer")
    @quart.require_fresh(max_age=MAX_AGE)
    async def transfer() -> str:
        return "done"

    return app


def litestar_site(auth: Auth) -> Litestar:
    @get("/transfer", guards=[litestar.requires_fresh(max_age=MAX_AGE)], media_type="text/plain")
    async def transfer() -> str:
        return "done"

    return Litestar([transfer], plugins=[litestar.AuthPlugin(auth)])


SITES: dict[str, Callable[[Auth], Any]] = {
    "starlette": starlette_site,
    "fastapi": fastapi_site,
    "flask": flask_site,
    "quart": quart_site,
    "litestar": litestar_site,
    "django-wsgi": django_wsgi,
    "django-asgi": django_asgi,
}
SECOND_PAGES = {
    "starlette": "/plain",
    "flask": "/plain",
    "django-wsgi": "/awaited",
    "django-asgi": "/awaited",
}
"""The same page as the other kind of function, where the integration takes both."""
