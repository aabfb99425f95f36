"""Owns the site that stands behind a proxy in these tests; uvicorn serves it as its own process.

`GET /told` answers, to whoever comes around the proxy, what the site's events and log said.
"""

import json
import logging
import os
import sys
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse, Response

from nextauth import AccessDenied, Auth, Credentials, FormField, Session, Theme, User
from nextauth.events import Event, immediate
from nextauth.integrations.fastapi import AuthMiddleware, RequireSession, auth_router
from nextauth.models import SubmittedCredentials
from tests.servers import free_port, running

__all__ = ["NAME", "PASSWORD", "Application", "running_application"]

ROOT = Path(__file__).parents[2]
PASSWORD = "analytical"
SECRET = "the secret of the site behind the proxy"
NAME = "Proxied"


class Told(logging.Handler):
    """Keeps what the site says to those who run it."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, str | None]] = []
        self.log: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.log.append(record.getMessage())

    def hear(self, event: Event) -> None:
        self.events.append({"event": type(event).__name__, "address": event.at.address})


def authorize(credentials: SubmittedCredentials) -> User | None:
    """Let in whoever knows the password; `ada+9000@…` gets 9,000 characters to carry along."""
    email = credentials["email"]
    if email.startswith("banned"):
        raise AccessDenied
    if credentials["password"] != PASSWORD:
        return None
    size = email.partition("@")[0].partition("+")[2]
    return User(id=1, name="Ada", email="ada@example.com", extra={"load": "x" * int(size or 0)})


def site() -> FastAPI:
    """Make the site; the environment's `SITE` says how, in JSON."""
    options = json.loads(os.environ["SITE"])
    told = Told()
    logging.getLogger("nextauth").addHandler(told)
    fields = {
        "email": FormField("Email", type="email"),
        "password": FormField("Password", type="password"),
    }
    auth = Auth(
        providers=[Credentials(authorize=authorize, fields=fields)],
        secret=SECRET,
        theme=Theme(name=NAME),
        events=[immediate(told.hear)],
        **options["auth"],
    )
    app = FastAPI()
    if options["by_router"]:
        app.include_router(auth_router(auth))
    else:
        app.add_middleware(AuthMiddleware, auth=auth)

    @app.get("/private", response_class=HTMLResponse)
    async def private(session: Annotated[Session, Depends(RequireSession(auth))]) -> str:
        return page(f"Signed in as {session.user.name}")

    @app.get("/", response_class=HTMLResponse)
    async def home() -> str:
        return page("Home")

    @app.get("/told")
    async def what_was_told() -> dict[str, Any]:
        return {"events": told.events, "log": told.log}

    @app.get("/favicon.ico")
    async def icon() -> Response:
        return Response(status_code=204)

    return app


def page(heading: str) -> str:
    return f"<!doctype html><html lang='en'><title>Site</title><h1>{escape(heading)}</h1></html>"


@dataclass(frozen=True)
class Application:
    """The site, served on a port of this machine."""

    port: int

    def told(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/told", timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
        return told


@contextmanager
def running_application(
    *options: str, auth: Mapping[str, object], by_router: bool = False
) -> Generator[Application]:
    """Serve the site until the block ends.

    Args:
        options: Of uvicorn.
        auth: Arguments of `Auth`.
        by_router: Add the routes with `auth_router` instead of the middleware.
    """
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.browser.proxied_site:site", "--factory"]
    site = json.dumps({"auth": auth, "by_router": by_router})
    with running(
        [*command, "--port", str(port), *options],
        url=f"http://127.0.0.1:{port}/told",
        cwd=ROOT,
        env={"SITE": site},
    ):
        yield Application(port)
