"""How long a session lasts at most, and in a browser that was not asked to remember it."""

from typing import Any

import pytest

from nextauth import (
    Callbacks,
    Credentials,
    FormField,
    SessionOptions,
    SubmittedCredentials,
    User,
    Verified,
)
from nextauth.events import SessionEnded
from nextauth.testing import FakeClock, RecordingSink, mint_session
from tests.unit.protocol.wire import SESSION, Browser, claims_of, make_auth, signed_in

ADA = User(id="1", name="Ada")
OPTIONS = SessionOptions(max_age=1000, update_age=100, absolute_max_age=2500, browser_max_age=600)
FIELDS = {
    "email": FormField("E-mail", type="email"),
    "password": FormField("Password", type="password"),
    "remember": FormField("Stay signed in", type="checkbox", required=False),
}
REMEMBER = SessionOptions(
    max_age=1000, update_age=100, browser_max_age=600, remember_field="remember"
)


# --- the longest life


def test_a_session_that_is_always_used_ends_when_its_longest_life_is_over() -> None:
    clock, sink = FakeClock(), RecordingSink()
    browser = signed_in(make_auth(clock=clock, session=OPTIONS, events=[sink]))
    for _ in range(12):
        clock.advance(200)
        assert browser.session()["user"]["name"] == "Ada"
    clock.advance(99)
    assert browser.session()["user"]["name"] == "Ada"
    clock.advance(1)
    reply = browser.get("session")
    assert (reply.json, reply.deletes()) == (None, True)
    [event] = sink.of(SessionEnded)
    assert (event.reason, event.user_id, event.provider) == ("absolute", "1", "credentials")


def test_a_token_and_its_cookie_never_outlive_the_longest_life() -> None:
    clock = FakeClock()
    browser = signed_in(make_auth(clock=clock, session=OPTIONS))
    end = int(clock.now) + 2500
    clock.advance(900)
    browser.session()
    clock.advance(900)
    reply = browser.get("session")
    assert claims_of(browser)["exp"] == end
    assert reply.set[SESSION].expires == end
    clock.advance(300)
    assert browser.get("session").set == {}


def test_a_session_of_another_program_that_renews_it_ends_all_the_same() -> None:
    clock = FakeClock()
    auth = make_auth(clock=clock, session=OPTIONS)
    began = int(clock.now)
    clock.advance(2500)
    browser = Browser(auth)
    browser.jar = mint_session(auth, ADA, auth_time=began, exp=int(clock.now) + 1000)
    assert browser.session() is None


@pytest.mark.parametrize("iat", [0, -500, 500, None, 1.5, "now"])
def test_a_session_of_another_program_ends_however_much_it_is_used(iat: Any) -> None:  # noqa: ANN401
    """Nobody knows when it began: it was no later than its token, or than we first wrote one."""
    clock = FakeClock()
    auth = make_auth(clock=clock, session=OPTIONS)
    began = int(clock.now)
    written = began + iat if type(iat) is int else iat
    browser = Browser(auth)
    browser.jar = mint_session(auth, ADA, auth_time=None, sid=None, provider=None, iat=written)
    while browser.session() is not None:
        clock.advance(50)
        assert clock.now <= began + 2500 + 100, "for ever"
    lasted = clock.now - began
    assert lasted == 2500 + min(iat, 100) if type(iat) is int else lasted >= 2500


def test_a_session_of_another_program_that_is_too_old_is_over() -> None:
    clock, sink = FakeClock(), RecordingSink()
    auth = make_auth(clock=clock, session=OPTIONS, events=[sink])
    browser = Browser(auth)
    browser.jar = mint_session(auth, ADA, auth_time=None, iat=int(clock.now) - 2500)
    reply = browser.get("session")
    assert (reply.json, reply.deletes()) == (None, True)
    assert [event.reason for event in sink.of(SessionEnded)] == ["absolute"]


# --- remembered or not


def remembering(**options: Any) -> Browser:  # noqa: ANN401
    provider = Credentials(authorize=lambda _: ADA, fields=FIELDS)
    return Browser(make_auth(providers=[provider], session=REMEMBER, **options))


@pytest.mark.parametrize("value", [None, "", "0", "false", "No", " off "])
def test_who_does_not_ask_to_be_remembered_has_a_cookie_that_ends_with_the_browser(
    value: str | None,
) -> None:
    clock = FakeClock()
    browser = remembering(clock=clock)
    reply = browser.sign_in(**({} if value is None else {"remember": value}))
    cookie = reply.set[SESSION]
    assert (cookie.expires, cookie.max_age) == (None, None)
    assert claims_of(browser)["exp"] == int(clock.now) + 600


@pytest.mark.parametrize("value", ["on", "1", "true", "yes", "remember"])
def test_who_asks_to_be_remembered_has_a_cookie_that_ends_with_the_token(value: str) -> None:
    clock = FakeClock()
    browser = remembering(clock=clock)
    cookie = browser.sign_in(remember=value).set[SESSION]
    assert cookie.expires == int(clock.now) + 1000 == claims_of(browser)["exp"]


@pytest.mark.parametrize(("value", "life"), [("on", 1000), ("", 600)])
def test_the_choice_is_kept_when_the_session_rolls_on(value: str, life: int) -> None:
    clock = FakeClock()
    browser = remembering(clock=clock)
    browser.sign_in(remember=value)
    for _ in range(3):
        clock.advance(300)
        cookie = browser.get("session").set[SESSION]
        assert claims_of(browser)["exp"] == int(clock.now) + life
        assert cookie.expires == (int(clock.now) + life if value else None)


def test_without_a_field_everybody_is_remembered_as_in_auth_js() -> None:
    browser = Browser(make_auth())
    assert browser.sign_in(remember="").set[SESSION].expires is not None
    assert "nextauth_remember" not in claims_of(browser)


@pytest.mark.parametrize("remember", [True, False, None])
def test_authorize_may_decide_it_and_beats_the_form(remember: object) -> None:
    def authorize(_credentials: SubmittedCredentials) -> Verified:
        return Verified(ADA, remember=remember)  # type: ignore[arg-type]

    provider = Credentials(authorize=authorize, fields=FIELDS)
    browser = Browser(make_auth(providers=[provider], session=REMEMBER))
    lasts = browser.sign_in(remember="on").set[SESSION].expires is not None
    assert lasts is (remember is not False)


def test_authorize_may_say_how_it_was_proven() -> None:
    browser = signed_in(make_auth(lambda _: Verified({"id": 7, "name": "Ada"}, amr=["pwd", "otp"])))
    claims = claims_of(browser)
    assert (claims["sub"], claims["amr"]) == ("7", ["pwd", "otp"])


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"user": "Ada"}, r"Verified\.user must be a User or a mapping, not str"),
        ({"user": ADA, "amr": "pwd"}, r"Verified\.amr must be a sequence of str"),
        ({"user": ADA, "amr": [1]}, r"Verified\.amr must be a sequence of str"),
        ({"user": ADA, "remember": 1}, r"Verified\.remember must be a bool or None, not int"),
    ],
)
def test_what_authorize_answers_is_checked(members: dict[str, object], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Verified(**members)  # type: ignore[arg-type]


def test_a_callback_cannot_prolong_a_session() -> None:
    clock = FakeClock()
    callbacks = Callbacks(
        jwt=lambda params: {
            **params.token,
            "auth_time": 2**40,
            "nextauth_remember": True,
            "exp": 2**40,
        }
    )
    provider = Credentials(authorize=lambda _: ADA, fields=FIELDS)
    browser = Browser(
        make_auth(providers=[provider], session=REMEMBER, callbacks=callbacks, clock=clock)
    )
    browser.sign_in()
    claims = claims_of(browser)
    assert (claims["auth_time"], claims["nextauth_remember"]) == (int(clock.now), False)
    assert claims["exp"] == int(clock.now) + 600
