"""Signing in by two steps: no session before the second factor was proven."""

from typing import Any

import pytest

from nextauth import (
    Callbacks,
    Credentials,
    Revocation,
    User,
)
from nextauth.callbacks import JWTParams, SignInParams
from nextauth.events import (
    RecoveryCodeUsed,
    SecondFactorAsked,
    SecondFactorPassed,
    SecondFactorRefused,
    SignedIn,
    SignInFailed,
    SignInThrottled,
)
from nextauth.stores import Limit, MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.enrolments import (
    enrol_app,
    enrol_codes,
    enter,
    make_two_steps,
    pending_of,
    wrong,
)
from tests.unit.protocol.wire import (
    PASSWORD,
    WAYS,
    Browser,
    both,
    claims_of,
    either,
)

PENDING = "authjs.pending"
HTML = (("accept", "text/html"),)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sink() -> RecordingSink:
    return RecordingSink()


@pytest.mark.parametrize("way", WAYS)
def test_a_right_password_leads_to_the_second_factor_and_to_no_session(
    clock: FakeClock, way: str
) -> None:
    auth = make_two_steps(clock)
    enrol_app(auth, clock)
    browser = Browser(auth, way=way)
    reply = browser.sign_in(callbackUrl="/inside")
    assert reply.status == (302 if way == "form" else 200)
    assert reply.path == "/api/auth/factor"
    assert not reply.signs_in()
    assert browser.session() is None


@pytest.mark.parametrize("way", WAYS)
def test_the_right_code_begins_the_session_and_leads_where_the_sign_in_was_to(
    clock: FakeClock, way: str
) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth, way=way)
    browser.sign_in(callbackUrl="/inside")
    reply = enter(browser, app.code())
    assert reply.status == (302 if way == "form" else 200)
    assert reply.path == "/inside"
    assert reply.signs_in()
    assert reply.deletes(PENDING)
    assert claims_of(browser)["amr"] == ["pwd", "otp", "mfa"]


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_code_asks_again(clock: FakeClock, way: str) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth, way=way)
    browser.sign_in()
    reply = enter(browser, "000000" if app.code() != "000000" else "111111")
    assert reply.status == (302 if way == "form" else 401)
    assert reply.path == "/api/auth/factor"
    assert reply.query == {"error": "SecondFactorRefused", "method": "totp"}
    assert browser.session() is None
    assert enter(browser, app.code()).signs_in()


def test_a_code_is_good_once(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    code = app.code()
    first, second = Browser(auth), Browser(auth)
    for browser in (first, second):
        browser.sign_in()
    assert enter(first, code).signs_in()
    assert not enter(second, code).signs_in()
    clock.advance(30)
    assert enter(second, app.code()).signs_in()


def test_a_pending_sign_in_is_redeemed_once(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    kept = dict(browser.jar)
    assert enter(browser, app.code()).signs_in()
    clock.advance(30)
    thief = Browser(auth)
    thief.jar = kept
    reply = enter(thief, app.code())
    assert reply.query["error"] == "SecondFactorExpired"
    assert not reply.signs_in()


def test_a_pending_sign_in_is_over_after_ten_minutes(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    clock.advance(600)
    reply = enter(browser, app.code())
    assert reply.query["error"] == "SecondFactorExpired"
    assert reply.deletes(PENDING)
    assert not reply.signs_in()


def test_a_recovery_code_works_once_and_says_how_many_are_left(
    clock: FakeClock, sink: RecordingSink
) -> None:
    auth = make_two_steps(clock, events=[sink])
    enrol_app(auth, clock)
    codes = enrol_codes(auth, clock)
    first, second = Browser(auth), Browser(auth)
    first.sign_in()
    assert enter(first, codes[3].upper(), "recovery").signs_in()
    assert [each.left for each in sink.of(RecoveryCodeUsed)] == [9]
    second.sign_in()
    assert not enter(second, codes[3], "recovery").signs_in()


@pytest.mark.parametrize("ends", ["sign-out", "sign-in"])
def test_signing_out_and_signing_in_anew_end_it(clock: FakeClock, ends: str) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    kept = dict(browser.jar)
    reply = browser.post("signout") if ends == "sign-out" else browser.sign_in()
    assert (PENDING in reply.set) is True
    browser.jar = kept
    assert enter(browser, app.code()).query["error"] == "SecondFactorExpired"


def test_guesses_are_counted_over_all_sign_ins_and_no_password_gives_them_back(
    clock: FakeClock, sink: RecordingSink
) -> None:
    limits = (Limit(3, 3600),)
    auth = make_two_steps(clock, factor_limits=limits, events=[sink])
    app = enrol_app(auth, clock)
    for _ in range(3):
        browser = Browser(auth)
        browser.sign_in()
        assert enter(browser, wrong(app.code())).query["error"] == "SecondFactorRefused"
    browser = Browser(auth, way="json")
    browser.sign_in()
    reply = enter(browser, app.code())
    assert reply.status == 429
    assert reply.path == "/api/auth/factor"
    assert not reply.signs_in()
    assert [each.limit for each in sink.of(SignInThrottled)] == ["factor"]


def test_another_method_and_another_person_have_guesses_of_their_own(clock: FakeClock) -> None:
    auth = make_two_steps(clock, factor_limits=(Limit(1, 3600),))
    app = enrol_app(auth, clock)
    codes = enrol_codes(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    enter(browser, wrong(app.code()))
    assert enter(browser, codes[0], "recovery").signs_in()


def test_right_codes_use_up_no_guesses(clock: FakeClock) -> None:
    auth = make_two_steps(clock, factor_limits=(Limit(1, 3600),))
    app = enrol_app(auth, clock)
    for _ in range(3):
        browser = Browser(auth)
        browser.sign_in()
        assert enter(browser, app.code()).signs_in()
        clock.advance(30)


def test_a_blank_code_is_no_guess(clock: FakeClock) -> None:
    auth = make_two_steps(clock, factor_limits=(Limit(1, 3600),))
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    for blank in ("", "  "):
        assert enter(browser, blank).query["error"] == "SecondFactorRefused"
    assert enter(browser, app.code()).signs_in()


def test_what_happens_is_told(clock: FakeClock, sink: RecordingSink) -> None:
    auth = make_two_steps(clock, events=[sink])
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    assert [type(each) for each in sink.events] == [SecondFactorAsked]
    asked = sink.of(SecondFactorAsked)[0]
    assert (asked.provider, asked.user_id, asked.methods) == ("credentials", "1", ("totp",))
    enter(browser, wrong(app.code()))
    enter(browser, app.code())
    kinds = [type(each) for each in sink.events][1:]
    assert kinds == [SecondFactorRefused, SignInFailed, SecondFactorPassed, SignedIn]
    assert sink.of(SignInFailed)[0].reason == "SecondFactorRefused"


@both
def test_the_callbacks_run_after_the_last_factor_with_what_was_submitted(
    clock: FakeClock, *, is_async: bool
) -> None:
    seen: list[Any] = []

    def sign_in(params: SignInParams) -> bool:
        seen.append(("sign_in", dict(params.credentials or {})["password"]))
        return True

    def jwt(params: JWTParams) -> dict[str, Any]:
        if params.trigger == "signIn":
            seen.append(("jwt", dict(params.credentials or {})["password"]))
        return params.token

    callbacks = Callbacks(
        sign_in=either(sign_in, is_async=is_async), jwt=either(jwt, is_async=is_async)
    )
    auth = make_two_steps(clock, callbacks=callbacks)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    assert seen == []
    assert enter(browser, app.code()).signs_in()
    assert seen == [("sign_in", PASSWORD), ("jwt", PASSWORD)]


def test_what_was_submitted_is_not_kept_where_nobody_asks_for_it(clock: FakeClock) -> None:
    store = MemoryStore()
    auth = make_two_steps(clock, factor_store=store)
    enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    pending = pending_of(browser)
    assert dict(pending.credentials) == {}


def test_a_callback_that_says_no_after_the_last_factor_signs_nobody_in(clock: FakeClock) -> None:
    auth = make_two_steps(clock, callbacks=Callbacks(sign_in=lambda _: False))
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    reply = enter(browser, app.code())
    assert reply.query["error"] == "AccessDenied"
    assert reply.deletes(PENDING)
    assert browser.session() is None


def test_who_was_disabled_meanwhile_is_not_let_in(clock: FakeClock) -> None:
    is_there = True
    provider = Credentials(
        authorize=lambda _: User(id="1"), account="email", revalidate=lambda _: is_there
    )
    auth = make_two_steps(clock, providers=[provider])
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    is_there = False
    reply = enter(browser, app.code())
    assert reply.query["error"] == "AccessDenied"
    assert browser.session() is None


def test_ending_a_persons_sessions_ends_their_sign_ins_that_wait(clock: FakeClock) -> None:
    store = MemoryStore()
    auth = make_two_steps(clock, factor_store=store, revocation=Revocation(store))
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    clock.advance(5)
    auth.revoke_user_sync("credentials", "1")
    clock.advance(5)
    reply = enter(browser, app.code())
    assert reply.query["error"] == "SecondFactorExpired"
    assert browser.session() is None
