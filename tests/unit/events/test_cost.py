"""A slow or failing sink costs no request anything: a hundred sign-ins pass one that is stuck."""

import asyncio
import threading
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from nextauth import Auth
from nextauth.background import shared_loop
from nextauth.events import Event, SignedIn, Sink
from nextauth.testing import FakeClock
from tests.unit.events.samples import LONGEST_WAIT
from tests.unit.protocol.wire import (
    CALLBACK,
    FORM,
    PASSWORD,
    SAME_ORIGIN,
    Browser,
    Reply,
    make_auth,
)

SIGN_INS = 100


class Stuck:
    """A plain ``def`` sink that does not come back before it is let go."""

    def __init__(self) -> None:
        self.begun: list[Event] = []
        self.told: list[Event] = []
        self.has_begun = threading.Event()
        self._gate = threading.Event()

    def emit(self, event: Event) -> None:
        self.begun.append(event)
        self.has_begun.set()
        assert self._gate.wait(LONGEST_WAIT)
        self.told.append(event)

    def let_go(self) -> None:
        self._gate.set()


class StuckOnLoop(Stuck):
    """The same as an ``async def``; other tasks of its loop go on."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._open = asyncio.Event()

    async def emit(self, event: Event) -> None:  # type: ignore[override]
        self.begun.append(event)
        self.has_begun.set()
        await self._open.wait()
        self.told.append(event)

    def let_go(self) -> None:
        self._loop.call_soon_threadsafe(self._open.set)


def auth_with(*sinks: Sink) -> tuple[Auth, FakeClock]:
    clock = FakeClock()
    return make_auth(events=sinks, clock=clock), clock


@pytest.mark.parametrize("make", [Stuck, lambda: StuckOnLoop(shared_loop())], ids=["def", "async"])
def test_without_an_event_loop(make: Callable[[], Stuck]) -> None:
    sink = make()
    auth, clock = auth_with(sink)
    for _ in range(SIGN_INS):
        clock.advance(3600)  # this is not about trying too often
        assert Browser(auth).sign_in().signs_in()
    assert sink.has_begun.wait(LONGEST_WAIT)
    assert (len(sink.begun), sink.told) == (1, [])
    sink.let_go()
    assert auth.services.events.wait(LONGEST_WAIT)
    assert [type(event) for event in sink.told] == [SignedIn] * SIGN_INS


@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async"])
def test_on_an_event_loop(*, is_async: bool) -> None:
    async def visit() -> None:
        sink = StuckOnLoop(asyncio.get_running_loop()) if is_async else Stuck()
        auth, clock = auth_with(sink)
        for _ in range(SIGN_INS):
            clock.advance(3600)
            assert (await sign_in(auth)).signs_in()
        assert await asyncio.to_thread(sink.has_begun.wait, LONGEST_WAIT)
        assert (len(sink.begun), sink.told) == (1, [])
        sink.let_go()
        assert await auth.services.events.flush(LONGEST_WAIT)
        assert [type(event) for event in sink.told] == [SignedIn] * SIGN_INS

    asyncio.run(visit())


async def sign_in(auth: Auth) -> Reply:
    request = Browser(auth).request(
        "POST",
        f"/api/auth/{CALLBACK}",
        headers=[*SAME_ORIGIN, ("content-type", FORM)],
        body=urlencode({"password": PASSWORD}).encode(),
    )
    return Reply(await auth.handle(request))


@pytest.mark.parametrize("error", [OSError, SystemExit, asyncio.CancelledError, RecursionError])
@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async"])
def test_a_sink_that_fails_each_time(
    error: type[BaseException], caplog: pytest.LogCaptureFixture, *, is_async: bool
) -> None:
    def fail(_event: Event) -> None:
        raise error

    async def fail_later(_event: Event) -> None:
        raise error

    auth, clock = auth_with(fail_later if is_async else fail)
    for _ in range(5):
        clock.advance(3600)
        assert Browser(auth).sign_in().signs_in()
    assert auth.services.events.wait(LONGEST_WAIT)
    assert [getattr(each, "code", None) for each in caplog.records] == ["event-sink-failed"] * 5


@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async"])
def test_flushing_answers_whether_all_is_told(*, is_async: bool) -> None:
    async def visit() -> None:
        sink = StuckOnLoop(asyncio.get_running_loop()) if is_async else Stuck()
        auth, _ = auth_with(sink)
        assert await auth.flush_events()
        assert (await sign_in(auth)).signs_in()
        assert not await auth.flush_events(0)
        assert not auth.flush_events_sync(0)
        sink.let_go()
        assert await auth.flush_events(LONGEST_WAIT)
        assert auth.flush_events_sync()
        assert len(sink.told) == 1

    asyncio.run(visit())


def test_an_async_sink_moves_no_request_to_the_background_loop() -> None:
    async def sink(_event: Event) -> None: ...

    auth, _ = auth_with(sink)
    assert auth.steps_without_loop
