"""A clock that a test turns, and a sink that remembers."""

from pathlib import Path

from nextauth.events import Circumstances, RequestRefused, SignedIn
from nextauth.models import Account
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.testing.samples import ADA

AT = Circumstances(time=1.0)


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
