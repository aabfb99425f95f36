"""The audit stream: every sink is told, in order; one that fails is logged and breaks nothing."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import FrozenInstanceError
from functools import partial
from typing import Any

import pytest

from nextauth.events import Circumstances, Event, EventStream, SignInFailed, Sink, immediate
from nextauth.events.delivery import InThread
from nextauth.events.mailbox import Mailbox, wait_for_rest
from nextauth.hooks import Hook
from nextauth.testing import RecordingSink
from nextauth.web.request import step
from tests.unit.events.samples import KINDS, LONGEST_WAIT, alarms, sample

EVENT = sample(KINDS[0])
CONTEXT: ContextVar[str] = ContextVar("CONTEXT", default="nobody's")


class Emitter:
    def __init__(self) -> None:
        self.told: list[Event] = []

    def emit(self, event: Event) -> None:
        self.told.append(event)


class AsyncEmitter(Emitter):
    async def emit(self, event: Event) -> None:  # type: ignore[override]
        self.told.append(event)


class ImmediateEmitter(Emitter):
    immediate = True


@pytest.fixture
def held() -> Iterator[threading.Event]:
    """What a sink waits for; it is let go when the test ends."""
    gate = threading.Event()
    yield gate
    gate.set()


def holds(gate: threading.Event) -> Callable[[Event], None]:
    """Answer a sink that does not come back before the gate opens."""

    def sink(_event: Event) -> None:
        assert gate.wait(LONGEST_WAIT)

    return sink


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_sink_is_told_of_every_event(kind: type[Event]) -> None:
    told: list[Event] = []
    emitters = [Emitter(), AsyncEmitter(), ImmediateEmitter()]

    async def asynchronous(event: Event) -> None:
        told.append(event)

    event = sample(kind)
    sinks: list[Sink] = [told.append, partial(told.append), asynchronous, *emitters]
    stream = EventStream(sinks)
    stream.tell(event)
    assert stream.wait(LONGEST_WAIT)
    assert told == [event] * 3
    assert [each.told for each in emitters] == [[event]] * 3


def test_events_are_frozen_and_have_defaults() -> None:
    for kind in KINDS:
        with pytest.raises(FrozenInstanceError):
            sample(kind).at = Circumstances(1.0)  # type: ignore[misc]
    failed = SignInFailed(Circumstances(1.0), "a", "AccessDenied")
    assert (failed.code, failed.user_id) == (None, None)
    assert (failed.at.request_id, failed.at.address, failed.at.user_agent) == (None, None, None)


def test_without_a_sink_nobody_listens_and_nothing_is_to_wait_for() -> None:
    stream = EventStream([])
    stream.tell(EVENT)
    assert not stream
    assert stream.hooks == ()
    assert stream.wait(0)
    assert step(stream.flush(0))
    assert EventStream([Emitter()])


# --- in a thread


def test_each_sink_gets_the_events_in_their_order() -> None:
    sinks = [Emitter(), AsyncEmitter(), ImmediateEmitter()]
    stream = EventStream(sinks)
    events = alarms(200)
    for event in events:
        stream.tell(event)
    assert stream.wait(LONGEST_WAIT)
    assert [each.told for each in sinks] == [events] * 3


def test_a_slow_sink_keeps_no_event_from_another(held: threading.Event) -> None:
    events = alarms(50)
    others: list[Event] = []
    others_have_all = threading.Event()

    def other(event: Event) -> None:
        others.append(event)
        if event == events[-1]:
            others_have_all.set()

    stream = EventStream([holds(held), other])
    for event in events:
        stream.tell(event)
    assert others_have_all.wait(LONGEST_WAIT)
    assert others == events
    assert not stream.wait(0)  # nobody has opened the gate
    held.set()
    assert stream.wait(LONGEST_WAIT)


def test_a_sink_runs_in_a_daemon_thread_of_its_own_without_the_callers_context() -> None:
    seen: list[tuple[threading.Thread, str]] = []
    token = CONTEXT.set("the caller's")
    stream = EventStream([lambda _: seen.append((threading.current_thread(), CONTEXT.get()))])
    stream.tell(EVENT)
    stream.tell(EVENT)
    CONTEXT.reset(token)
    assert stream.wait(LONGEST_WAIT)
    threads = {thread for thread, _ in seen}
    assert [(each.name, each.daemon) for each in threads] == [("nextauth-events[0]", True)]
    assert [context for _, context in seen] == ["nobody's"] * 2


def test_a_thread_without_an_event_ends_and_the_next_event_starts_another() -> None:
    threads: list[threading.Thread] = []
    mailbox = Mailbox("x", group="x")
    hook = Hook("x", lambda _: threads.append(threading.current_thread()))
    carrier = InThread(hook, mailbox, patience=0)
    for count in (1, 2, 3):
        carrier.carry(EVENT)
        assert wait_for_rest(LONGEST_WAIT, group="x")
        assert len(threads) == count
        threads[-1].join(LONGEST_WAIT)
        assert not threads[-1].is_alive()


# --- within the request


def test_an_immediate_sink_is_called_here_and_now() -> None:
    seen: list[tuple[threading.Thread, str]] = []

    @immediate
    def sink(_event: Event) -> None:
        seen.append((threading.current_thread(), CONTEXT.get()))

    token = CONTEXT.set("the caller's")
    EventStream([sink]).tell(EVENT)
    CONTEXT.reset(token)
    assert seen == [(threading.current_thread(), "the caller's")]
    sink(EVENT)
    assert len(seen) == 2


@pytest.mark.parametrize("claim", [1, "yes", object(), None])
def test_only_true_makes_a_sink_immediate(claim: object) -> None:
    class Claims:
        immediate = claim

        def emit(self, _event: Event) -> None:
            threads.append(threading.current_thread())

    threads: list[threading.Thread] = []
    stream = EventStream([Claims()])
    stream.tell(EVENT)
    assert stream.wait(LONGEST_WAIT)
    assert threads != [threading.current_thread()]


def test_an_async_def_cannot_be_immediate() -> None:
    async def sink(_event: Event) -> None: ...

    with pytest.raises(TypeError, match="cannot be immediate"):
        immediate(sink)  # type: ignore[arg-type]


# --- failures


def _fails(_event: Event) -> None:
    message = "the disk is full"
    raise OSError(message)


async def _fails_later(_event: Event) -> None:
    message = "the disk is full"
    raise OSError(message)


def _exits(_event: Event) -> None:
    message = "the sink has had enough"
    raise SystemExit(message)


async def _exits_later(_event: Event) -> None:
    message = "the sink has had enough"
    raise SystemExit(message)


def _breaks(_event: Event) -> None:
    class BrokenError(Exception):
        def __str__(self) -> str:
            raise LookupError

    raise BrokenError


async def _answers() -> None: ...


def _forgets_async(_event: Event) -> Any:  # noqa: ANN401
    return _answers()


@pytest.mark.parametrize(
    ("sink", "said"),
    [
        (_fails, "OSError: the disk is full"),
        (immediate(_fails), "OSError: the disk is full"),
        (_fails_later, "OSError: the disk is full"),
        (_exits, "SystemExit: the sink has had enough"),
        (immediate(_exits), "SystemExit: the sink has had enough"),
        (_exits_later, "SystemExit: the sink has had enough"),
        (_breaks, "BrokenError: [its message cannot be made]"),
        (immediate(_breaks), "BrokenError: [its message cannot be made]"),
        (_forgets_async, "events[0] is a plain `def`"),
        (immediate(_forgets_async), "events[0] is a plain `def`"),
    ],
)
def test_a_sink_that_fails_is_logged_and_the_next_is_told(
    sink: Sink, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = RecordingSink()
    stream = EventStream([sink, other])
    with caplog.at_level(logging.ERROR, "nextauth"):
        for event in alarms(2):
            stream.tell(event)
        assert stream.wait(LONGEST_WAIT)
    assert other.events == alarms(2)
    assert len(caplog.records) == 2
    for record in caplog.records:
        assert (record.name, record.levelno) == ("nextauth.events", logging.ERROR)
        assert getattr(record, "code", None) == "event-sink-failed"
        message = record.getMessage()
        assert message.startswith("The event sink events[0] failed on RequestRefused:\nTraceback")
        assert said in message


def test_a_process_that_can_have_no_more_threads_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    other = RecordingSink()
    told: list[Event] = []
    stream = EventStream([told.append, other])
    before = threading.stack_size(1 << 60)  # more than there are addresses
    try:
        stream.tell(EVENT)
    finally:
        threading.stack_size(before)
    assert (told, other.events) == ([], [EVENT])
    assert "can't start new thread" in caplog.text
    stream.tell(EVENT)
    assert stream.wait(LONGEST_WAIT)
    assert told == [EVENT] * 2
