"""How a session lives: rolling on, updates, both dialects, several secrets."""

from urllib.parse import quote

import pytest

from nextauth import Callbacks, CookieOptions, SessionOptions, User
from nextauth.events import SessionUpdated
from nextauth.testing import FakeClock, RecordingSink, mint_session
from tests.unit.protocol.wire import (
    OTHER_SECRET,
    PASSWORD,
    SECRET,
    SESSION,
    Browser,
    claims_of,
    make_auth,
    signed_in,
)

V4 = "next-auth.session-token"
TOLERANCE = 15
OPTIONS = SessionOptions(max_age=1000, update_age=100)


# --- time


def test_a_session_is_written_anew_only_when_update_age_has_passed() -> None:
    clock = FakeClock()
    browser = signed_in(make_auth(clock=clock, session=OPTIONS))
    begin = claims_of(browser)
    assert (begin["iat"], begin["exp"]) == (clock.now, clock.now + 1000)
    clock.advance(99)
    assert browser.get("session").set == {}
    clock.advance(1)
    reply = browser.get("session")
    assert reply.signs_in()
    assert reply.set[SESSION].expires == int(clock.now) + 1000
    after = claims_of(browser)
    assert (after["iat"], after["exp"]) == (clock.now, clock.now + 1000)
    assert after["jti"] != begin["jti"]
    stays = {"sub", "sid", "auth_time", "amr", "provider", "name", "email"}
    assert {each: after[each] for each in stays} == {each: begin[each] for each in stays}
    assert browser.get("session").set == {}


def test_a_session_that_is_used_lives_on_and_an_unused_one_ends() -> None:
    clock = FakeClock()
    browser = signed_in(make_auth(clock=clock, session=OPTIONS))
    for _ in range(5):
        clock.advance(900)
        assert browser.session()["user"]["name"] == "Ada"
    clock.advance(1000 + TOLERANCE - 0.5)
    assert browser.session()["user"]["name"] == "Ada"
    clock.advance(1000 + TOLERANCE)
    reply = browser.get("session")
    assert (reply.json, reply.deletes()) == (None, True)


def test_update_age_zero_writes_at_every_read() -> None:
    clock = FakeClock()
    options = SessionOptions(max_age=1000, update_age=0)
    browser = signed_in(make_auth(clock=clock, session=options))
    assert browser.get("session").signs_in()


@pytest.mark.parametrize("with_callback", [False, True])
def test_the_same_holds_with_a_jwt_callback_that_changes_nothing(*, with_callback: bool) -> None:
    clock = FakeClock()
    callbacks = Callbacks(jwt=lambda params: params.token) if with_callback else Callbacks()
    browser = signed_in(make_auth(clock=clock, session=OPTIONS, callbacks=callbacks))
    clock.advance(99)
    assert browser.get("session").set == {}
    clock.advance(1)
    assert browser.get("session").signs_in()


def test_a_token_that_the_callback_changed_is_written_at_once() -> None:
    clock = FakeClock()
    callbacks = Callbacks(jwt=lambda params: {**params.token, "at": clock.now})
    browser = signed_in(make_auth(clock=clock, session=OPTIONS, callbacks=callbacks))
    assert browser.get("session").set == {}
    clock.advance(1)
    assert browser.get("session").signs_in()


def test_expires_is_what_the_client_is_told() -> None:
    clock = FakeClock(1_800_000_000.75)
    browser = signed_in(make_auth(clock=clock, session=OPTIONS))
    assert browser.session()["expires"] == "2027-01-15T08:16:40.000Z"
    session = browser.auth.session_sync(browser.request("GET", "/"))
    assert session is not None
    assert session.expires.timestamp() == 1_800_001_000
    assert session.auth_time == 1_800_000_000


def test_a_new_sign_in_is_a_new_session() -> None:
    browser = signed_in(make_auth())
    first = claims_of(browser)["sid"]
    browser.sign_in()
    assert claims_of(browser)["sid"] != first


# --- POST session


def test_an_update_without_a_callback_keeps_nothing_of_what_was_posted() -> None:
    clock, sink = FakeClock(), RecordingSink()
    browser = signed_in(make_auth(clock=clock, session=OPTIONS, events=[sink]))
    before = claims_of(browser)
    clock.advance(10)
    posted = b'{"data": {"name": "Mallory", "sub": "2"}, "user": {"name": "Mallory"}}'
    reply = browser.post_body("session", posted, kind="application/json")
    assert (reply.status, reply.json["user"]["name"]) == (200, "Ada")
    after = claims_of(browser)
    assert {**after, "iat": 0, "exp": 0, "jti": 0} == {**before, "iat": 0, "exp": 0, "jti": 0}
    assert after["exp"] == clock.now + 1000
    assert [event.sid for event in sink.of(SessionUpdated)] == [before["sid"]]


def test_an_update_with_a_callback_keeps_what_it_chose() -> None:
    def jwt(params: object) -> dict[str, object]:
        token: dict[str, object] = params.token  # type: ignore[attr-defined]
        if params.trigger == "update":  # type: ignore[attr-defined]
            token["name"] = params.session["name"]  # type: ignore[attr-defined]
        return token

    browser = signed_in(make_auth(callbacks=Callbacks(jwt=jwt)))
    body = b'{"csrfToken": "x", "data": {"name": "Lady Ada"}}'
    assert browser.post_body("session", body, kind="application/json").signs_in()
    assert browser.session()["user"]["name"] == "Lady Ada"


@pytest.mark.parametrize(("dialect", "nobody"), [("authjs", None), ("next-auth-v4", {})])
def test_signed_out_is_null_in_authjs_and_an_empty_object_in_v4(
    dialect: str, nobody: object
) -> None:
    sink = RecordingSink()
    browser = Browser(make_auth(dialect=dialect, events=[sink]))
    assert (browser.get("session").status, browser.session()) == (200, nobody)
    assert browser.post("session").json == nobody
    assert sink.events == []


# --- dialects and secrets


@pytest.mark.parametrize(
    ("writes", "reads"), [("authjs", "next-auth-v4"), ("next-auth-v4", "authjs")]
)
def test_both_dialects_are_read_whichever_is_written(writes: str, reads: str) -> None:
    clock = FakeClock()
    written = {"authjs": SESSION, "next-auth-v4": V4}
    browser = signed_in(make_auth(dialect=writes, clock=clock, session=OPTIONS))
    assert written[writes] in browser.jar
    before = claims_of(browser)
    browser.auth = make_auth(dialect=reads, clock=clock, session=OPTIONS)
    assert claims_of(browser) == before
    clock.advance(100)
    assert browser.session()["user"]["name"] == "Ada"
    assert {name for name in browser.jar if "session" in name} == {written[reads]}
    assert claims_of(browser)["sid"] == before["sid"]


def test_a_session_under_the_older_secret_is_read_and_written_under_the_newest() -> None:
    clock = FakeClock()
    browser = signed_in(make_auth(secret=OTHER_SECRET, clock=clock, session=OPTIONS))
    browser.auth = make_auth(secret=[SECRET, OTHER_SECRET], clock=clock, session=OPTIONS)
    assert browser.session()["user"]["name"] == "Ada"
    clock.advance(100)
    assert browser.get("session").signs_in()
    browser.auth = make_auth(secret=SECRET, clock=clock, session=OPTIONS)
    assert browser.session()["user"]["name"] == "Ada"
    browser.auth = make_auth(secret=OTHER_SECRET, clock=clock, session=OPTIONS)
    assert browser.session() is None


def test_a_csrf_cookie_of_the_older_secret_is_accepted() -> None:
    browser = Browser(make_auth(secret=OTHER_SECRET), headers=())
    token = browser.get("csrf").json["csrfToken"]
    browser.auth = make_auth(secret=[SECRET, OTHER_SECRET])
    assert browser.sign_in(csrfToken=token).signs_in()


def test_minted_sessions_and_own_cookie_names_are_read() -> None:
    auth = make_auth(cookies=CookieOptions(session_token="sid_token"))
    browser = Browser(auth)
    minted = mint_session(
        auth, User(id="5", name="Béla", email="b@c.d"), base_url="http://x.localhost"
    )
    browser.jar = {name: quote(value) for name, value in minted.items()}
    assert set(minted) == {"sid_token"}
    assert browser.session()["user"] == {"name": "Béla", "email": "b@c.d"}
    assert browser.sign_in(PASSWORD).signs_in("sid_token")
