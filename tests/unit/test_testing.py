"""What `nextauth.testing` gives to the tests of applications."""

from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from nextauth import Auth, CookieOptions, Credentials, Request, Session, SessionOptions, User
from nextauth.errors import CallbackError
from nextauth.events import Circumstances, RequestRefused, SignedIn
from nextauth.integrations.fastapi import AuthMiddleware, RequireSession
from nextauth.models import Account
from nextauth.testing import FakeClock, RecordingSink, mint_session, signed_in

SECRET = "kV3q-of-the-testing-tests-alone-9Zx"
ADA = User(id="1", name="Ada", email="ada@example.com", extra={"role": "admin"})
AT = Circumstances(time=1.0)


def make_auth(**options: object) -> Auth:
    given: dict[str, object] = {"secret": SECRET, "environ": {}, **options}
    provider = Credentials(authorize=lambda _credentials: ADA)
    return Auth(providers=[provider], **given)  # type: ignore[arg-type]


def read(auth: Auth, cookies: dict[str, str], *, host: str, scheme: str = "http") -> Session | None:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    return auth.session_sync(Request("GET", "/", headers=headers, scheme=scheme))


def test_a_fake_clock_stands_still_until_it_is_turned() -> None:
    clock = FakeClock(100)
    assert (clock(), clock()) == (100, 100)
    clock.advance(30.5)
    assert clock() == 130.5
    clock.advance(-30.5)
    assert clock() == 100


def test_a_fake_clock_begins_after_every_cookie_jars_today() -> None:
    day = 24 * 60 * 60
    assert FakeClock()() > Path(__file__).stat().st_mtime + 365 * day


def test_a_recording_sink_keeps_events_in_order_and_by_kind() -> None:
    sink = RecordingSink()
    first = SignedIn(AT, ADA, Account("credentials", "credentials", "1"), "sid")
    refused = RequestRefused(AT, "MissingCSRF", "signin")
    second = SignedIn(AT, ADA, Account("credentials", "credentials", "1"), "sid-2")
    for event in (first, refused, second):
        sink.emit(event)
    assert sink.events == [first, refused, second]
    assert sink.of(SignedIn) == [first, second]
    assert sink.of(RequestRefused) == [refused]


def test_a_minted_session_is_the_one_that_a_sign_in_gives() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock)
    minted = mint_session(auth, ADA)
    assert list(minted) == ["authjs.session-token"]
    session = read(auth, minted, host="localhost")
    assert session is not None
    assert session.user == ADA
    assert session.provider == "credentials"
    assert session.auth_time == int(clock())
    assert session.amr == ("pwd",)
    assert session.expires.timestamp() == clock() + 30 * 24 * 60 * 60
    assert session.sid


def test_two_minted_sessions_are_two() -> None:
    auth = make_auth()
    sessions = [read(auth, mint_session(auth, ADA), host="localhost") for _ in range(2)]
    assert all(sessions)
    assert len({session.sid for session in sessions if session}) == 2


def test_claims_of_the_tests_choice_replace_our_own() -> None:
    auth = make_auth()
    minted = mint_session(auth, ADA, auth_time=5, theme="dark")
    session = read(auth, minted, host="localhost")
    assert session is not None
    assert session.auth_time == 5
    assert session.token["theme"] == "dark"


def test_a_minted_session_ends_when_its_time_is_over() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, session=SessionOptions(max_age=120, update_age=60))
    minted = mint_session(auth, ADA)
    clock.advance(119)
    assert read(auth, minted, host="localhost") is not None
    clock.advance(120)
    assert read(auth, minted, host="localhost") is None


@pytest.mark.parametrize(
    ("options", "base_url", "name"),
    [
        ({}, "https://shop.example/", "__Secure-authjs.session-token"),
        ({"base_url": "https://shop.example"}, "http://other", "__Secure-authjs.session-token"),
        ({"dialect": "next-auth-v4"}, "http://localhost", "next-auth.session-token"),
        ({"cookies": CookieOptions(session_token="sid")}, "http://localhost", "sid"),
    ],
)
def test_the_cookie_is_the_one_of_the_clients_address(
    options: dict[str, object], base_url: str, name: str
) -> None:
    auth = make_auth(trust_host=True, **options)
    minted = mint_session(auth, ADA, base_url=base_url)
    assert list(minted) == [name]
    scheme = "https" if name.startswith("__Secure-") else "http"
    assert read(auth, minted, host="shop.example", scheme=scheme) is not None


def test_a_large_user_comes_in_chunks() -> None:
    auth = make_auth()
    minted = mint_session(auth, User(id="1", extra={"note": "x" * 6000}))
    assert list(minted) == [f"authjs.session-token.{index}" for index in range(len(minted))]
    assert len(minted) > 1
    assert read(auth, minted, host="localhost") is not None


@pytest.mark.parametrize("base_url", ["localhost", "", "ftp://localhost", "http://a b"])
def test_a_base_url_that_is_no_address_is_named(base_url: str) -> None:
    with pytest.raises(ValueError, match=r"is no address; write it as 'http://localhost'"):
        mint_session(make_auth(), ADA, base_url=base_url)


def test_a_user_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="the user has no id"):
        mint_session(make_auth(), User(name="Ada"))


def test_a_user_that_no_token_can_hold_is_refused() -> None:
    with pytest.raises(CallbackError, match="a value that JSON cannot"):
        mint_session(make_auth(), User(id="1", extra={"when": object()}))


def site(auth: Auth) -> FastAPI:
    app = FastAPI()
    app.add_middleware(AuthMiddleware, auth=auth)

    @app.get("/me")
    async def me(session: Annotated[Session, Depends(RequireSession(auth))]) -> str | None:
        return session.user.name

    return app


def test_signed_in_answers_the_client_with_a_session() -> None:
    auth = make_auth(clock=FakeClock())
    client = TestClient(site(auth), base_url="http://localhost")
    assert client.get("/me").status_code == 401
    assert signed_in(client, ADA, auth=auth) is client
    assert client.get("/me").json() == "Ada"
    assert client.get("/api/auth/session").json()["user"]["email"] == "ada@example.com"


@pytest.mark.parametrize(
    "base_url", ["http://localhost:8000", "http://127.0.0.1", "http://app.localhost/api/"]
)
def test_signed_in_then_signed_out_on_any_address(base_url: str) -> None:
    auth = make_auth(clock=FakeClock())
    client = signed_in(TestClient(site(auth), base_url=base_url), ADA, auth=auth)
    here = base_url.removesuffix("/api/")
    assert client.get(f"{here}/me").json() == "Ada"
    client.post(f"{here}/api/auth/signout", headers={"sec-fetch-site": "same-origin"})
    assert client.get(f"{here}/me").status_code == 401


def test_signed_in_works_on_https_and_signing_out_ends_it() -> None:
    auth = make_auth(base_url="https://shop.example", clock=FakeClock())
    client = signed_in(TestClient(site(auth), base_url="https://shop.example"), ADA, auth=auth)
    assert client.get("/me").json() == "Ada"
    client.post("/api/auth/signout", headers={"sec-fetch-site": "same-origin"})
    assert client.get("/me").status_code == 401


def test_another_user_replaces_the_first() -> None:
    auth = make_auth()
    client = signed_in(TestClient(site(auth), base_url="http://localhost"), ADA, auth=auth)
    signed_in(client, User(id="2", name="Grace"), auth=auth)
    assert client.get("/me").json() == "Grace"


def test_the_default_address_of_test_clients_works_where_it_is_the_sites_own() -> None:
    auth = make_auth(base_url="http://testserver")
    client = signed_in(TestClient(site(auth)), ADA, auth=auth)
    assert client.get("/me").json() == "Ada"


def test_a_rolled_cookie_replaces_the_one_that_signed_in() -> None:
    day = 24 * 60 * 60
    clock = FakeClock()
    auth = make_auth(clock=clock)
    client = signed_in(TestClient(site(auth), base_url="http://localhost"), ADA, auth=auth)
    for _ in range(3):
        clock.advance(20 * day)
        assert client.get("/me").json() == "Ada"
