"""Starlette's own habits: an endpoint that needs a session, with and without the middleware."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from nextauth import Auth, Credentials, User
from nextauth.integrations.starlette import AuthMiddleware, session_required
from nextauth.testing import FakeClock, signed_in
from tests.contract.conftest import SECRET, ada
from tests.contract.site import cookies_of, writes_session

DAY = 24 * 60 * 60


@pytest.mark.parametrize("has_middleware", [False, True])
def test_a_refreshed_cookie_goes_out_once(*, has_middleware: bool) -> None:
    clock = FakeClock()
    auth = Auth(
        providers=[Credentials(authorize=ada, account="email")],
        secret=SECRET,
        base_url="http://localhost",
        clock=clock,
        environ={},
    )

    @session_required(auth)
    async def me(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("me")

    around = [Middleware(AuthMiddleware, auth=auth)] if has_middleware else []
    app = Starlette(routes=[Route("/me", me)], middleware=around)
    client = signed_in(TestClient(app, base_url="http://localhost"), User(id="1"), auth=auth)
    clock.advance(2 * DAY)
    reply = client.get("/me")
    assert writes_session(reply)
    assert len(cookies_of(reply)) == 1
