"""The store in memory forgets by itself, and may be asked from many threads."""

from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from nextauth.stores import Bucket, Limit, MemoryStore, SessionRecord
from nextauth.web.request import step

T = TypeVar("T")

NOW = 4_102_444_800.5
HOUR = 3600.0


def done(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run what never waits."""
    return step(coroutine)


def record(sid: str, *, expires: float) -> SessionRecord:
    return SessionRecord(sid, "credentials", sid, NOW, NOW, expires)


def test_it_needs_no_event_loop() -> None:
    store = MemoryStore()
    assert not store.waits
    done(store.end("s1", until=NOW + HOUR, now=NOW))
    assert done(store.standing("s1", "credentials", "1", now=NOW)).is_ended
    done(store.aclose())
    assert repr(store) == "MemoryStore()"


def test_what_is_over_is_forgotten_though_what_lasts_was_there_before() -> None:
    store = MemoryStore()
    for number in range(30):
        done(store.begin(record(f"long{number}", expires=NOW + 99 * HOUR), now=NOW))
        done(store.end(f"long-ended{number}", until=NOW + 99 * HOUR, now=NOW))
        done(store.end_all("long", f"{number}", until=NOW + 99 * HOUR, now=NOW))
    for number in range(300):
        now = NOW + number * 10
        done(store.begin(record(f"s{number}", expires=now + 60), now=now))
        done(store.end(f"ended{number}", until=now + 60, now=now))
        done(store.end_all("short", f"{number}", until=now + 60, now=now))
    kept = (store._records, store._of_user, store._ended, store._epochs)
    assert all(30 < len(each) < 60 for each in kept)
    assert done(store.standing("long-ended7", "long", "7", now=NOW + HOUR)).is_ended
    assert done(store.epoch("long", "7", now=NOW + HOUR)) == int(NOW)


def test_tries_that_came_back_are_forgotten_though_others_have_not() -> None:
    store = MemoryStore()
    slow, quick = Limit(1, 99 * HOUR), Limit(1, 60.0)
    for number in range(30):
        done(store.take([Bucket(f"slow{number}", (slow,))], now=NOW))
        done(store.link(f"slow{number}", "account", until=NOW + 99 * HOUR, now=NOW))
    for number in range(300):
        now = NOW + number * 10
        done(store.take([Bucket(f"quick{number}", (quick,))], now=now))
        done(store.link(f"quick{number}", "account", until=now + 60, now=now))
    assert 30 < len(store._full_again) < 60
    assert 30 < len(store._links) < 60
    assert done(store.take([Bucket("slow7", (slow,))], now=NOW + HOUR)).by == 0


def test_threads_take_no_more_than_there_is() -> None:
    store, bucket = MemoryStore(), Bucket("raced", (Limit(50, 1e6),))

    def take(_: int) -> bool:
        return done(store.take([bucket], now=NOW)).by is None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(400))) == 50


def test_threads_end_sessions_with_epochs_of_their_own() -> None:
    store = MemoryStore()

    def end(_: int) -> int:
        return done(store.end_all("credentials", "1", until=NOW + HOUR, now=NOW))

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(end, range(200)))) == 200
