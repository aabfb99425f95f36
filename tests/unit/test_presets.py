"""The preset for OWASP ASVS does what it says, in a whole Auth."""

from itertools import count
from typing import Any

import pytest

from nextauth import Auth, Credentials, Throttle, TimePadding
from nextauth.presets import asvs
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import SECRET, Browser, ada, claims_of, signed_in

MINUTE = 60
HOUR = 60 * MINUTE


class OfSessions:
    """A store that keeps sessions, and cannot count, as one in a SQL database."""

    def __init__(self) -> None:
        self._store = MemoryStore()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        if name in {"take", "give_back", "link"}:
            raise AttributeError(name)
        return getattr(self._store, name)


def make_site(clock: FakeClock | None = None) -> Auth:
    return Auth(
        providers=[Credentials(authorize=ada, account="email")],
        secret=SECRET,
        base_url="https://example.com",
        environ={},
        clock=clock or FakeClock(),
        timer=count().__next__,  # so that nobody is held back here
        **asvs(),
    )


def sign_in(auth: Auth) -> Browser:
    return signed_in(auth, host="example.com", scheme="https")


def copy_of(browser: Browser, *, at: Auth | None = None) -> Browser:
    thief = Browser(at or browser.auth, host="example.com", scheme="https")
    thief.jar = dict(browser.jar)
    return thief


def is_somebody(browser: Browser) -> bool:
    return browser.auth.session_sync(browser.request("GET", "/")) is not None


@pytest.mark.parametrize(("unused", "is_there"), [(29 * MINUTE, True), (30 * MINUTE, False)])
def test_a_session_ends_after_30_minutes_without_use(*, unused: int, is_there: bool) -> None:
    clock = FakeClock()
    browser = sign_in(make_site(clock))
    clock.advance(unused)
    assert is_somebody(browser) is is_there


def test_a_session_that_is_used_every_28_minutes_lasts_for_12_hours_and_no_longer() -> None:
    clock = FakeClock()
    browser = sign_in(make_site(clock))
    began = clock.now
    while clock.now + 28 * MINUTE < began + 12 * HOUR:
        clock.advance(28 * MINUTE)
        assert browser.session()["user"]["name"] == "Ada"
    clock.advance(began + 12 * HOUR - clock.now)
    assert browser.session() is None


def test_a_use_counts_even_if_another_one_came_shortly_before() -> None:
    clock = FakeClock()
    browser = sign_in(make_site(clock))
    for _ in range(3):
        clock.advance(59)
        browser.session()
    assert claims_of(browser)["iat"] >= clock.now - 60


def test_a_session_that_is_ended_in_one_process_is_over_in_all_at_once() -> None:
    store, clock = MemoryStore(), FakeClock()
    provider = Credentials(authorize=ada, account="email")
    here, there = (
        Auth(
            providers=[provider],
            secret=SECRET,
            base_url="https://example.com",
            environ={},
            clock=clock,
            **asvs(store),
        )
        for _ in range(2)
    )
    browser = sign_in(here)
    copy = copy_of(browser, at=there)
    assert is_somebody(copy)
    browser.post("signout")
    assert not is_somebody(copy)


def test_signing_in_anew_ends_the_session_before_for_every_copy() -> None:
    browser = sign_in(make_site())
    copy = copy_of(browser)
    browser.sign_in()
    assert is_somebody(browser)
    assert not is_somebody(copy)


def test_every_cookie_belongs_to_this_host_alone() -> None:
    browser = sign_in(make_site())
    browser.get("csrf")
    assert {name.partition("-")[0] for name in browser.jar} == {"__Host"}
    assert len(browser.jar) == 4


def test_a_guesser_has_few_tries() -> None:
    browser = Browser(make_site(), host="example.com", scheme="https", way="header")
    statuses = [browser.sign_in("wrong").status for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]


def test_refusals_are_held_back_and_a_store_that_fails_signs_nobody_in() -> None:
    options = asvs()
    assert options["padding"] == TimePadding()
    assert options["revocation"].on_failure == "closed"
    assert options["revocation"].adopt_until is None


def test_one_store_remembers_sessions_and_counts_tries() -> None:
    store = MemoryStore()
    options = asvs(store)
    assert options["revocation"].store is store
    assert options["throttle"] == Throttle.strict(store=store)
    alone = asvs()
    counts: object = alone["throttle"].store
    assert counts is alone["revocation"].store


def test_where_the_store_cannot_count_another_one_does() -> None:
    store, counts = OfSessions(), MemoryStore()
    assert asvs(store)["throttle"].store is None
    assert asvs(store, limits=counts)["throttle"].store is counts
    assert asvs(MemoryStore(), limits=counts)["throttle"].store is counts
