"""Owns the site under contract in Quart's habits: the extension, its function and its decorator."""

from collections.abc import AsyncIterator

from quart import Quart, Response

from nextauth import Auth, Session
from nextauth.integrations.quart import AuthExtension, current_session, session_required
from tests.contract.applications import PIECES

CACHEABLE = "public, max-age=60"


def name_of(session: Session | None) -> str:
    return "nobody" if session is None else session.user.name or ""


def text(body: str) -> Response:
    return Response(body, content_type="text/plain")


def cacheable(body: str) -> Response:
    response = text(body)
    response.headers["Cache-Control"] = CACHEABLE
    return response


async def public() -> Response:
    return cacheable("public")


async def whoami() -> Response:
    session = await current_session()
    assert await current_session() is session
    return cacheable(name_of(session))


@session_required
async def private() -> Response:
    return text(name_of(await current_session()))


@session_required
async def stream() -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in PIECES:
            yield piece

    return Response(pieces(), headers={"Cache-Control": CACHEABLE})


@session_required
def plain() -> str:
    return "plain"


PAGES = {
    "/public": public,
    "/whoami": whoami,
    "/private": private,
    "/stream": stream,
    "/plain": plain,
}


def quart_app(auth: Auth) -> Quart:
    app = Quart(__name__)
    for path, view in PAGES.items():
        app.add_url_rule(path, view_func=view)
    AuthExtension(auth, app)
    return app
