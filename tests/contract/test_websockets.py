"""Websockets over ASGI: the session is read at the handshake, and the protocol has none itself."""

from collections.abc import Callable
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from nextauth import Auth, Callbacks, Credentials, JWTParams, Session, User
from nextauth.integrations import asgi, fastapi, starlette
from nextauth.testing import signed_in
from tests.contract.applications import name_of
from tests.contract.conftest import SECRET, ada

ADA = User(id="1", name="Ada")


def make_auth() -> tuple[Auth, list[JWTParams]]:
    seen: list[JWTParams] = []

    async def jwt(params: JWTParams) -> dict[str, object]:
        seen.append(params)
        return params.token

    provider = Credentials(authorize=ada, account="email")
    callbacks = Callbacks(jwt=jwt)
    return Auth(providers=[provider], secret=SECRET, callbacks=callbacks, environ={}), seen


def asgi_app(auth: Auth) -> asgi.ASGIApp:
    async def talk(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        await asgi.reader_of(scope, auth).session()
        session = await asgi.reader_of(scope, auth).session()
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": name_of(session)})
        await send({"type": "websocket.close"})

    return asgi.AuthMiddleware(talk, auth)


def starlette_app(auth: Auth) -> asgi.ASGIApp:
    async def talk(websocket: WebSocket) -> None:
        await starlette.current_session(websocket, auth)
        session = await starlette.current_session(websocket, auth)
        await websocket.accept()
        await websocket.send_text(name_of(session))
        await websocket.close()

    around = Middleware(starlette.AuthMiddleware, auth=auth)
    return Starlette(routes=[WebSocketRoute("/talk", talk)], middleware=[around])


def fastapi_app(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.include_router(fastapi.auth_router(auth))

    @app.websocket("/talk")
    async def talk(
        websocket: WebSocket,
        session: Annotated[Session | None, Depends(fastapi.OptionalSession(auth))],
    ) -> None:
        await websocket.accept()
        await websocket.send_text(name_of(session))
        await websocket.close()

    @app.websocket("/private")
    async def private(
        websocket: WebSocket,
        session: Annotated[Session, Depends(fastapi.RequireSession(auth))],
    ) -> None:
        await websocket.accept()
        await websocket.send_text(name_of(session))
        await websocket.close()

    return app


@pytest.mark.parametrize("build", [asgi_app, starlette_app, fastapi_app])
def test_a_websocket_knows_who_is_there(build: Callable[[Auth], asgi.ASGIApp]) -> None:
    auth, seen = make_auth()
    client = TestClient(build(auth), base_url="http://localhost")
    with client.websocket_connect("ws://localhost/talk") as websocket:
        assert websocket.receive_text() == "nobody"
    signed_in(client, ADA, auth=auth)
    with client.websocket_connect("ws://localhost/talk") as websocket:
        assert websocket.receive_text() == "Ada"
    assert len(seen) == 1


def test_a_websocket_that_requires_a_session_refuses_the_handshake() -> None:
    auth, _ = make_auth()
    client = TestClient(fastapi_app(auth), base_url="http://localhost")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://localhost/private"):
        pytest.fail("the handshake was accepted")  # pragma: no cover
    signed_in(client, ADA, auth=auth)
    with client.websocket_connect("ws://localhost/private") as websocket:
        assert websocket.receive_text() == "Ada"


@pytest.mark.parametrize("path", ["/api/auth/session", "/elsewhere"])
def test_the_protocol_itself_talks_no_websocket(path: str) -> None:
    auth, _ = make_auth()
    client = TestClient(asgi.AuthApp(auth), base_url="http://localhost")
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(f"ws://localhost{path}"):
        pytest.fail("the handshake was accepted")  # pragma: no cover


def test_a_complete_application_lives_through_a_servers_lifespan() -> None:
    auth, _ = make_auth()
    with TestClient(asgi.AuthApp(auth), base_url="http://localhost") as client:
        assert client.get("/api/auth/session").text == "null"
        assert client.get("/elsewhere").status_code == 404
