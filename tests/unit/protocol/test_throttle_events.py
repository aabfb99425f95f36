"""What is told of tries that come too often, and where they are counted."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nextauth import Credentials, Limit, Throttle
from nextauth.errors import StoreUnavailable
from nextauth.events import (
    GuessingAlarm,
    RequestRefused,
    SignedIn,
    SignInFailed,
    SignInThrottled,
    StoreFailed,
)
from nextauth.stores import MemoryStore, Taken
from nextauth.throttle import STANDARD, most_within
from tests.unit.protocol.guesses import ELSEWHERE, HOME, ONCE, Guesser, Site


def test_the_audit_stream_is_told_which_limit_it_was() -> None:
    site = Site(ONCE)
    for number in range(5):
        Guesser(site, f"198.51.100.{number}").guess()
    Guesser(site).guess("x")
    Guesser(site).guess("x")
    Guesser(site).guess("x")
    for name in "abc":
        Guesser(site, "192.0.2.1").guess(name)
    Guesser(site, "192.0.2.1").guess("d")
    told = site.sink.of(SignInThrottled)
    assert [each.limit for each in told] == ["account", "pair", "address"]
    assert [each.retry_after for each in told] == [100, 100, 100]
    assert (told[1].provider, told[1].at.address) == ("credentials", HOME)
    assert site.sink.of(RequestRefused) == []


def test_the_alarm_is_raised_once_a_period() -> None:
    site = Site(replace(Throttle.for_tests(), alarm=Limit(10, 600)))
    for number in range(100):
        Guesser(site, f"198.51.100.{number}").guess(f"person-{number}")
    assert [(each.failures, each.seconds) for each in site.sink.of(GuessingAlarm)] == [(10, 600)]
    site.clock.advance(600)
    for number in range(100):
        Guesser(site, f"198.51.100.{number}").guess(f"person-{number}")
    assert len(site.sink.of(GuessingAlarm)) == 2
    assert Guesser(site).sign_in().signs_in()  # it locks nobody out


def test_successes_and_failing_systems_raise_no_alarm(caplog: pytest.LogCaptureFixture) -> None:
    throttle = replace(Throttle.for_tests(), alarm=Limit(2, 600))
    site = Site(throttle)
    for _ in range(9):
        Guesser(site).sign_in()
    broken = Site(throttle, providers=[Credentials(lambda _: 1 / 0, account="email")])  # type: ignore[arg-type]
    for _ in range(9):
        Guesser(broken).guess()
    assert [*site.sink.of(GuessingAlarm), *broken.sink.of(GuessingAlarm)] == []
    assert len(broken.sink.of(SignInFailed)) == 9


class Down(MemoryStore):
    """A store that cannot be asked."""

    async def take(self, buckets: object, *, now: float) -> Taken:  # noqa: ARG002
        message = "connection refused"
        raise StoreUnavailable(message)


def test_without_its_store_a_process_counts_alone_and_says_so() -> None:
    site = Site(replace(ONCE, store=Down()))
    assert Guesser(site).use_up() == 2
    assert Guesser(site, ELSEWHERE).sign_in().signs_in()
    told = site.sink.of(StoreFailed)
    assert [(each.store, each.purpose, each.answered) for each in told] == [
        ("Down", "limits", "open")
    ]
    assert len(site.sink.of(SignedIn)) == 1


def test_two_sites_on_one_store_count_together() -> None:
    store = MemoryStore()
    sites = [Site(replace(ONCE, store=store)) for _ in range(2)]
    statuses = [Guesser(sites[n % 2], f"198.51.100.{n}").guess().status for n in range(8)]
    assert statuses == [401] * 4 + [429] * 4


def test_what_a_store_holds_names_nobody() -> None:
    seen: list[str] = []

    class Seeing(MemoryStore):
        async def take(self, buckets: Any, *, now: float) -> Taken:  # noqa: ANN401
            seen.extend(bucket.key for bucket in buckets)
            return await super().take(buckets, now=now)

        async def link(self, key: str, target: str, *, until: float, now: float) -> None:
            seen.extend((key, target))
            await super().link(key, target, until=until, now=now)

    site = Site(replace(ONCE, store=Seeing()))
    Guesser(site).guess()
    Guesser(site).sign_in()
    assert len(seen) == 3 + 3 + 2
    assert all(len(key) == 32 and int(key, 16) for key in seen)


def test_a_store_that_waits_needs_an_event_loop() -> None:
    class Waiting(MemoryStore):
        @property
        def waits(self) -> bool:
            return True

    assert Site().auth.steps_without_loop
    assert not Site(replace(ONCE, store=Waiting())).auth.steps_without_loop
    assert Guesser(Site(replace(ONCE, store=Waiting()))).use_up() == 2


def test_the_standard_is_on_where_nobody_says_otherwise() -> None:
    site = Site()
    expected = most_within(STANDARD.pair, 0)
    assert Guesser(site).use_up() == expected == len(site.reached)
    assert site.auth.settings.throttle is STANDARD
    assert timedelta(seconds=STANDARD.account[-1].per) == timedelta(days=1)
