"""ASGI's own corners: clients that go away, ``def`` endpoints, answers that have begun."""

import asyncio
import threading
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from nextauth import Auth, Credentials, SessionOptions, SubmittedCredentials, User
from nextauth.errors import Busy
from nextauth.events import RequestRefused
from nextauth.integrations import asgi
from nextauth.integrations.starlette import session_required
from nextauth.testing import RecordingSink, mint_session, signed_in
from tests.contract.conftest import SECRET, ada
from tests.contract.site import AsgiCaller, cookies_of


def make_auth() -> Auth:
    provider = Credentials(authorize=ada, account="email")
    return Auth(providers=[provider], secret=SECRET, environ={})


def test_a_client_that_goes_away_with_half_a_form_signs_nobody_in() -> None:
    tried: list[SubmittedCredentials] = []

    def authorize(credentials: SubmittedCredentials) -> User | None:
        tried.append(credentials)
        return None

    sink = RecordingSink()
    provider = Credentials(authorize=authorize, account="email")
    auth = Auth(providers=[provider], secret=SECRET, events=[sink], environ={})
    events: list[asgi.Message] = [
        {"type": "http.request", "body": b"email=a&password=correct", "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/auth/callback/credentials",
        "query_string": b"",
        "scheme": "http",
        "headers": [
            (b"host", b"localhost"),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"sec-fetch-site", b"same-origin"),
        ],
        "client": None,
    }

    async def receive() -> asgi.Message:
        return events.pop(0)

    async def send(_message: asgi.Message) -> None:
        return

    asyncio.run(asgi.AuthApp(auth)(scope, receive, send))
    assert [event.reason for event in sink.of(RequestRefused)] == ["BadRequest"]
    assert tried == []


def test_a_plain_def_endpoint_of_starlette_may_block() -> None:
    auth = make_auth()
    threads: list[int] = []

    @session_required(auth)
    def private(_request: Request) -> PlainTextResponse:
        threads.append(threading.get_ident())
        return PlainTextResponse("in")

    @session_required(auth)
    async def loop(_request: Request) -> PlainTextResponse:
        threads.append(threading.get_ident())
        return PlainTextResponse("in")

    routes = [Route("/private", private), Route("/loop", loop)]
    with TestClient(Starlette(routes=routes), base_url="http://localhost") as client:
        assert client.get("/private").status_code == 401
        signed_in(client, User(id="1"), auth=auth)
        assert client.get("/private").text == "in"
        assert client.get("/loop").text == "in"
    assert len(set(threads)) == 2
    assert private.__name__ == "private"


@pytest.mark.parametrize("has_begun", [False, True])
def test_an_answer_that_has_begun_is_not_begun_again(*, has_begun: bool) -> None:
    async def busy(_scope: asgi.Scope, _receive: asgi.Receive, send: asgi.Send) -> None:
        if has_begun:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        message = "every worker is taken"
        raise Busy(message)

    sent: list[asgi.Message] = []

    async def call() -> None:
        async def receive() -> asgi.Message:
            return {"type": "http.request"}

        async def send(message: asgi.Message) -> None:
            sent.append(message)

        scope = {"type": "http", "path": "/", "headers": []}
        await asgi.AuthMiddleware(busy, make_auth())(scope, receive, send)

    if has_begun:
        with pytest.raises(Busy):
            asyncio.run(call())
    else:
        asyncio.run(call())
    starts = [message["status"] for message in sent if message["type"] == "http.response.start"]
    assert starts == [200 if has_begun else 503]


def test_a_message_that_the_application_keeps_does_not_get_the_cookie() -> None:
    """A response cache within the middleware keeps its messages and sends them to others too."""
    kept: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}

    async def cached(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        await asgi.reader_of(scope, auth).session()
        await send(kept)
        await send({"type": "http.response.body", "body": b""})

    options = SessionOptions(update_age=0)
    auth = Auth(
        providers=[Credentials(authorize=ada, account="email")],
        secret=SECRET,
        session=options,
        environ={},
    )
    caller = AsgiCaller(asgi.AuthMiddleware(cached, auth))
    cookies = mint_session(auth, User(id="1", name="Ada"))
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    assert cookies_of(caller.send(caller.build("GET", "/", headers=headers)))
    assert kept["headers"] == []
    caller.close()
