"""A token in the Authorization header says who is signed in, where that is asked for."""

from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import Auth, Callbacks, Request, SessionOptions
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.wire import OTHER_SECRET, SESSION, Browser, make_auth, signed_in

OPTIONS = SessionOptions(max_age=1000, update_age=100, accept_bearer=True)


def make_reader(**options: Any) -> Auth:  # noqa: ANN401
    return make_auth(**{"session": OPTIONS, **options})


def asked(*headers: tuple[str, str], scheme: str = "http", host: str = "localhost") -> Request:
    sent = [("host", host), *headers]
    raw = [(name.encode(), value.encode("latin-1")) for name, value in sent]
    return Request("GET", "/api/things", headers=raw, scheme=scheme)


def bearing(token: str, scheme: str = "Bearer") -> Request:
    return asked(("authorization", f"{scheme} {token}"))


def token_of(browser: Browser) -> str:
    (token,) = (value for name, value in browser.jar.items() if "session-token" in name)
    return token


def name_of(auth: Auth, request: Request) -> str | None:
    session = auth.session_sync(request)
    return None if session is None else session.user.name


@pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
@pytest.mark.parametrize("signed_in_over", ["http", "https"])
@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
def test_a_token_of_either_dialect_and_scheme_is_somebody(
    dialect: str, signed_in_over: str, word: str
) -> None:
    token = token_of(signed_in(make_auth(dialect=dialect), scheme=signed_in_over))
    assert name_of(make_reader(), bearing(token, word)) == "Ada"


def test_nobody_is_read_from_the_header_unless_it_is_asked_for() -> None:
    auth = make_auth()
    assert name_of(auth, bearing(token_of(signed_in(auth)))) is None


def test_our_own_address_need_not_be_known_to_read_a_token() -> None:
    token = token_of(signed_in(make_auth()))
    request = asked(("authorization", f"Bearer {token}"), host="api.internal:8000")
    assert name_of(make_reader(), request) == "Ada"


MALFORMED = [
    "",
    " ",
    "x",
    "%",
    "%E0%A4%A",
    "a.b.c",
    "a.b.c.d.e",
    "{token},{token}",
    "{token} {token}",
    "{token}=",
    "{token}%20",
    '"{token}"',
    "{token}\x00",
    "{token}é",
    "Bearer {token}",
    "x" * 70_000,
]


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_token_is_nobody(text: str) -> None:
    token = token_of(signed_in(make_auth()))
    auth, request = make_reader(), bearing(text.format(token=token))
    assert name_of(auth, request) is None
    assert auth.challenge(request) == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("word", ["Basic", "Digest", "Token", "Bearerx"])
def test_another_scheme_is_not_ours(word: str) -> None:
    auth, request = make_reader(), bearing(token_of(signed_in(make_auth())), word)
    assert name_of(auth, request) is None
    assert auth.challenge(request) == "Bearer"


def test_two_headers_are_nobody() -> None:
    value = f"Bearer {token_of(signed_in(make_auth()))}"
    assert name_of(make_reader(), asked(("authorization", value), ("authorization", value))) is None


def test_a_token_under_another_secret_is_nobody() -> None:
    token = token_of(signed_in(make_auth(secret=OTHER_SECRET)))
    assert name_of(make_reader(), bearing(token)) is None
    assert name_of(make_reader(secret=["x" * 3 + OTHER_SECRET, OTHER_SECRET]), bearing(token))


def test_a_token_that_is_over_is_nobody() -> None:
    clock = FakeClock()
    auth = make_reader(clock=clock)
    token = token_of(signed_in(auth))
    assert name_of(auth, bearing(token)) == "Ada"
    clock.advance(1016)  # 15 seconds are two clocks' difference
    assert name_of(auth, bearing(token)) is None


@pytest.mark.parametrize("cookie", ["damaged", "{other}"])
@pytest.mark.parametrize("name", [SESSION, f"{SESSION}.0", f"{SESSION}.1", f"__Secure-{SESSION}"])
def test_where_a_session_cookie_came_the_cookie_decides(cookie: str, name: str) -> None:
    token = token_of(signed_in(make_auth()))
    other = token_of(signed_in(make_auth(secret=OTHER_SECRET)))
    cookies = ("cookie", f"{name}={cookie.format(other=other)}")
    request = asked(cookies, ("authorization", f"Bearer {token}"))
    assert name_of(make_reader(), request) is None
    beside = asked(("cookie", "theme=dark"), ("authorization", f"Bearer {token}"))
    assert name_of(make_reader(), beside) == "Ada"


def test_where_too_many_cookies_came_to_look_for_one_nobody_is_signed_in() -> None:
    token = token_of(signed_in(make_auth()))
    cookies = ("cookie", "; ".join(f"c{number}=1" for number in range(300)))
    assert name_of(make_reader(), asked(cookies, ("authorization", f"Bearer {token}"))) is None


def test_a_bearers_session_is_never_written_anew() -> None:
    clock = FakeClock()
    auth = make_reader(clock=clock)
    token = token_of(signed_in(auth))
    clock.advance(900)
    resumed = auth.resume_sync(bearing(token))
    assert resumed.session is not None
    assert resumed.cookies == ()


def test_the_protocols_own_routes_do_not_see_it() -> None:
    auth = make_reader()
    bearer = ("authorization", f"Bearer {token_of(signed_in(auth))}")
    assert Browser(auth).get("session", [bearer]).json is None
    posted = Browser(auth, headers=[("sec-fetch-site", "same-origin"), bearer]).post("session")
    assert posted.json is None


def test_the_jwt_callback_may_add_to_it_and_end_it() -> None:
    token, sink = token_of(signed_in(make_auth())), RecordingSink()

    def add(params: Any) -> Mapping[str, Any]:  # noqa: ANN401
        return {**params.token, "seen": True}

    read = make_reader(callbacks=Callbacks(jwt=add)).resume_sync(bearing(token))
    assert read.session is not None
    assert read.session.token["seen"] is True
    assert read.cookies == ()

    ending = make_reader(callbacks=Callbacks(jwt=lambda _: None), events=[sink])
    assert ending.session_sync(bearing(token)) is None
    assert [type(event).__name__ for event in sink.events] == ["SessionEnded"]


def test_without_it_a_program_is_asked_for_the_cookie() -> None:
    assert make_auth().challenge(bearing("x")) == "Cookie"
