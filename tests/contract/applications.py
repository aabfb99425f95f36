"""Owns the applications under contract: one small site, written in each integration's own habits.

``/public`` never asks who is there. ``/whoami`` asks twice, and lets anybody in. ``/private`` needs
somebody. Where a middleware stands around them, ``/whoami`` even calls itself cacheable.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI
from fastapi import Request as FastAPIRequest
from fastapi import Response as FastAPIResponse
from fastapi.responses import PlainTextResponse as FastAPIText
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from nextauth import Auth, Session
from nextauth.integrations import asgi, fastapi, starlette, wsgi
from tests.contract.django_site import django_asgi, django_wsgi
from tests.contract.flask_site import flask_app
from tests.contract.litestar_site import litestar_app
from tests.contract.quart_site import quart_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CACHEABLE = "public, max-age=60"
_CACHE = {"cache-control": CACHEABLE}


def name_of(session: Session | None) -> str:
    return "nobody" if session is None else session.user.name or ""


def asgi_pages(auth: Auth) -> asgi.ASGIApp:
    """Answer the pages as a plain ASGI application, for a middleware to stand around."""

    async def pages(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        status, headers, body = 200, dict(_CACHE), "public"
        if scope["path"].endswith(("/whoami", "/private")):
            await asgi.reader_of(scope, auth).session()
            session = await asgi.reader_of(scope, auth).session()
            body = name_of(session)
            if session is None and scope["path"].endswith("/private"):
                status, headers = _refusal(auth, asgi.request_of(scope))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body.encode()})

    return pages


def _refusal(auth: Auth, asked: Any) -> tuple[int, dict[str, str]]:  # noqa: ANN401
    url = auth.signin_url(asked) if asgi.wants_page(asked) else None
    return (401, {}) if url is None else (302, {"location": url})


def wsgi_pages(auth: Auth) -> "WSGIApplication":
    """Answer the pages as a plain WSGI application, for a middleware to stand around."""

    def pages(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, headers, body = 200, dict(_CACHE), "public"
        if environ["PATH_INFO"] in {"/whoami", "/private"}:
            wsgi.session_of(environ, auth)
            session = wsgi.session_of(environ, auth)
            body = name_of(session)
            if session is None and environ["PATH_INFO"] == "/private":
                status, headers = _refusal(auth, wsgi.request_of(environ))
        start_response(f"{status} Status", list(headers.items()))
        return [body.encode()]

    return pages


def starlette_app(auth: Auth, *, has_middleware: bool) -> Starlette:
    async def public(_: Request) -> Response:
        return PlainTextResponse("public", headers=_CACHE)

    async def whoami(request: Request) -> Response:
        await starlette.current_session(request, auth)
        session = await starlette.current_session(request, auth)
        return PlainTextResponse(name_of(session), headers=_CACHE if has_middleware else None)

    @starlette.session_required(auth)
    async def private(request: Request) -> Response:
        return PlainTextResponse(name_of(await starlette.current_session(request, auth)))

    pages = [Route("/public", public), Route("/whoami", whoami), Route("/private", private)]
    if has_middleware:
        return Starlette(routes=pages, middleware=[Middleware(starlette.AuthMiddleware, auth=auth)])
    return Starlette(routes=[starlette.auth_mount(auth), *pages])


def fastapi_app(auth: Auth, *, has_middleware: bool) -> FastAPI:
    app = FastAPI()
    if has_middleware:
        app.add_middleware(fastapi.AuthMiddleware, auth=auth)
    else:
        app.include_router(fastapi.auth_router(auth))
    optional = Depends(fastapi.OptionalSession(auth))

    async def name(session: Annotated[Session | None, optional]) -> str:
        return name_of(session)

    @app.get("/public")
    async def public() -> FastAPIText:
        return FastAPIText("public", headers=_CACHE)

    @app.get("/whoami", response_class=FastAPIText)
    async def whoami(
        request: FastAPIRequest,
        response: FastAPIResponse,
        who: Annotated[str, Depends(name)],
        session: Annotated[Session | None, optional],
    ) -> str:
        assert name_of(session) == who
        assert await asgi.reader_of(request.scope, auth).session() is session
        if has_middleware:
            response.headers.update(_CACHE)
        return who

    @app.get("/private", response_class=FastAPIText)
    async def private(
        session: Annotated[Session, Depends(fastapi.RequireSession(auth))],
    ) -> str:
        return name_of(session)

    return app


Build = Callable[[Auth], Any]
BUILDERS: dict[str, Build] = {
    "asgi-app": asgi.AuthApp,
    "asgi": lambda auth: asgi.AuthMiddleware(asgi_pages(auth), auth),
    "starlette": lambda auth: starlette_app(auth, has_middleware=True),
    "starlette-mount": lambda auth: starlette_app(auth, has_middleware=False),
    "fastapi": lambda auth: fastapi_app(auth, has_middleware=True),
    "fastapi-router": lambda auth: fastapi_app(auth, has_middleware=False),
    "litestar": litestar_app,
    "quart": quart_app,
    "flask": flask_app,
    "django-asgi": django_asgi,
    "django-wsgi": django_wsgi,
    "wsgi-app": wsgi.AuthApp,
    "wsgi": lambda auth: wsgi.AuthMiddleware(wsgi_pages(auth), auth),
}
"""Every integration, by name; ``-app``, ``-mount`` and ``-router`` are those without middleware."""

ON_WSGI = ["django-wsgi", "flask", "wsgi-app", "wsgi"]
ON_ASGI = [kind for kind in BUILDERS if kind not in ON_WSGI]
STREAMS_BODIES = [kind for kind in ON_ASGI if kind != "django-asgi"]
"""Django reads a whole body before it asks anybody, and sets its own limits."""

WITH_PAGES = [kind for kind in BUILDERS if not kind.endswith("-app")]
WITH_MIDDLEWARE = [kind for kind in BUILDERS if "-" not in kind or kind.startswith("django")]
