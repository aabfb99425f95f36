"""Owns the site that a real server serves: the contract's, mounted under ``/app``, behind a proxy.

A server's process imports it, so it imports no more than its kind of application needs.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from nextauth import (
    Auth,
    Callbacks,
    Credentials,
    FormField,
    JWTParams,
    SessionOptions,
    SessionParams,
    SubmittedCredentials,
    User,
)
from nextauth.events import Event, SignedIn
from nextauth.factors import SecondFactor, TotpFactor, TotpOptions
from nextauth.stores import MemoryStore
from nextauth.web.request import step
from tests.contract.applications import BUILDERS, ON_ASGI
from tests.contract.factor_sites import enrol_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from nextauth.integrations import asgi

SECRET = "Hb7-of-the-servers-alone_4RkWz1QmYx"
PASSWORD = "correct horse"
FIELDS = {
    "email": FormField("Email", type="email"),
    "password": FormField("Password", type="password"),
}
PREFIX = "/app"
GUARDED = "guarded"
"""Who has enrolled an authenticator app."""
APP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
_OUTERMOST = ("-mount", "-router")


def prefix_of(kind: str) -> str:
    """Answer where the site is mounted; a mount or a router is for the outermost application."""
    return "" if kind.endswith(_OUTERMOST) else PREFIX


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

    immediate: ClassVar[bool] = True  # the line is there as soon as the answer is

    def __init__(self, path: Path) -> None:
        self._path = path

    def emit(self, event: Event) -> None:
        if isinstance(event, SignedIn):
            row = {"user": event.user.id, "address": event.at.address}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def make_auth(mode: str, events: Path, prefix: str) -> Auth:
    providers = [Credentials(authorize=authorize, fields=FIELDS)]
    if mode == "async":
        providers.append(Credentials(id="later", authorize=authorize_later, fields=FIELDS))
    # The clock is a real one, and the machine may be busy.
    factor = TotpFactor(options=TotpOptions(tolerance=5))
    auth = Auth(
        providers=providers,
        secret=SECRET,
        base_path=f"{prefix}/api/auth",
        trust_host=True,
        trusted_proxies=1,
        callbacks=Callbacks(jwt=jwt, session=session),
        session=SessionOptions(update_age=0),
        events=[FileSink(events)],
        second_factor=SecondFactor(MemoryStore(), (factor,)),
        environ={},
    )
    step(enrol_app(auth, who=("credentials", GUARDED), secret=APP_SECRET))
    return auth


def mounted_asgi(pages: "asgi.ASGIApp") -> "asgi.ASGIApp":
    async def mounted(scope: "asgi.Scope", receive: "asgi.Receive", send: "asgi.Send") -> None:
        if scope["type"] != "lifespan":
            scope = {**scope, "root_path": PREFIX}
        await pages(scope, receive, send)

    return mounted


def mounted_wsgi(pages: "WSGIApplication") -> "WSGIApplication":
    def mounted(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(f"{PREFIX}/"):
            environ["SCRIPT_NAME"] = PREFIX
            environ["PATH_INFO"] = path.removeprefix(PREFIX)
        return pages(environ, start_response)

    return mounted


def build(kind: str, mode: str, events: Path) -> Any:  # noqa: ANN401 - an ASGI or a WSGI application
    """Answer the site.

    Args:
        kind: A builder of the contract.
        mode: ``"def"`` or ``"async"``: whether there is an ``async def`` beside the plain ones.
        events: The file that gets the sign-ins.
    """
    pages = BUILDERS[kind](make_auth(mode, events, prefix_of(kind)))
    if not prefix_of(kind):
        return pages
    return mounted_asgi(pages) if kind in ON_ASGI else mounted_wsgi(pages)
