"""Owns the site that a real server serves: the contract's, mounted under ``/app``, behind a proxy.

Beside the contract's pages it has ``/app/stream``, which answers in pieces.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nextauth import (
    Auth,
    Callbacks,
    Credentials,
    JWTParams,
    SessionOptions,
    SessionParams,
    SubmittedCredentials,
    User,
)
from nextauth.events import Event, SignedIn
from nextauth.integrations import asgi, wsgi
from tests.contract.applications import BUILDERS, ON_ASGI, name_of
from tests.contract.conftest import FIELDS
from tests.contract.site import PASSWORD

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECRET = "Hb7-of-the-servers-alone_4RkWz1QmYx"
PREFIX = "/app"
PIECES = (b"a" * 1000, b"b" * 1000, b"c" * 1000)
_HEADERS = {"content-type": "text/plain", "cache-control": "public, max-age=60"}


def authorize(credentials: SubmittedCredentials) -> User | None:
    """Let in whoever knows the password."""
    if credentials.get("password") != PASSWORD:
        return None
    name = credentials["email"].partition("@")[0]
    return User(id=name, name=name.title(), email=credentials["email"])


async def authorize_later(credentials: SubmittedCredentials) -> User | None:
    await asyncio.sleep(0)
    return authorize(credentials)


def jwt(params: JWTParams) -> Mapping[str, Any]:
    """Keep the theme that the client updates; fail for one person whenever a session is read."""
    if params.trigger is None and params.token["sub"] == "outage":
        message = "the directory is away"
        raise OSError(message)
    if params.trigger == "update":
        params.token["theme"] = params.session["theme"]
    return params.token


def session(params: SessionParams) -> Mapping[str, Any]:
    return {**params.session, "theme": params.token.get("theme")}


class FileSink:
    """Writes each sign-in to a file, as a line of JSON."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def emit(self, event: Event) -> None:
        if isinstance(event, SignedIn):
            row = {"user": event.user.id, "address": event.at.address}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def make_auth(mode: str, events: Path) -> Auth:
    providers = [Credentials(authorize=authorize, fields=FIELDS)]
    if mode == "async":
        providers.append(Credentials(id="later", authorize=authorize_later, fields=FIELDS))
    return Auth(
        providers=providers,
        secret=SECRET,
        base_path=f"{PREFIX}/api/auth",
        trust_host=True,
        trusted_proxies=1,
        callbacks=Callbacks(jwt=jwt, session=session),
        session=SessionOptions(update_age=0),
        events=[FileSink(events)],
        environ={},
    )


def streaming_asgi(auth: Auth) -> asgi.ASGIApp:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in PIECES:
            await asyncio.sleep(0)
            yield piece

    async def stream(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        name = name_of(await asgi.reader_of(scope, auth).session())
        raw = [(key.encode(), value.encode()) for key, value in {**_HEADERS, "x-who": name}.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        async for piece in pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return asgi.AuthMiddleware(stream, auth)


def streaming_wsgi(auth: Auth) -> "WSGIApplication":
    def stream(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterator[bytes]:
        name = name_of(wsgi.session_of(environ, auth))
        start_response("200 OK", list({**_HEADERS, "x-who": name}.items()))
        return iter(PIECES)

    return wsgi.AuthMiddleware(stream, auth)


def mounted_asgi(pages: asgi.ASGIApp, stream: asgi.ASGIApp) -> asgi.ASGIApp:
    async def mounted(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["type"] == "lifespan":
            await pages(scope, receive, send)
            return
        app = stream if scope["path"] == f"{PREFIX}/stream" else pages
        await app({**scope, "root_path": PREFIX}, receive, send)

    return mounted


def mounted_wsgi(pages: "WSGIApplication", stream: "WSGIApplication") -> "WSGIApplication":
    def mounted(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(f"{PREFIX}/"):
            environ["SCRIPT_NAME"] = PREFIX
            environ["PATH_INFO"] = path.removeprefix(PREFIX)
        return (stream if path == f"{PREFIX}/stream" else pages)(environ, start_response)

    return mounted


def build(kind: str, mode: str, events: Path) -> Any:  # noqa: ANN401 - an ASGI or a WSGI application
    """Answer the site.

    Args:
        kind: A builder of the contract.
        mode: ``"def"`` or ``"async"``: whether there is an ``async def`` beside the plain ones.
        events: The file that gets the sign-ins.
    """
    auth = make_auth(mode, events)
    pages = BUILDERS[kind](auth)
    if kind in ON_ASGI:
        return mounted_asgi(pages, streaming_asgi(auth))
    return mounted_wsgi(pages, streaming_wsgi(auth))
