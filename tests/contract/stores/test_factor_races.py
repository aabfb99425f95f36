"""Whoever comes at the same time: no counter, code or confirmation is accepted twice."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from nextauth.stores import FactorStore
from tests.contract.stores.conftest import KEEPS_FACTORS, OpenFactors
from tests.contract.stores.factor_scenarios import (
    ADA,
    CODES,
    NOW,
    confirmed,
    enrolment,
    known,
    run,
)

pytestmark = [
    pytest.mark.service,
    pytest.mark.parametrize("kind", KEEPS_FACTORS),
]


async def at_once(
    stores: list[FactorStore], ask: Callable[[FactorStore], Awaitable[object]], count: int = 100
) -> list[object]:
    """Ask all of them at the same time, in turns."""
    return await asyncio.gather(*(ask(stores[number % len(stores)]) for number in range(count)))


def test_of_a_hundred_who_use_one_counter_at_once_one_gets_in(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(), now=NOW)
        for counter in (5, 6):
            answers = await at_once(stores, lambda one: one.advance(*ADA, "f1", counter, now=NOW))  # noqa: B023
            assert sorted(map(bool, answers)) == [False] * 99 + [True]
        assert await known(store) == [confirmed(counter=6, used=NOW)]

    run(scenario, open_factors)


def test_of_a_hundred_who_confirm_or_enrol_at_once_one_does(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        answers = await at_once(stores, lambda one: one.enrol(enrolment(digests=CODES), now=NOW))
        assert sorted(map(bool, answers)) == [False] * 99 + [True]
        answers = await at_once(stores, lambda one: one.confirm(*ADA, "f1", counter=3, now=NOW))
        assert sorted(map(bool, answers)) == [False] * 99 + [True]
        assert await known(store) == [confirmed(counter=3, digests=CODES)]

    run(scenario, open_factors)


def test_of_a_hundred_who_spend_one_code_at_once_one_does(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(digests=CODES), now=NOW)
        answers = await at_once(stores, lambda one: one.spend(*ADA, "f1", CODES[4], now=NOW))
        assert [each for each in answers if each is not None] == [9]

    run(scenario, open_factors)


def test_ten_codes_that_are_spent_at_once_leave_nine_to_none(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(digests=CODES), now=NOW)
        work = [
            stores[turn % 2].spend(*ADA, "f1", code, now=NOW) for turn in range(4) for code in CODES
        ]
        answers = await asyncio.gather(*work)
        assert sorted(each for each in answers if each is not None) == list(range(10))
        assert await known(store) == [confirmed(used=NOW)]

    run(scenario, open_factors)


def test_a_removal_wins_whatever_is_used_at_the_same_time(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(digests=CODES), now=NOW)
        work: list[Awaitable[object]] = []
        for number, code in enumerate(CODES):
            one = stores[number % 2]
            work += [one.advance(*ADA, "f1", number, now=NOW), one.spend(*ADA, "f1", code, now=NOW)]
        work.insert(10, stores[1].remove(*ADA, "f1", now=NOW))
        answers = await asyncio.gather(*work)
        assert answers[10] is True
        assert await known(store) == []
        assert await store.enrol(confirmed(), now=NOW)
        assert await known(store) == [confirmed()]

    run(scenario, open_factors)


def test_threads_with_loops_of_their_own_use_one_counter_once(open_factors: OpenFactors) -> None:
    store = open_factors()

    async def enrol() -> None:
        assert await store.enrol(confirmed(), now=NOW)

    async def advance() -> int:
        taken = [await store.advance(*ADA, "f1", 5, now=NOW) for _ in range(5)]
        return sum(taken)

    asyncio.run(enrol())
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: asyncio.run(advance()), range(8))) == 1
