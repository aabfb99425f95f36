"""What `examples/spa` says about CORS and about other sites is so, on its server and beside it."""

import re
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.testclient import TestClient

from examples.spa.server import PAGE_ORIGIN, app
from nextauth import Auth, CookieOptions, Credentials, Session
from nextauth.integrations.fastapi import AuthMiddleware, RequireSession, auth_router

README = Path(__file__).parents[2] / "examples" / "spa" / "README.md"
SECRET = "Zk8vQ2mX5tB9wR1yN4cJ7hD0sF3gL6pA-uE_iOaT"
STRANGERS = ["https://evil.example", f"{PAGE_ORIGIN}.evil.example", "null"]
SIGN_IN = "/api/auth/callback/credentials"
ORIGIN, CREDENTIALS = "access-control-allow-origin", "access-control-allow-credentials"
ORDERS = ["nextauth outside", "nextauth inside", "router inside"]


def nobody(credentials: object) -> None:
    """Sign nobody in; these tests look at headers."""


def arranged(order: str) -> FastAPI:
    """Answer a site with both kinds of CORS, arranged in one of the ways that there are."""
    auth = Auth(
        providers=[Credentials(authorize=nobody, account="email")],
        secret=SECRET,
        trusted_origins=[PAGE_ORIGIN],
    )
    app = FastAPI()

    @app.get("/api/notes")
    def notes(session: Annotated[Session, Depends(RequireSession(auth))]) -> str | None:
        return session.user.id

    if order == "nextauth inside":
        app.add_middleware(AuthMiddleware, auth=auth)
    if order == "router inside":
        app.include_router(auth_router(auth))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[PAGE_ORIGIN],
        allow_credentials=True,
        allow_methods=["GET", "POST"],
        allow_headers=["X-Auth-Return-Redirect"],
    )
    if order == "nextauth outside":
        app.add_middleware(AuthMiddleware, auth=auth)
    return app


def answers(app: FastAPI, origin: str) -> list[tuple[str, int, Any]]:
    """Answer what a page gets: the name of the request, its status, and the headers."""
    client = TestClient(app, base_url="http://localhost")
    headers = {"Origin": origin}
    asks = {**headers, "Access-Control-Request-Method": "GET"}
    asks_to_post = {
        **headers,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-auth-return-redirect",
    }
    got = {
        "session": client.get("/api/auth/session", headers=headers),
        "sign-in": client.post(SIGN_IN, data={"json": "true"}, headers=headers),
        "notes": client.get("/api/notes", headers=headers),
        "preflight of sign-in": client.options(SIGN_IN, headers=asks_to_post),
        "preflight of notes": client.options("/api/notes", headers=asks),
    }
    return [(name, answer.status_code, answer.headers) for name, answer in got.items()]


@pytest.mark.parametrize("site", [app, *map(arranged, ORDERS)], ids=["the example", *ORDERS])
def test_whichever_of_the_two_answers_the_page_is_named_once(site: FastAPI) -> None:
    seen = answers(site, PAGE_ORIGIN)
    assert [status // 100 for _, status, _ in seen] == [2, 4, 4, 2, 2]
    for name, _, headers in seen:
        assert (name, headers.get_list(ORIGIN)) == (name, [PAGE_ORIGIN])
        assert (name, headers.get_list(CREDENTIALS)) == (name, ["true"])
        assert "Origin" in headers["vary"]


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("site", [app, *map(arranged, ORDERS)], ids=["the example", *ORDERS])
def test_nobody_else_is_named_and_no_preflight_of_theirs_is_answered(
    site: FastAPI, stranger: str
) -> None:
    seen = answers(site, stranger)
    assert [status // 100 for _, status, _ in seen] == [2, 4, 4, 4, 4]
    assert [headers.get_list(ORIGIN) for _, _, headers in seen] == [[]] * 5


def test_the_cookies_of_the_other_site_s_configuration_travel_there() -> None:
    [code] = re.findall(
        r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    given = code.replace("...", "providers=[provider], secret=SECRET")
    names: dict[str, Any] = {
        "Auth": Auth,
        "CookieOptions": CookieOptions,
        "SECRET": SECRET,
        "provider": Credentials(authorize=nobody, account="email"),
    }
    exec(given, names)  # noqa: S102 - the README's own lines
    site = FastAPI()
    site.add_middleware(AuthMiddleware, auth=names["auth"])
    client = TestClient(site, base_url="https://api.example.com")
    answer = client.get("/api/auth/csrf", headers={"Origin": "https://example.org"})
    [cookie] = answer.headers.get_list("set-cookie")
    assert {"SameSite=None", "Secure"} <= set(cookie.split("; "))
    assert answer.headers.get_list(ORIGIN) == ["https://example.org"]
