"""Owns a WSGI site that tells of the threads in its process, and imports as little as it can.

``MODE`` is ``def`` or ``async``. With ``WARM`` it reads a session while it is imported, as a
program may that warms up before its server forks.
"""

import json
import os
import sys
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from nextauth import Auth, Callbacks, Credentials, JWTParams, SubmittedCredentials, User
from nextauth.events import Event
from nextauth.integrations.wsgi import AuthMiddleware, session_of
from nextauth.web import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PASSWORD = "correct horse"


def authorize(credentials: SubmittedCredentials) -> User | None:
    return User(id="1", name="Ada") if credentials.get("password") == PASSWORD else None


def jwt(params: JWTParams) -> dict[str, object]:
    return params.token


class Sink:
    """Hears each event in the thread of its request."""

    immediate: ClassVar[bool] = True

    def emit(self, _event: Event) -> None: ...


async def authorize_later(credentials: SubmittedCredentials) -> User | None:
    return authorize(credentials)


auth = Auth(
    providers=[
        Credentials(
            authorize=authorize if os.environ["MODE"] == "def" else authorize_later, account="email"
        )
    ],
    secret="Hb7-of-the-threads-alone_4RkWz1QmYx",
    callbacks=Callbacks(jwt=jwt),
    events=[Sink()],
    environ={},
)


def is_on_a_loop() -> bool:
    asyncio = sys.modules.get("asyncio")
    return asyncio is not None and asyncio._get_running_loop() is not None


def pages(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    session = session_of(environ, auth)
    state = {
        "name": session.user.name if session else None,
        "process": os.getpid(),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "loaded": sorted({"asyncio", "nextauth.background"} & set(sys.modules)),
        "is_on_a_loop": is_on_a_loop(),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(state).encode()]


app = AuthMiddleware(pages, auth)

if os.environ.get("WARM"):
    auth.session_sync(Request("GET", "/", headers=[(b"host", b"localhost")]))
    assert [thread.name for thread in threading.enumerate()][1:] == ["nextauth-background"]
