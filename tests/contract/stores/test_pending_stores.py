"""Every store keeps pending states in the same way, and gives each out once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from nextauth.stores import PendingStore
from tests.contract.stores.conftest import KEEPS_FACTORS, OpenFactors
from tests.contract.stores.factor_scenarios import HOUR, LOOK_ALIKES, NOW, run

pytestmark = [
    pytest.mark.service,
    pytest.mark.parametrize("kind", KEEPS_FACTORS),
]

UNTIL = NOW + HOUR


def test_what_nobody_put_there_is_not_there(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        assert await store.peek("key", now=NOW) is None
        assert await store.redeem("key", now=NOW) is None
        await store.drop("key", now=NOW)
        assert await store.peek("key", now=NOW) is None

    run(scenario, open_factors)


@pytest.mark.parametrize(
    "record",
    ["", '{"provider": "credentials"}', "nul \0 \x7f \ud800 🦉 \u2028", "\r\n\t", "🦉" * 50_000],
    ids=range(5),
)
def test_a_record_is_given_out_once_as_it_was(open_factors: OpenFactors, record: str) -> None:
    async def scenario(store: PendingStore) -> None:
        await store.put("key", record, until=UNTIL, now=NOW)
        await store.put("other", "of another", until=UNTIL, now=NOW)
        for _ in range(2):
            assert await store.peek("key", now=NOW) == record
        assert await store.redeem("key", now=NOW) == record
        assert await store.redeem("key", now=NOW) is None
        assert await store.peek("key", now=NOW) is None
        assert await store.peek("other", now=NOW) == "of another"

    run(scenario, open_factors)


def test_a_record_is_gone_when_its_time_is_over(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        await store.put("key", "record", until=UNTIL, now=NOW)
        assert await store.peek("key", now=UNTIL - 0.001) == "record"
        assert await store.peek("key", now=UNTIL) is None
        assert await store.redeem("key", now=UNTIL) is None
        await store.put("key", "record", until=UNTIL, now=NOW)
        assert await store.redeem("key", now=UNTIL - 0.001) == "record"

    run(scenario, open_factors)


def test_what_is_dropped_is_gone(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        await store.put("key", "record", until=UNTIL, now=NOW)
        await store.put("other", "of another", until=UNTIL, now=NOW)
        await store.drop("key", now=NOW)
        assert await store.redeem("key", now=NOW) is None
        assert await store.redeem("other", now=NOW) == "of another"

    run(scenario, open_factors)


def test_a_record_takes_the_place_of_what_was_there(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        for until, record in ((UNTIL, "first"), (UNTIL + HOUR, "second"), (UNTIL, "third")):
            await store.put("key", record, until=until, now=NOW)
            assert await store.peek("key", now=NOW) == record
        assert await store.peek("key", now=UNTIL) is None
        assert await store.redeem("key", now=NOW) == "third"

    run(scenario, open_factors)


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES, ids=range(len(LOOK_ALIKES)))
def test_keys_are_compared_exactly(open_factors: OpenFactors, one: str, other: str) -> None:
    async def scenario(store: PendingStore) -> None:
        await store.put(one, "record", until=UNTIL, now=NOW)
        assert await store.peek(other, now=NOW) is None
        assert await store.redeem(other, now=NOW) is None
        await store.drop(other, now=NOW)
        assert await store.redeem(one, now=NOW) == "record"

    run(scenario, open_factors)


def test_of_a_hundred_who_redeem_at_once_one_gets_it(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        stores = [store, open_factors()]
        await store.put("key", "record", until=UNTIL, now=NOW)
        answers = await asyncio.gather(
            *(stores[number % 2].redeem("key", now=NOW) for number in range(100))
        )
        assert [each for each in answers if each is not None] == ["record"]

    run(scenario, open_factors)


def test_who_redeems_while_it_is_replaced_gets_one_of_both_and_whole(
    open_factors: OpenFactors,
) -> None:
    async def scenario(store: PendingStore) -> None:
        stores = [store, open_factors()]

        async def redeem(number: int) -> str | None:
            return await stores[number % 2].redeem("key", now=NOW)

        async def put(number: int) -> None:
            await stores[number % 2].put("key", f"record {number}", until=UNTIL, now=NOW)

        work = [ask(number) for number in range(20) for ask in (put, redeem)]
        got = [each for each in await asyncio.gather(*work) if each is not None]
        assert len(set(got)) == len(got)
        assert set(got) <= {f"record {number}" for number in range(20)}

    run(scenario, open_factors)


def test_threads_with_loops_of_their_own_redeem_once(open_factors: OpenFactors) -> None:
    store = open_factors()

    async def put() -> None:
        await store.put("key", "record", until=UNTIL, now=NOW)

    async def redeem() -> list[str | None]:
        return [await store.redeem("key", now=NOW) for _ in range(3)]

    asyncio.run(put())
    with ThreadPoolExecutor(4) as threads:
        answers = [
            each
            for found in threads.map(lambda _: asyncio.run(redeem()), range(8))
            for each in found
        ]
    assert [each for each in answers if each is not None] == ["record"]


def test_what_was_used_is_used_until_its_time_is_over(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        assert await store.claim("used", until=UNTIL, now=NOW)
        assert not await store.claim("used", until=UNTIL, now=NOW)
        assert await store.claim("other", until=UNTIL, now=NOW)
        assert not await store.claim("used", until=UNTIL + HOUR, now=UNTIL - 0.001)
        assert await store.claim("used", until=UNTIL + HOUR, now=UNTIL)
        assert not await store.claim("used", until=UNTIL + HOUR, now=UNTIL)

    run(scenario, open_factors)


def test_what_is_kept_cannot_be_claimed(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        await store.put("key", "record", until=UNTIL, now=NOW)
        assert not await store.claim("key", until=UNTIL, now=NOW)
        assert await store.redeem("key", now=NOW) == "record"
        assert await store.claim("key", until=UNTIL, now=NOW)

    run(scenario, open_factors)


def test_of_fifty_who_claim_at_once_one_is_the_first(open_factors: OpenFactors) -> None:
    async def scenario(store: PendingStore) -> None:
        stores = [store, open_factors()]
        answers = await asyncio.gather(
            *(stores[each % 2].claim("used", until=UNTIL, now=NOW) for each in range(50))
        )
        assert sorted(answers) == [False] * 49 + [True]

    run(scenario, open_factors)


def test_a_store_says_whether_it_waits(open_factors: OpenFactors, kind: str) -> None:
    assert open_factors().waits == (kind != "memory")
