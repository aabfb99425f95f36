"""Owns the site under contract in Flask's habits: the extension, its proxy and its decorator."""

from collections.abc import Iterator

from flask import Flask, Response

from nextauth import Auth, Session
from nextauth.integrations.flask import AuthExtension, current_session, session_required
from tests.contract.applications import PIECES

CACHEABLE = "public, max-age=60"


def name_of(session: Session | None) -> str:
    return session.user.name or "" if session else "nobody"


def text(body: str, **headers: str) -> Response:
    return Response(body, content_type="text/plain", headers=headers)


def cacheable(body: str) -> Response:
    response = text(body)
    response.headers["Cache-Control"] = CACHEABLE
    return response


def public() -> Response:
    return cacheable("public")


def whoami() -> Response:
    assert bool(current_session) is isinstance(current_session, Session)
    return cacheable(name_of(current_session))


@session_required
def private() -> Response:
    return text(name_of(current_session))


@session_required
def stream() -> Response:
    def pieces() -> Iterator[bytes]:
        yield from PIECES

    return Response(pieces(), headers={"Cache-Control": CACHEABLE})


@session_required
async def awaited() -> Response:
    return text(name_of(current_session))


PAGES = {
    "/public": public,
    "/whoami": whoami,
    "/private": private,
    "/stream": stream,
    "/awaited": awaited,
}


def flask_app(auth: Auth) -> Flask:
    app = Flask(__name__)
    for path, view in PAGES.items():
        app.add_url_rule(path, view_func=view)
    AuthExtension(auth, app)
    return app
