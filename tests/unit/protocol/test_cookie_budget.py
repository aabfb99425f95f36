"""A session that grows past what proxies let through is told of once, or refused."""

import logging

import pytest

from nextauth import Auth, Callbacks, CookieOptions, User
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import Browser, make_auth, signed_in

REFUSE = CookieOptions(over_budget="refuse")


def let_in(_: object, *, size: int) -> User:
    return User(id="1", name="Ada", extra={"role": "x" * 100, "photo": "y" * size})


def site(size: int, cookies: CookieOptions | None = None) -> Auth:
    return make_auth(lambda credentials: let_in(credentials, size=size), cookies=cookies)


def codes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [getattr(record, "code", "") for record in caplog.records]


def header_size(browser: Browser) -> int:
    pairs = [f"{name}={value}" for name, value in browser.jar.items()]
    return len(f"cookie: {'; '.join(pairs)}\r\n")


def test_the_budget_is_what_common_proxies_let_through(caplog: pytest.LogCaptureFixture) -> None:
    small, large = signed_in(site(5_000)), Browser(site(6_500))
    assert header_size(small) <= 8192
    assert codes(caplog) == []
    large.sign_in()
    assert header_size(large) > 8192
    assert codes(caplog) == ["cookie-budget"]


def test_the_warning_names_the_largest_claim_and_comes_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    auth = site(9_000)
    first = Browser(auth)
    first.get("signin")  # sets the other two cookies, which count as well
    first.sign_in()
    signed_in(auth)
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    del first.jar["authjs.device"]  # it came with the session
    assert f"have {header_size(first)} bytes" in record.getMessage()
    assert "'user.photo' with 9012 bytes" in record.getMessage()
    assert "yyy" not in caplog.text


def test_a_smaller_budget_may_be_set(caplog: pytest.LogCaptureFixture) -> None:
    signed_in(site(2_000, CookieOptions(budget=2_048)))
    assert codes(caplog) == ["cookie-budget"]


def test_where_it_is_refused_nobody_is_signed_in(caplog: pytest.LogCaptureFixture) -> None:
    auth = site(9_000, REFUSE)
    browser = Browser(auth)
    for _ in range(2):
        reply = browser.sign_in()
        assert (reply.status, reply.query["error"]) == (302, "Configuration")
        assert not reply.signs_in()
    assert "'user.photo'" in caplog.text
    assert "yyy" not in caplog.text
    assert signed_in(site(5_000, REFUSE)).session() is not None


def test_a_session_that_is_larger_already_lives_until_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = FakeClock()
    before = make_auth(lambda submitted: let_in(submitted, size=9_000), clock=clock)
    browser = signed_in(before)
    browser.auth = make_auth(cookies=REFUSE, clock=clock)
    clock.advance(2 * 24 * 60 * 60)
    caplog.clear()
    jar = dict(browser.jar)
    assert browser.session()["user"]["name"] == "Ada"
    assert browser.jar == jar  # as it was: it could not be written anew
    assert codes(caplog) == ["session-not-rolled"]
    assert browser.post("session").json["user"]["name"] == "Ada"
    clock.advance(29 * 24 * 60 * 60)
    assert browser.session() is None


def test_a_callback_that_makes_it_too_large_fails_like_any_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser = signed_in(make_auth())
    grow = Callbacks(jwt=lambda params: {**params.token, "more": "z" * 9_000})
    browser.auth = make_auth(callbacks=grow, cookies=REFUSE)
    assert browser.session() is None
    assert "'more' with" in caplog.text
    browser.auth = make_auth()
    assert browser.session()["user"]["name"] == "Ada"
