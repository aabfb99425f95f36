"""Under a prefix: `base_path` is the path as browsers see it, wherever the site is mounted."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from wsgiref.util import shift_path_info

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount

from nextauth import Auth
from nextauth.integrations import asgi, fastapi, starlette
from tests.contract.applications import PLAIN
from tests.contract.conftest import OpenSite
from tests.contract.site import ORIGIN, writes_session

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HTML = {"accept": "text/html"}


def by_server(app: asgi.ASGIApp) -> asgi.ASGIApp:
    """Mount as ASGI servers do with ``root_path``."""

    async def mounted(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        await app({**scope, "root_path": "/site"}, receive, send)

    return mounted


def by_script_name(app: "WSGIApplication") -> "WSGIApplication":
    """Mount as WSGI servers do: the prefix moves from PATH_INFO to SCRIPT_NAME (PEP 3333)."""

    def mounted(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        shift_path_info(environ)
        return app(environ, start_response)

    return mounted


def by_fastapi(app: asgi.ASGIApp) -> FastAPI:
    outer = FastAPI()
    outer.mount("/site", app)
    return outer


def by_starlette(app: asgi.ASGIApp) -> Starlette:
    return Starlette(routes=[Mount("/site", app=app)])


WRAPS: dict[str, Callable[[Any], Any]] = {
    "asgi-app": by_server,
    "asgi": by_server,
    "starlette": by_starlette,
    "fastapi": by_fastapi,
    "wsgi-app": by_script_name,
    "wsgi": by_script_name,
}


@pytest.mark.parametrize("kind", list(WRAPS), indirect=True)
def test_the_protocol_is_served_under_the_prefix(open_site: OpenSite, kind: str) -> None:
    site = open_site(wrap=WRAPS[kind], base_path="/site/api/auth")
    reply = site.sign_in(callbackUrl="/site/whoami")
    assert writes_session(reply)
    assert reply.headers["location"] == f"{ORIGIN}/site/whoami"
    assert site.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize("kind", ["asgi", "starlette", "fastapi", "wsgi"], indirect=True)
def test_pages_under_the_prefix_send_to_sign_in_and_back(open_site: OpenSite, kind: str) -> None:
    site = open_site(wrap=WRAPS[kind], base_path="/site/api/auth")
    reply = site.get("/site/private", HTML)
    back = "http%3A%2F%2Flocalhost%3A3000%2Fsite%2Fprivate"
    assert reply.headers["location"] == f"{ORIGIN}/site/api/auth/signin?callbackUrl={back}"
    site.sign_in()
    assert site.get("/site/private", HTML).text == "Ada"


def starlette_outside(auth: Auth) -> Starlette:
    return Starlette(routes=[starlette.auth_mount(auth)])


def fastapi_outside(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.include_router(fastapi.auth_router(auth))
    return app


def mounted_by_hand(auth: Auth) -> Starlette:
    return Starlette(routes=[Mount("/site/api/auth", app=asgi.AuthApp(auth))])


@pytest.mark.parametrize("kind", ["asgi-app"], indirect=True)
@pytest.mark.parametrize("build", [starlette_outside, fastapi_outside, mounted_by_hand])
def test_the_outermost_application_serves_the_whole_path(
    open_site: OpenSite, build: Callable[[Auth], Any]
) -> None:
    site = open_site(build=build, base_path="/site/api/auth")
    assert writes_session(site.sign_in())
    assert site.session()["user"]["name"] == "Ada"


def test_another_base_path_is_the_only_one(open_site: OpenSite, kind: str) -> None:
    site = open_site(base_path="/login")
    assert writes_session(site.sign_in())
    assert site.session()["user"]["name"] == "Ada"
    elsewhere = site.get("/api/auth/session")
    assert elsewhere.text == "public" if kind in PLAIN else elsewhere.status_code == 404
