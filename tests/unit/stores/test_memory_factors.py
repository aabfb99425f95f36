"""Factors and pending states in memory: bounded, thread-safe, and no confirmed factor is lost."""

from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from nextauth.errors import StoreUnavailable
from nextauth.stores import Enrolment, MemoryStore
from nextauth.stores.factors import MOST_ENROLMENTS
from nextauth.stores.memory.factors import MemoryFactors
from nextauth.stores.memory.pending import MemoryPending
from nextauth.web.request import step

T = TypeVar("T")

NOW = 4_102_444_800.5
HOUR = 3600.0
MOST = 50


def done(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run what never waits."""
    return step(coroutine)


def waiting(name: str, *, expires: float = NOW + HOUR) -> Enrolment:
    return Enrolment(name, "credentials", name, "totp", "Phone", "s", NOW, expires=expires)


def confirmed(name: str, digests: tuple[str, ...] = ()) -> Enrolment:
    return Enrolment(
        name, "credentials", name, "totp", "Phone", "s", NOW, confirmed=True, digests=digests
    )


def has(store: MemoryFactors, name: str, *, now: float = NOW) -> bool:
    return bool(done(store.enrolments("credentials", name, now=now)))


def test_a_confirmed_factor_is_never_dropped_for_another() -> None:
    store = MemoryFactors(most_enrolments=MOST)
    for number in range(MOST):
        assert done(store.enrol(confirmed(f"f{number}"), now=NOW))
    for made in (confirmed("late"), waiting("late")):
        with pytest.raises(StoreUnavailable, match="no more are kept in memory"):
            done(store.enrol(made, now=NOW))
    assert not done(store.enrol(confirmed("f7"), now=NOW))
    assert all(has(store, f"f{number}", now=NOW + 99 * HOUR) for number in range(MOST))
    assert done(store.remove("credentials", "f7", "f7", now=NOW))
    assert done(store.enrol(confirmed("late"), now=NOW))


def test_what_was_not_confirmed_makes_room_the_oldest_first() -> None:
    store = MemoryFactors(most_enrolments=MOST)
    for number in range(MOST // 2):
        done(store.enrol(confirmed(f"f{number}"), now=NOW))
    for number in range(MOST):
        assert done(store.enrol(waiting(f"w{number}"), now=NOW))
    assert [number for number in range(MOST) if has(store, f"w{number}")] == [*range(25, MOST)]
    assert all(has(store, f"f{number}") for number in range(MOST // 2))
    for number in range(25, MOST):
        assert done(store.confirm("credentials", f"w{number}", f"w{number}", counter=1, now=NOW))
    with pytest.raises(StoreUnavailable):
        done(store.enrol(waiting("late"), now=NOW))


def test_what_is_over_makes_room_before_what_is_not() -> None:
    store = MemoryFactors(most_enrolments=MOST)
    for number in range(MOST - 1):
        done(store.enrol(waiting(f"w{number}"), now=NOW))
    done(store.enrol(waiting("short", expires=NOW + 1), now=NOW))
    assert done(store.enrol(waiting("late"), now=NOW + 1))
    assert all(has(store, f"w{number}") for number in range(MOST - 1))


def test_what_is_over_is_forgotten_though_what_lasts_was_there_before() -> None:
    store = MemoryStore()
    for number in range(30):
        done(store.enrol(waiting(f"long{number}", expires=NOW + 99 * HOUR), now=NOW))
        done(store.put(f"long{number}", "record", until=NOW + 99 * HOUR, now=NOW))
    for number in range(300):
        now = NOW + number * 10
        done(store.enrol(waiting(f"w{number}", expires=now + 60), now=now))
        done(store.put(f"w{number}", "record", until=now + 60, now=now))
    kept = (
        store._enrolments,
        store._enrolled_by,
        store._unconfirmed,
        store._pending,
        store._pending_until,
    )
    assert all(30 < len(each) < 60 for each in kept)
    assert has(store, "long7", now=NOW + HOUR)
    assert done(store.redeem("long7", now=NOW + HOUR)) == "record"


def test_pending_states_are_not_kept_without_end_and_the_oldest_goes() -> None:
    store = MemoryPending(most_pending=MOST)
    for number in range(3 * MOST):
        done(store.put(f"key{number}", "record", until=NOW + HOUR, now=NOW))
    found = [number for number in range(3 * MOST) if done(store.peek(f"key{number}", now=NOW))]
    assert found == [*range(2 * MOST, 3 * MOST)]
    done(store.put(f"key{2 * MOST}", "anew", until=NOW + HOUR, now=NOW))
    done(store.put("one more", "record", until=NOW + HOUR, now=NOW))
    assert done(store.peek(f"key{2 * MOST}", now=NOW)) == "anew"
    assert done(store.peek(f"key{2 * MOST + 1}", now=NOW)) is None
    assert len(store._pending) == len(store._pending_until) == MOST


def test_what_is_redeemed_or_dropped_leaves_nothing() -> None:
    store = MemoryStore()
    for number in range(20):
        done(store.put(f"key{number}", "record", until=NOW + HOUR, now=NOW))
        done((store.redeem if number % 2 else store.drop)(f"key{number}", now=NOW))
    assert not len(store._pending) + len(store._pending_until)


def test_a_key_of_a_browser_is_not_kept() -> None:
    store = MemoryStore()
    done(store.put("secret-key", "record", until=NOW + HOUR, now=NOW))
    assert "secret-key" not in repr(vars(store))


def test_threads_use_a_counter_a_code_and_a_pending_state_once() -> None:
    store = MemoryStore()
    codes = tuple(f"d{number}" for number in range(10))
    done(store.enrol(confirmed("f1", digests=codes), now=NOW))
    done(store.put("key", "record", until=NOW + HOUR, now=NOW))

    def use(number: int) -> tuple[bool, int | None, str | None]:
        me = "credentials", "f1", "f1"
        return (
            done(store.advance(*me, 5, now=NOW)),
            done(store.spend(*me, codes[number % 10], now=NOW)),
            done(store.redeem("key", now=NOW)),
        )

    with ThreadPoolExecutor(8) as threads:
        advanced, spent, redeemed = zip(*threads.map(use, range(200)), strict=True)
    assert sum(advanced) == 1
    assert sorted(left for left in spent if left is not None) == [*range(10)]
    assert [each for each in redeemed if each is not None] == ["record"]


def test_threads_replace_data_once_and_enrol_no_more_than_one_user_may() -> None:
    store = MemoryStore()
    done(store.enrol(confirmed("f1"), now=NOW))

    def act(number: int) -> tuple[bool, bool]:
        me = "credentials", "f1"
        made = replace(waiting("f1"), id=f"late{number}")
        return (
            done(store.replace_data(*me, "f1", f"by {number}", expected="s", now=NOW)),
            done(store.enrol(made, now=NOW)),
        )

    with ThreadPoolExecutor(8) as threads:
        replaced, enrolled = zip(*threads.map(act, range(100)), strict=True)
    assert sum(replaced) == 1
    assert sum(enrolled) == MOST_ENROLMENTS - 1
    found = done(store.find("f1", now=NOW))
    assert found == replace(confirmed("f1"), data=f"by {replaced.index(True)}")


def test_who_has_too_many_takes_no_room_from_others() -> None:
    store = MemoryFactors(most_enrolments=MOST_ENROLMENTS + 1)
    assert done(store.enrol(waiting("other"), now=NOW))
    for number in range(MOST_ENROLMENTS):
        assert done(store.enrol(replace(confirmed("me"), id=f"f{number}"), now=NOW))
    assert not done(store.enrol(replace(confirmed("me"), id="late"), now=NOW))
    assert has(store, "other")
