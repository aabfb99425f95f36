"""An application sees and removes the second factors of its people."""

import asyncio

import pytest

from nextauth.events import FactorsReset
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.enrolments import enrol_app, enrol_codes, enter, make_two_steps
from tests.unit.protocol.wire import Browser, make_auth


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_who_lost_everything_gets_in_by_the_password_again(clock: FakeClock) -> None:
    sink = RecordingSink()
    auth = make_two_steps(clock, events=[sink], factor_trust_days=30)
    app = enrol_app(auth, clock)
    enrol_codes(auth, clock)
    enrol_app(auth, clock, ("credentials", "2"))
    trusted = Browser(auth)
    trusted.sign_in()
    enter(trusted, app.code(), trustDevice="on")
    known = auth.factors_of_sync("credentials", 1)
    assert sorted(each.method for each in known) == ["recovery", "totp", "trusted-device"]
    assert auth.reset_factors_sync("credentials", 1) == 3
    assert auth.factors_of_sync("credentials", 1) == ()
    assert len(auth.factors_of_sync("credentials", 2)) == 1
    assert Browser(auth).sign_in().signs_in()
    told = [(each.provider, each.user_id, each.count) for each in sink.of(FactorsReset)]
    assert told == [("credentials", "1", 3)]


def test_on_an_event_loop_it_is_awaited(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    enrol_app(auth, clock)

    async def reset() -> tuple[int, int]:
        known = len(await auth.factors_of("credentials", "1"))
        return known, await auth.reset_factors("credentials", "1")

    assert asyncio.run(reset()) == (1, 1)


def test_a_sign_in_that_waits_for_a_removed_factor_cannot_go_on(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    app = enrol_app(auth, clock)
    browser = Browser(auth)
    browser.sign_in()
    auth.reset_factors_sync("credentials", "1")
    assert not enter(browser, app.code()).signs_in()
    assert browser.sign_in().signs_in()


def test_without_second_factors_it_says_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match=r"second_factor=SecondFactor"):
        make_auth().reset_factors_sync("credentials", "1")


def test_an_unknown_provider_is_refused(clock: FakeClock) -> None:
    auth = make_two_steps(clock)
    with pytest.raises(ValueError, match="signs nobody in here"):
        auth.factors_of_sync("other", "1")
