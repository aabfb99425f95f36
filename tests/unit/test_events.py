"""The audit stream: every sink is told, in order; one that fails is logged and breaks nothing."""

import logging
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest

from nextauth.errors import Busy
from nextauth.events import (
    Circumstances,
    Event,
    EventStream,
    RequestRefused,
    SessionEnded,
    SessionUpdated,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from nextauth.models import Account, User
from nextauth.web import Runtime
from nextauth.web.request import DirectRuntime, P, T, step

AT = Circumstances(time=1_800_000_000.0, request_id="r1", address="203.0.113.9", user_agent="UA")
EVENTS: list[Event] = [
    SignedIn(AT, User(id="1"), Account("a", "credentials", "1"), "s1"),
    SignInFailed(AT, "a", "CredentialsSignin", "locked"),
    SignedOut(AT, "a", "1", "s1"),
    SessionUpdated(AT, "a", "1", "s1"),
    SessionEnded(AT, "a", "1", "s1", "callback"),
    RequestRefused(AT, "MissingCSRF", "signin"),
]


class FullRuntime:
    """Has no room for anything."""

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        del fn, args, kwargs
        message = "every worker is taken"
        raise Busy(message)


def _emit(stream: EventStream, event: Event = EVENTS[0], runtime: Runtime | None = None) -> None:
    step(stream.emit(event, runtime or DirectRuntime()))


class Emitter:
    def __init__(self) -> None:
        self.told: list[Event] = []

    def emit(self, event: Event) -> None:
        self.told.append(event)


class AsyncEmitter(Emitter):
    async def emit(self, event: Event) -> None:  # type: ignore[override]
        self.told.append(event)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_kind_of_sink_is_told_in_order(event: Event) -> None:
    order: list[tuple[str, Event]] = []
    emitter, later = Emitter(), AsyncEmitter()

    def plain(event: Event) -> None:
        order.append(("plain", event))

    async def asynchronous(event: Event) -> None:
        order.append(("asynchronous", event))

    _emit(EventStream([plain, emitter, asynchronous, later]), event)
    assert order == [("plain", event), ("asynchronous", event)]
    assert emitter.told == later.told == [event]


def test_events_are_frozen_and_have_defaults() -> None:
    for event in EVENTS:
        with pytest.raises(FrozenInstanceError):
            event.at = AT  # type: ignore[misc]
    failed = SignInFailed(AT, "a", "AccessDenied")
    assert (failed.code, failed.user_id) == (None, None)
    at = Circumstances(1.0)
    assert (at.request_id, at.address, at.user_agent) == (None, None, None)


def test_no_sink_is_fine() -> None:
    stream = EventStream([])
    _emit(stream)
    assert stream.hooks == ()


def _fails(_event: Event) -> None:
    message = "the disk is full"
    raise OSError(message)


async def _fails_later(_event: Event) -> None:
    message = "the disk is full"
    raise OSError(message)


def _breaks(_event: Event) -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise LookupError

    raise BrokenError


async def _answers() -> None: ...


def _forgets_async(_event: Event) -> object:
    return _answers()


@pytest.mark.parametrize(
    ("sink", "said"),
    [
        (_fails, "OSError: the disk is full"),
        (_fails_later, "OSError: the disk is full"),
        (_breaks, "BrokenError: [its message cannot be made]"),
        (_forgets_async, "events[0] is a plain `def`"),
    ],
)
def test_a_sink_that_fails_is_logged_and_the_next_is_told(
    sink: Callable[[Event], None], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    emitter = Emitter()
    with caplog.at_level(logging.ERROR, "nextauth"):
        _emit(EventStream([sink, emitter]))
    assert emitter.told == [EVENTS[0]]
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("nextauth.events", logging.ERROR)
    assert getattr(record, "code", None) == "event-sink-failed"
    message = record.getMessage()
    assert message.startswith("The event sink events[0] failed on SignedIn:\nTraceback")
    assert said in message


def test_where_no_worker_is_free_the_record_is_made_anyway(
    caplog: pytest.LogCaptureFixture,
) -> None:
    emitter = Emitter()
    _emit(EventStream([emitter]), runtime=FullRuntime())
    assert emitter.told == [EVENTS[0]]
    assert caplog.records == []


def test_a_sink_that_fails_there_is_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    emitter = Emitter()
    _emit(EventStream([_fails, emitter]), runtime=FullRuntime())
    assert emitter.told == [EVENTS[0]]
    assert "the disk is full" in caplog.text


def test_an_async_sink_that_finds_no_room_is_not_called_twice() -> None:
    calls: list[Event] = []

    async def sink(event: Event) -> None:
        calls.append(event)
        message = "no room"
        raise Busy(message)

    event = RequestRefused(Circumstances(0.0), "BadRequest", "signin")
    step(EventStream([sink]).emit(event, DirectRuntime()))
    assert calls == [event]
