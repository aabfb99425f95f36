"""An ``async def`` sink: a task on the loop of the event, which no request awaits."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from nextauth.background import shared_loop
from nextauth.events import Event, EventStream
from nextauth.web.request import step
from tests.unit.events.samples import LONGEST_WAIT, alarms

CONTEXT: ContextVar[str] = ContextVar("CONTEXT", default="nobody's")


class Noting:
    """Notes each event, and on which loop it is told of it."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.loops: set[asyncio.AbstractEventLoop] = set()

    async def emit(self, event: Event) -> None:
        await asyncio.sleep(0)
        self.told.append(event)
        self.loops.add(asyncio.get_running_loop())


def test_it_runs_on_the_loop_of_the_event_after_the_one_who_told() -> None:
    sink = Noting()
    stream = EventStream([sink])
    events = alarms(20)

    async def tell() -> asyncio.AbstractEventLoop:
        for event in events:
            stream.tell(event)
        assert sink.told == []
        assert await stream.flush(LONGEST_WAIT)
        return asyncio.get_running_loop()

    loop = asyncio.run(tell())
    assert sink.told == events
    assert sink.loops == {loop}


def test_where_tasks_start_eagerly_the_one_who_tells_does_not_run_the_sink() -> None:
    told: list[Event] = []

    async def sink(event: Event) -> None:
        told.append(event)

    async def tell() -> None:
        factory = getattr(asyncio, "eager_task_factory", None)  # Python 3.12
        asyncio.get_running_loop().set_task_factory(factory)
        stream.tell(alarms(1)[0])
        assert told == []
        assert await stream.flush(LONGEST_WAIT)

    stream = EventStream([sink])
    asyncio.run(tell())
    assert told == alarms(1)


def test_without_a_loop_it_runs_on_the_background_loop() -> None:
    sink = Noting()
    stream = EventStream([sink])
    events = alarms(20)
    for event in events:
        stream.tell(event)
    assert stream.wait(LONGEST_WAIT)
    assert sink.told == events
    assert sink.loops == {shared_loop()}


def test_many_threads_lose_nothing_on_the_background_loop() -> None:
    sink = Noting()
    stream = EventStream([sink])

    def tell() -> None:
        for event in alarms(100):
            stream.tell(event)

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stream.wait(LONGEST_WAIT)
    assert len(sink.told) == 800
    assert all(sink.told.count(event) == 8 for event in alarms(100))


def test_one_event_at_a_time_and_no_request_waits() -> None:
    at_work: list[int] = []
    most: list[int] = []

    async def sink(_event: Event) -> None:
        at_work.append(1)
        most.append(len(at_work))
        await gate.wait()
        at_work.pop()

    stream = EventStream([sink])
    gate = asyncio.Event()

    async def tell() -> None:
        for event in alarms(10):
            stream.tell(event)
            await asyncio.sleep(0)
        assert not stream.wait(0)
        assert not await stream.flush(0)
        gate.set()
        assert await stream.flush(LONGEST_WAIT)

    asyncio.run(tell())
    assert most == [1] * 10


def test_the_callers_context_is_not_the_sinks() -> None:
    seen: list[str] = []

    async def sink(_event: Event) -> None:
        seen.append(CONTEXT.get())

    async def tell(stream: EventStream) -> None:
        CONTEXT.set("the caller's")
        stream.tell(alarms(1)[0])
        assert await stream.flush(LONGEST_WAIT)

    stream = EventStream([sink])
    asyncio.run(tell(stream))
    token = CONTEXT.set("the caller's")
    stream.tell(alarms(1)[0])
    CONTEXT.reset(token)
    assert stream.wait(LONGEST_WAIT)
    assert seen == ["nobody's", "nobody's"]


def test_what_a_loop_leaves_behind_the_background_loop_takes_over() -> None:
    begun: list[Event] = []
    sink = Noting()

    async def emit(event: Event) -> None:
        begun.append(event)
        if asyncio.get_running_loop() is not shared_loop():
            await asyncio.Event().wait()  # for ever
        await sink.emit(event)

    async def tell(*, let_it_begin: bool) -> None:
        for event in events:
            stream.tell(event)
        for _ in range(5 if let_it_begin else 0):
            await asyncio.sleep(0)
        assert len(begun) == let_it_begin

    stream = EventStream([emit])
    events = alarms(5)
    asyncio.run(tell(let_it_begin=False))
    assert stream.wait(LONGEST_WAIT)
    assert (begun, sink.told) == (events, events)
    begun.clear()
    sink.told.clear()
    asyncio.run(tell(let_it_begin=True))
    assert stream.wait(LONGEST_WAIT)
    # The one that the sink was at work on is told again: rather twice than never.
    assert (begun, sink.told) == ([events[0], *events], events)
    assert sink.loops == {shared_loop()}


@pytest.mark.parametrize("on_background", [True, False])
def test_a_sink_that_raises_a_cancellation_of_its_own_is_told_of_the_next_event(
    caplog: pytest.LogCaptureFixture, *, on_background: bool
) -> None:
    told: list[Event] = []

    async def sink(event: Event) -> None:
        told.append(event)
        raise asyncio.CancelledError

    async def tell() -> None:
        for event in alarms(3):
            stream.tell(event)
        assert await stream.flush(LONGEST_WAIT)

    stream = EventStream([sink])
    if on_background:
        for event in alarms(3):
            stream.tell(event)
        assert stream.wait(LONGEST_WAIT)
    else:
        asyncio.run(tell())
    assert told == alarms(3)
    assert [getattr(each, "code", None) for each in caplog.records] == ["event-sink-failed"] * 3


def test_a_background_task_that_is_cancelled_leaves_the_rest_to_the_next_event() -> None:
    told: list[Event] = []

    async def sink(event: Event) -> None:
        told.append(event)
        if len(told) == 1:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(0)

    stream = EventStream([sink])
    first, second, third = alarms(3)
    stream.tell(first)
    stream.tell(second)
    while len(told) < 1 or stream._carriers[0]._tasks:  # type: ignore[attr-defined]
        asyncio.run(asyncio.sleep(0))
    stream.tell(third)
    assert stream.wait(LONGEST_WAIT)
    assert told == [first, second, third]


def test_flushing_waits_for_plain_sinks_too_and_the_loop_goes_on() -> None:
    gate = threading.Event()
    told: list[Event] = []

    def sink(event: Event) -> None:
        assert gate.wait(LONGEST_WAIT)
        told.append(event)

    async def ask() -> None:
        stream = EventStream([sink])
        stream.tell(alarms(1)[0])
        flushing = asyncio.create_task(stream.flush(LONGEST_WAIT))
        for _ in range(3):
            await asyncio.sleep(0)
        gate.set()
        assert await flushing

    asyncio.run(ask())
    assert told == alarms(1)


def test_with_nothing_to_wait_for_flushing_needs_no_loop() -> None:
    assert step(EventStream([Noting()]).flush(LONGEST_WAIT))
