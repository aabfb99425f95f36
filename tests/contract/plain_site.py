"""Owns the sites under contract that need no framework: plain ASGI, plain WSGI."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nextauth import Auth
from nextauth.integrations import asgi, wsgi
from nextauth.web.request import step
from tests.contract.applications import CACHEABLE, PIECES, name_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NEEDS_SOMEBODY = ("/private", "/stream")
_ASKS = ("/whoami", *_NEEDS_SOMEBODY)


def asgi_pages(auth: Auth) -> asgi.ASGIApp:
    """Answer the pages as a plain ASGI application, for a middleware to stand around."""

    async def pages(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        status, headers, body = 200, {"cache-control": CACHEABLE}, "public"
        if scope["path"].endswith(_ASKS):
            await asgi.reader_of(scope, auth).session()
            session = await asgi.reader_of(scope, auth).session()
            body = name_of(session)
            if session is None and scope["path"].endswith(_NEEDS_SOMEBODY):
                status, headers = _refusal(auth, asgi.request_of(scope))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        if status == 200 and scope["path"].endswith("/stream"):
            for piece in PIECES:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            body = ""
        await send({"type": "http.response.body", "body": body.encode()})

    return pages


def _refusal(auth: Auth, asked: Any) -> tuple[int, dict[str, str]]:  # noqa: ANN401
    refusal = step(auth.refusal(asked, None))
    assert refusal is not None
    return (401, {}) if refusal.url is None else (302, {"location": refusal.url})


def wsgi_pages(auth: Auth) -> "WSGIApplication":
    """Answer the pages as a plain WSGI application, for a middleware to stand around."""

    def pages(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, headers, body = 200, {"cache-control": CACHEABLE}, "public"
        if environ["PATH_INFO"] in _ASKS:
            wsgi.session_of(environ, auth)
            session = wsgi.session_of(environ, auth)
            body = name_of(session)
            if session is None and environ["PATH_INFO"] in _NEEDS_SOMEBODY:
                status, headers = _refusal(auth, wsgi.request_of(environ))
        start_response(f"{status} Status", list(headers.items()))
        streams = status == 200 and environ["PATH_INFO"] == "/stream"
        return iter(PIECES) if streams else [body.encode()]

    return pages


def asgi_site(auth: Auth) -> asgi.ASGIApp:
    return asgi.AuthMiddleware(asgi_pages(auth), auth)


def wsgi_site(auth: Auth) -> "WSGIApplication":
    return wsgi.AuthMiddleware(wsgi_pages(auth), auth)
