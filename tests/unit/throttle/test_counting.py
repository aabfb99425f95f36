"""Where tries are counted while the store fails, and that it is told of."""

from collections.abc import Sequence

import pytest

from nextauth.errors import StoreUnavailable
from nextauth.stores import Bucket, Limit, MemoryStore, Taken
from nextauth.throttle.counting import Counters
from nextauth.web.request import step

BUCKETS = (Bucket("one", (Limit(2, 60),)),)


class Breakable(MemoryStore):
    """A store that can be taken down, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.asked = 0

    def _ask(self) -> None:
        self.asked += 1
        if self.is_down:
            message = "the store is down"
            raise StoreUnavailable(message)

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        self._ask()
        return await super().take(buckets, now=now)

    async def give_back(self, buckets: Sequence[Bucket], *, now: float) -> None:
        self._ask()
        await super().give_back(buckets, now=now)

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        self._ask()
        await super().link(key, target, until=until, now=now)


class Desk:
    """Counts, and notes what was told."""

    def __init__(self) -> None:
        self.store = Breakable()
        self.counters = Counters(self.store)
        self.told: list[str] = []

    def _tell(self, store: str) -> None:
        self.told.append(store)

    def take(self, now: float) -> bool:
        _, taken = step(self.counters.take(BUCKETS, self._tell, now=now))
        return taken.by is None


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_store_that_fails_leaves_the_limit_of_one_process(desk: Desk) -> None:
    assert [desk.take(0.0), desk.take(0.0), desk.take(0.0)] == [True, True, False]
    desk.store.is_down = True
    assert [desk.take(0.1), desk.take(0.2), desk.take(0.3)] == [True, True, False]


def test_it_is_asked_again_after_a_pause(desk: Desk) -> None:
    desk.store.is_down = True
    for tenth in range(10):
        desk.take(100 + tenth / 10)
    assert desk.store.asked == 1
    desk.take(101.0)
    assert desk.store.asked == 2
    desk.store.is_down = False
    assert desk.take(102.5)
    assert desk.store.asked == 3


def test_a_clock_that_goes_back_does_not_prolong_the_pause(desk: Desk) -> None:
    desk.store.is_down = True
    desk.take(5000.0)
    desk.take(100.0)
    assert desk.store.asked == 2


def test_it_is_told_of_now_and_then_and_not_each_time(desk: Desk) -> None:
    desk.store.is_down = True
    for second in range(31):
        desk.take(100.0 + second)
    assert desk.told == ["Breakable"] * 4


def test_what_is_given_back_goes_where_it_came_from(desk: Desk) -> None:
    store, _ = step(desk.counters.take(BUCKETS, desk._tell, now=0.0))
    desk.take(0.0)
    assert not desk.take(0.0)
    desk.store.is_down = True
    local, _ = step(desk.counters.take(BUCKETS, desk._tell, now=0.0))
    assert local is not store
    desk.store.is_down = False
    step(desk.counters.give_back(BUCKETS, store, now=2.0))
    assert desk.take(2.0)


def test_a_store_that_fails_afterwards_keeps_the_try_and_breaks_nothing(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    store, _ = step(desk.counters.take(BUCKETS, desk._tell, now=0.0))
    desk.store.is_down = True
    step(desk.counters.give_back(BUCKETS, store, now=0.0))
    step(desk.counters.link("one", "user", until=9.0, now=2.0))
    assert [getattr(each, "code", None) for each in caplog.records] == ["StoreUnavailable"] * 2


def test_memory_needs_no_event_loop() -> None:
    assert not Counters(None).waits
    assert not Counters(MemoryStore()).waits


def test_whether_a_loop_is_needed_is_the_store_s_word() -> None:
    class Waiting(MemoryStore):
        @property
        def waits(self) -> bool:
            return True

    assert Counters(Waiting()).waits
