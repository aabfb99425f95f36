"""A refusal takes as long for an account that does not exist as for one that does."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from nextauth import TimePadding
from nextauth.errors import Busy
from nextauth.padding import Padding
from nextauth.web.request import DirectRuntime, step
from tests.unit.protocol.wire import WAYS, Browser, make_auth

OPTIONS = TimePadding(floor=0.2, quantum=0.05, longest=0.5, most_held=2)


class Timer:
    """Stands still until somebody sleeps or works."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class SleepingRuntime(DirectRuntime):
    """Sleeps by turning a timer."""

    def __init__(self, timer: Timer) -> None:
        self.timer = timer
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.timer.now += seconds


def entropy_of(part: float) -> Callable[[int], bytes]:
    """Answer what draws so large a part of a quantum."""
    return lambda count: int(part * 256**count).to_bytes(count, "big")


def let_go_at(worked: float, *, part: float = 0.0) -> float:
    """Answer how long a refusal took that needed so many seconds of work."""
    timer = Timer(1000.0 + worked)
    padding = Padding(OPTIONS, timer=timer, entropy=entropy_of(part))
    step(padding.hold(1000.0, SleepingRuntime(timer)))
    return timer.now - 1000.0


@pytest.mark.parametrize("part", [0.0, 0.25, 0.99])
def test_whatever_stays_under_the_floor_takes_the_same_time(part: float) -> None:
    for worked in (0.0, 0.001, 0.08, 0.199):
        assert let_go_at(worked, part=part) == pytest.approx(0.2 + part * 0.05)


def test_what_takes_longer_goes_out_one_quantum_later_or_more() -> None:
    assert let_go_at(0.21) == pytest.approx(0.25)
    assert let_go_at(0.26, part=0.5) == pytest.approx(0.275)
    assert let_go_at(0.31, part=0.5) == pytest.approx(0.325)


def test_nothing_is_held_longer_than_the_longest() -> None:
    assert let_go_at(0.499, part=0.9) == pytest.approx(0.5)
    assert let_go_at(0.7) == pytest.approx(0.7)


def test_so_many_are_held_back_and_one_more_is_told_to_come_again() -> None:
    timer = Timer(1000.0)
    padding = Padding(OPTIONS, timer=timer, entropy=bytes)
    woken: list[Future[None]] = []

    class Loop(DirectRuntime):
        async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - it goes by no time
            woken.append(Future())
            await asyncio.wrap_future(woken[-1])

    async def crowd() -> None:
        held = [asyncio.ensure_future(padding.hold(1000.0, Loop())) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="2 refusals are held back already"):
            await padding.hold(1000.0, Loop())
        held[0].cancel()
        woken[1].set_result(None)
        await asyncio.gather(*held, return_exceptions=True)
        await padding.hold(1000.0, SleepingRuntime(timer))

    asyncio.run(crowd())


def test_one_whose_client_leaves_makes_room() -> None:
    timer = Timer(1000.0)
    padding = Padding(TimePadding(most_held=1), timer=timer, entropy=bytes)

    async def leave() -> None:
        held = asyncio.ensure_future(padding.hold(1000.0, Forever()))
        await asyncio.sleep(0)
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        await padding.hold(1000.0, SleepingRuntime(timer))

    class Forever(DirectRuntime):
        async def sleep(self, seconds: float) -> None:  # noqa: ARG002 - it goes by no time
            await asyncio.Event().wait()

    asyncio.run(leave())


# --- which answers


def attempt(
    authorize: Callable[..., Any], *, way: str = "form", password: str = "wrong"
) -> tuple[int, list[float]]:
    """Try to sign in; answer the status, and how often and long it was slept."""
    timer = Timer(1000.0)
    runtime = SleepingRuntime(timer)
    auth = make_auth(authorize, padding=OPTIONS, timer=timer)
    browser = Browser(auth, way=way)

    def request(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        asked = Browser.request(browser, *args, **kwargs)
        asked.runtime = runtime
        return asked

    browser.request = request  # type: ignore[method-assign]
    return browser.sign_in(password).status, runtime.slept


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answer", [None, False])
def test_a_refusal_is_held_back_in_every_way_to_ask(answer: object, way: str) -> None:
    _, slept = attempt(lambda _: answer, way=way)
    assert len(slept) == 1
    assert 0.2 <= slept[0] <= 0.25


def test_a_blank_password_takes_as_long_as_a_wrong_one() -> None:
    _, slept = attempt(lambda _: None, password=" ")
    assert len(slept) == 1
    assert 0.2 <= slept[0] <= 0.25


def test_who_signs_in_waits_for_nothing() -> None:
    status, slept = attempt(lambda _: {"id": 1})
    assert (status, slept) == (302, [])


def test_a_mistake_of_ours_is_told_at_once() -> None:
    _, slept = attempt(lambda _: 7)
    assert slept == []
