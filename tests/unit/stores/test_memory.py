"""The store in memory forgets by itself, and may be asked from many threads."""

from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from nextauth.stores import Bucket, Limit, MemoryStore, SessionRecord
from nextauth.stores.memory.limits import MemoryLimits
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
    assert 30 < len(store._counts) < 60
    assert 30 < len(store._links) < 60
    assert done(store.take([Bucket("slow7", (slow,))], now=NOW + HOUR)).by == 0


TWENTY = Limit(20, HOUR)
MOST = 50


def taken(store: MemoryLimits, key: str, *, most: int = 100, now: float = NOW) -> int:
    """Answer how many tries a key had left, up to so many."""
    bucket = Bucket(key, (TWENTY, Limit(30, 99 * HOUR)))
    return sum(done(store.take([bucket], now=now)).by is None for _ in range(most))


@pytest.mark.parametrize(("before", "each"), [(2, 1), (20, 1), (10, 9), (20, 19)])
def test_a_flood_of_keys_that_are_used_less_gives_no_try_back(before: int, each: int) -> None:
    store = MemoryLimits(most_keys=MOST)
    assert taken(store, "victim", most=before) == before
    for number in range(10 * MOST):
        taken(store, f"flood{number}", most=each)
        taken(store, "again", most=1)  # moves on which keys are looked at
    assert len(store._counts) == MOST
    assert taken(store, "victim") == 20 - before


def test_keys_of_few_tries_are_not_forgotten_for_those_of_many() -> None:
    """A try in an hour is all of one, and next to nothing of a thousand."""
    store, alarm = MemoryLimits(most_keys=MOST), Bucket("alarm", (Limit(1, HOUR),))
    assert done(store.take([alarm], now=NOW)).by is None
    for number in range(10 * MOST):
        taken(store, f"flood{number}", most=1)  # comes back after more than an hour
    assert done(store.take([alarm], now=NOW)).by == 0


def test_a_flood_keeps_nobody_out_who_is_new() -> None:
    store = MemoryLimits(most_keys=MOST)
    for number in range(10 * MOST):
        assert taken(store, f"flood{number}") == 20
    assert len(store._counts) == MOST


def test_what_was_forgotten_cannot_be_given_back() -> None:
    store, bucket = MemoryLimits(most_keys=MOST), Bucket("given back", (TWENTY,))
    done(store.take([bucket], now=NOW))
    for number in range(100 * MOST):
        taken(store, f"flood{number}", most=2)
    assert "given back" not in store._counts
    done(store.give_back([bucket], now=NOW))
    assert taken(store, "given back") == 20


def test_none_is_kept_for_ever_by_where_it_stands() -> None:
    store = MemoryLimits(most_keys=MOST)
    for number in range(MOST):
        done(store.take([Bucket(f"quick{number}", (Limit(1, 60.0),))], now=NOW))
        done(store.link(f"quick{number}", "account", until=NOW + 60, now=NOW))
    for number in range(MOST):
        done(store.take([Bucket(f"slow{number}", (TWENTY,))], now=NOW + 61))
        done(store.link(f"slow{number}", "account", until=NOW + HOUR, now=NOW + 61))
    for kept in (store._counts, store._links):
        assert not [number for number in range(MOST) if f"quick{number}" in kept]
        assert len(kept) == MOST


def test_links_are_not_kept_without_end() -> None:
    store = MemoryLimits(most_keys=MOST)
    for number in range(10 * MOST):
        done(store.link(f"name{number}", "account", until=NOW + HOUR, now=NOW))
    assert len(store._links) == MOST
    assert store._links.get(f"name{10 * MOST - 1}") is not None


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
