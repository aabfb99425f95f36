"""The presets hold together, and `most_within` says what the store lets through."""

import pytest

from nextauth import Limit, Throttle
from nextauth.stores import Bucket, MemoryStore
from nextauth.throttle import STANDARD, most_within
from nextauth.web.request import step

PRESETS = {"standard": Throttle.standard(), "strict": Throttle.strict()}
SPANS = (0, 1, 59, 60, 600, 3600, 6 * 3600, 24 * 3600, 30 * 24 * 3600)
DAY = 24 * 3600

presets = pytest.mark.parametrize("throttle", PRESETS.values(), ids=PRESETS)


@presets
def test_one_address_cannot_use_up_an_account_s_tries(throttle: Throttle) -> None:
    for span in SPANS:
        assert 2 * most_within(throttle.pair, span) <= most_within(throttle.account, span)
        assert most_within(throttle.pair, span) <= most_within(throttle.address, span)
        assert most_within(throttle.device, span) <= most_within(throttle.account, span)


@presets
def test_an_account_has_at_most_100_tries_on_its_worst_day(throttle: Throttle) -> None:
    """NIST SP 800-63B-4, 3.2.2: no more than 100 failed tries in a row on one account."""
    assert most_within(throttle.account, DAY) <= 100


@presets
def test_waits_grow(throttle: Throttle) -> None:
    for limits in (throttle.account, throttle.pair, throttle.address, throttle.device):
        assert [limit.tries for limit in limits] == sorted({limit.tries for limit in limits})
        pace = [limit.per / limit.tries for limit in limits]
        assert pace == sorted(pace)


def test_strict_is_stricter() -> None:
    standard, strict = PRESETS.values()
    for kind in ("account", "pair", "address", "device"):
        for span in SPANS:
            less = most_within(getattr(strict, kind), span)
            assert less < most_within(getattr(standard, kind), span)


def test_the_default_is_the_standard() -> None:
    assert Throttle.standard() == STANDARD
    assert STANDARD.store is None


def test_a_preset_counts_in_the_store_that_it_is_given() -> None:
    store = MemoryStore()
    for preset in (Throttle.standard, Throttle.strict, Throttle.for_tests):
        assert preset(store=store).store is store


@presets
@pytest.mark.parametrize("kind", ["account", "pair", "address", "device"])
def test_who_never_stops_trying_gets_what_is_foretold(throttle: Throttle, kind: str) -> None:
    limits: tuple[Limit, ...] = getattr(throttle, kind)
    store, got, now = MemoryStore(), 0, 1_800_000_000.0
    began = now
    while now - began <= 6 * 3600:
        taken = step(store.take([Bucket("key", limits)], now=now))
        got += taken.by is None
        assert got <= most_within(limits, now - began)
        now += taken.wait or 0.001
    assert got == most_within(limits, 6 * 3600)
