"""A resource belongs to one event loop, and is closed on it, once."""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from nextauth.stores.backends.loops import PerLoop


@dataclass(eq=False)
class Connections:
    """Something that may be used and closed on its own loop only."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    closings: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Maker:
    """Makes them, and remembers all that it made."""

    made: list[Connections] = field(default_factory=list)
    gate: asyncio.Event | None = None

    def opens(self) -> Connections:
        self.made.append(Connections())
        return self.made[-1]

    async def closes(self, one: Connections) -> None:
        assert asyncio.get_running_loop() is one.loop
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        one.closings += 1
        one.closed.set()

    def per_loop(self) -> PerLoop[Connections]:
        return PerLoop(self.opens, self.closes)


def test_a_loop_has_one_and_another_loop_another() -> None:
    maker = Maker()
    per_loop = maker.per_loop()

    async def scenario() -> Connections:
        first = await per_loop.get()
        assert first.closings == 0
        assert await per_loop.get() is first
        assert set(await asyncio.gather(*(per_loop.get() for _ in range(5)))) == {first}
        return first

    used = [asyncio.run(scenario()) for _ in range(3)]
    assert used == maker.made
    assert len(maker.made) == 3


def test_it_is_closed_with_its_loop() -> None:
    maker = Maker()
    per_loop = maker.per_loop()
    for _ in range(3):
        asyncio.run(per_loop.get())
    assert [one.closings for one in maker.made] == [1, 1, 1]


def test_it_may_be_closed_before_and_is_opened_again() -> None:
    maker = Maker()
    per_loop = maker.per_loop()

    async def scenario() -> None:
        await per_loop.aclose()
        first = await per_loop.get()
        await per_loop.aclose()
        assert first.closings == 1
        await per_loop.aclose()
        assert await per_loop.get() is not first

    asyncio.run(scenario())
    assert [one.closings for one in maker.made] == [1, 1]


def test_loops_that_run_at_the_same_time_have_their_own() -> None:
    maker = Maker()
    per_loop = maker.per_loop()
    all_there = threading.Barrier(4, timeout=60)

    async def scenario() -> None:
        one = await per_loop.get()
        await asyncio.to_thread(all_there.wait)
        assert await per_loop.get() is one
        assert one.loop is asyncio.get_running_loop()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(asyncio.run, scenario()) for _ in range(4)]:
            done.result()
    assert [one.closings for one in maker.made] == [1] * 4


def test_what_nobody_holds_any_more_is_closed_while_the_loop_goes_on() -> None:
    maker = Maker()

    async def scenario() -> None:
        per_loop = maker.per_loop()
        one = await per_loop.get()
        del per_loop
        gc.collect()
        await asyncio.wait_for(one.closed.wait(), 60)
        gc.collect()
        await asyncio.sleep(0)

    asyncio.run(scenario())
    assert [one.closings for one in maker.made] == [1]


def test_what_is_let_go_of_when_the_loop_ends_is_closed_once() -> None:
    maker = Maker()

    async def scenario() -> None:
        for _ in range(3):
            await maker.per_loop().get()
        kept = maker.per_loop()
        await kept.get()

    asyncio.run(scenario())
    gc.collect()
    assert [one.closings for one in maker.made] == [1] * 4


def test_another_thread_may_let_go() -> None:
    maker = Maker()

    async def scenario() -> None:
        held = [maker.per_loop()]
        one = await held[0].get()
        await asyncio.to_thread(held.clear)
        gc.collect()
        await asyncio.wait_for(one.closed.wait(), 60)

    asyncio.run(scenario())
    assert [one.closings for one in maker.made] == [1]


def test_a_closing_that_was_cancelled_is_done_when_the_loop_ends() -> None:
    maker = Maker()
    per_loop = maker.per_loop()

    async def scenario() -> None:
        maker.gate = asyncio.Event()
        await per_loop.get()
        held = [maker.per_loop()]
        await held[0].get()
        held.clear()  # its closing waits at the gate when the loop's tasks are cancelled
        gc.collect()
        for _ in range(5):
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(maker.gate.set)

    asyncio.run(scenario())
    assert [one.closings for one in maker.made] == [1, 1]


def test_a_loop_that_ended_without_cleaning_up_is_forgotten() -> None:
    maker = Maker()
    per_loop = maker.per_loop()
    unkind = asyncio.new_event_loop()
    unkind.run_until_complete(per_loop.get())
    unkind.close()
    asyncio.run(per_loop.get())
    assert [one.closings for one in maker.made] == [0, 1]
    assert per_loop._kept == {}
