"""Every store counts tries in the same way, to the number."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from nextauth.stores import Bucket, Limit, LimitStore, MemoryStore, Taken
from tests.contract.stores.conftest import COUNTS_TRIES, OpenLimits

pytestmark = [
    pytest.mark.service,
    pytest.mark.parametrize("kind", COUNTS_TRIES),
]

NOW = 4_102_444_800.123456
FREE = Taken(0.0)
# The last digits of a wait are those of Unix seconds as a float, of which 2100 has microseconds.
EXACT = 1e-5


def bucket(key: str, *limits: tuple[int, float], follows: bool = False) -> Bucket:
    return Bucket(key, tuple(Limit(*each) for each in limits), follows)


FIVE = bucket("five", (5, 100.0))


def waiting(seconds: float, *, by: int) -> Taken:
    """Answer a refusal, to be compared with."""
    return Taken(pytest.approx(seconds, abs=EXACT), by)  # type: ignore[arg-type]


def run(scenario: Callable[[LimitStore], Awaitable[None]], open_limits: OpenLimits) -> None:
    async def within() -> None:
        await scenario(open_limits())

    asyncio.run(within())


async def granted(
    store: LimitStore, *buckets: Bucket, now: float = NOW, tries: int = 12
) -> list[bool]:
    return [(await store.take(buckets, now=now)).by is None for _ in range(tries)]


async def left(store: LimitStore, one: Bucket, *, now: float = NOW) -> int:
    """Answer how many are left of a bucket, and take them."""
    return sum(await granted(store, one, now=now))


def test_so_many_at_once_and_then_one_must_wait(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        for _ in range(5):
            assert await store.take([FIVE], now=NOW) == FREE
        for _ in range(3):  # what is refused costs nothing
            refused = await store.take([FIVE], now=NOW)
            assert refused == waiting(20.0, by=0)

    run(scenario, open_limits)


@pytest.mark.parametrize("limit", [(7, 61.7), (3, 0.1), (11, 1234.5), (6, 0.7), (9, 1 / 3)])
def test_the_last_of_the_tries_does_not_fail_by_how_fractions_add_up(
    open_limits: OpenLimits, limit: tuple[int, float]
) -> None:
    async def scenario(store: LimitStore) -> None:
        assert await left(store, bucket("odd", limit)) == limit[0]

    run(scenario, open_limits)


def test_they_come_back_evenly(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        assert await left(store, FIVE) == 5
        for number in range(1, 4):
            due = NOW + number * 20.0
            early = await store.take([FIVE], now=due - 0.5)
            assert early == waiting(0.5, by=0)
            assert await granted(store, FIVE, now=due, tries=2) == [True, False]
        assert await left(store, FIVE, now=NOW + 60 + 41) == 2
        assert await left(store, FIVE, now=NOW + 1000) == 5

    run(scenario, open_limits)


def test_the_wait_that_is_told_is_enough(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        odd, now = bucket("odd", (7, 61.7), (11, 1234.5)), NOW
        for _ in range(30):
            taken = await store.take([odd], now=now)
            if taken.by is not None:
                now += taken.wait
                assert await store.take([odd], now=now) == FREE

    run(scenario, open_limits)


def test_no_more_are_granted_than_the_limit_and_what_came_back(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        limit, moments = (3, 10.0), [NOW + 0.37 * number for number in range(100)]
        one = bucket("steady", limit)
        taken = [now for now in moments if (await store.take([one], now=now)).by is None]
        for first, start in enumerate(taken):
            for last in range(first, len(taken)):
                came_back = (taken[last] - start + 0.001) * limit[0] / limit[1]
                assert last - first + 1 <= limit[0] + came_back

    run(scenario, open_limits)


def test_all_limits_of_a_bucket_hold(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        both = bucket("both", (3, 30.0), (4, 4000.0))
        assert await granted(store, both, tries=4) == [True, True, True, False]
        assert await store.take([both], now=NOW) == waiting(10.0, by=0)
        later = NOW + 30
        assert await granted(store, both, now=later, tries=2) == [True, False]
        refused = await store.take([both], now=later)
        assert refused == waiting(1000.0 - 30.0, by=0)

    run(scenario, open_limits)


def test_nothing_is_counted_where_one_bucket_is_empty(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        wide, narrow = bucket("wide", (10, 100.0)), bucket("narrow", (2, 100.0))
        assert await granted(store, wide, narrow) == [True] * 2 + [False] * 10
        assert await left(store, wide) == 8

    run(scenario, open_limits)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_bucket_with_the_longest_wait_is_named(
    open_limits: OpenLimits, order: tuple[int, ...]
) -> None:
    async def scenario(store: LimitStore) -> None:
        known = [bucket("a", (1, 10.0)), bucket("b", (1, 99.0)), bucket("c", (1, 20.0))]
        asked = [known[number] for number in order]
        assert await store.take(asked, now=NOW) == FREE
        refused = await store.take(asked, now=NOW)
        assert refused == waiting(99.0, by=order.index(1))

    run(scenario, open_limits)


def test_of_equal_waits_the_first_is_named(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        asked = [bucket("free", (9, 9.0)), bucket("a", (1, 10.0)), bucket("b", (1, 10.0))]
        await store.take(asked, now=NOW)
        assert (await store.take(asked, now=NOW)).by == 1

    run(scenario, open_limits)


def test_no_bucket_is_no_limit(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        assert await store.take([], now=NOW) == FREE
        await store.give_back([], now=NOW)

    run(scenario, open_limits)


def test_keys_are_compared_exactly(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        for key in ("k", "K", "k ", " k", "k\n", "k\0", "é", "e\u0301", "k:", "", "k" * 3000):
            assert await left(store, bucket(key, (2, 100.0))) == 2

    run(scenario, open_limits)


def test_what_is_given_back_can_be_taken_again(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        other = bucket("other", (3, 60.0), (9, 900.0))
        assert await granted(store, FIVE, other, tries=3) == [True] * 3
        await store.give_back([FIVE, other], now=NOW)
        assert await left(store, other) == 1
        assert await left(store, FIVE) == 3
        for _ in range(3):
            await store.give_back([FIVE], now=NOW)
        assert await left(store, FIVE) == 3

    run(scenario, open_limits)


def test_giving_back_makes_no_more_than_there_were(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        for _ in range(3):
            await store.give_back([FIVE], now=NOW)
        assert await left(store, FIVE) == 5
        for _ in range(9):
            await store.give_back([FIVE], now=NOW)
        assert await left(store, FIVE) == 5
        # One that came back by itself in the meantime is not given back once more.
        await store.take([FIVE], now=NOW + 1000)
        await store.give_back([FIVE], now=NOW + 1000 + 30)
        assert await left(store, FIVE, now=NOW + 1000 + 30) == 5

    run(scenario, open_limits)


def test_what_was_taken_since_stays_taken(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        await store.take([FIVE], now=NOW)
        assert await granted(store, FIVE, now=NOW + 10, tries=3) == [True] * 3
        await store.give_back([FIVE], now=NOW + 11)
        assert await left(store, FIVE, now=NOW + 11) == 2

    run(scenario, open_limits)


# --- links


NAME = bucket("name", (3, 300.0), follows=True)
SAME_NAME = bucket("same-name", (3, 300.0), follows=True)
ACCOUNT = bucket("account", (3, 300.0))


async def link(store: LimitStore, *names: str, until: float = NOW + 1000) -> None:
    for name in names:
        await store.link(name, "account", until=until, now=NOW)


def test_names_of_one_account_share_its_count(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        await link(store, "name", "same-name")
        assert await granted(store, NAME, tries=2) == [True] * 2
        assert await granted(store, SAME_NAME, tries=2) == [True, False]
        assert await left(store, ACCOUNT) == 0

    run(scenario, open_limits)


def test_a_name_counts_for_itself_as_well(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        assert await left(store, NAME) == 3
        await link(store, "name")
        refused = await store.take([NAME], now=NOW)
        assert refused == waiting(100.0, by=0)
        assert await left(store, ACCOUNT) == 3

    run(scenario, open_limits)


def test_only_who_follows_counts_what_is_linked(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        await link(store, "five")
        assert await left(store, FIVE) == 5
        assert await left(store, ACCOUNT) == 3

    run(scenario, open_limits)


def test_an_account_that_is_empty_refuses_all_its_names_and_counts_nothing(
    open_limits: OpenLimits,
) -> None:
    async def scenario(store: LimitStore) -> None:
        await link(store, "name", "same-name")
        assert await left(store, ACCOUNT) == 3
        refused = await store.take([FIVE, NAME], now=NOW)
        assert refused == waiting(100.0, by=1)
        assert await left(store, FIVE) == 5
        unlinked = bucket("name", (3, 300.0))
        assert await left(store, unlinked) == 3

    run(scenario, open_limits)


def test_a_link_leads_one_step_and_may_be_moved(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        await store.link("name", "middle", until=NOW + 1000, now=NOW)
        await store.link("middle", "account", until=NOW + 1000, now=NOW)
        assert await granted(store, NAME, tries=1) == [True]
        assert await left(store, ACCOUNT) == 3
        assert await left(store, bucket("middle", (3, 300.0))) == 2
        await store.link("name", "other", until=NOW + 1000, now=NOW)
        assert await granted(store, NAME, tries=1) == [True]
        assert await left(store, bucket("other", (3, 300.0))) == 2

    run(scenario, open_limits)


def test_a_link_is_forgotten_when_its_time_is_over(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        name, account = (bucket(key, (3, 1e6), follows=True) for key in ("name", "account"))
        await link(store, "name", until=NOW + 100)
        assert await left(store, account) == 3
        assert (await store.take([name], now=NOW + 99)).by == 0
        assert (await store.take([name], now=NOW + 100)).by is None

    run(scenario, open_limits)


def test_a_link_to_any_text_is_followed(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        for target in ("two words", "line\nbreak", " ", "", "é", "nul\0"):
            await store.link("name", target, until=NOW + 100, now=NOW)
            assert await granted(store, bucket("name", (99, 9.0), follows=True), tries=1) == [True]
            assert await left(store, bucket(target, (5, 9.0))) >= 4

    run(scenario, open_limits)


def test_what_is_reached_twice_is_counted_once(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        await link(store, "name", "same-name")
        asked = [NAME, SAME_NAME, ACCOUNT]
        assert await store.take(asked, now=NOW) == FREE
        assert await store.take(asked, now=NOW) == FREE
        await store.give_back(asked, now=NOW)
        assert await left(store, ACCOUNT) == 2
        assert await left(store, bucket("name", (3, 300.0))) == 2

    run(scenario, open_limits)


def test_what_is_given_back_is_given_back_to_the_account_too(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        await link(store, "name", "same-name")
        assert await granted(store, NAME, tries=3) == [True] * 3
        await store.give_back([NAME], now=NOW)
        assert await granted(store, SAME_NAME, tries=2) == [True, False]

    run(scenario, open_limits)


# --- many at once


@pytest.mark.parametrize("tries", [1, 7, 20])
def test_fifty_at_once_get_no_more_than_the_limit(open_limits: OpenLimits, tries: int) -> None:
    async def scenario(store: LimitStore) -> None:
        stores = [store, open_limits()]
        asked = [bucket("raced", (tries, 1e6)), bucket("wide", (1000, 1e6))]
        answers = await asyncio.gather(*(stores[n % 2].take(asked, now=NOW) for n in range(50)))
        assert sum(answer.by is None for answer in answers) == tries
        assert await left(store, bucket("wide", (1000, 1e6)), now=NOW) == 12

    run(scenario, open_limits)


def test_taken_and_given_back_at_once_adds_up(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        many = bucket("many", (100, 1e6))

        async def there_and_back() -> None:
            assert (await store.take([many], now=NOW)).by is None
            await store.give_back([many], now=NOW)

        await asyncio.gather(*(there_and_back() for _ in range(50)))
        for _ in range(95):
            assert (await store.take([many], now=NOW)).by is None
        assert await left(store, many) == 5

    run(scenario, open_limits)


def test_every_store_answers_what_memory_answers(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        memory, now = MemoryStore(), NOW
        known = [
            bucket("a", (3, 7.3), (5, 97.1)),
            bucket("b", (2, 1 / 3), follows=True),
            bucket("c", (1000, 0.7)),
        ]
        for each in (store, memory):
            await each.link("b", "a2", until=NOW + 5, now=NOW)
        for number in range(150):
            now += (number * 7919 % 97) / 131
            asked = [known[at] for at in range(3) if number * 31 % 7 >> at & 1]
            if number % 5:
                assert await store.take(asked, now=now) == await memory.take(asked, now=now)
            else:
                await store.give_back(asked, now=now)
                await memory.give_back(asked, now=now)

    run(scenario, open_limits)


def test_a_store_that_was_closed_counts_on(open_limits: OpenLimits) -> None:
    async def scenario(store: LimitStore) -> None:
        await store.take([FIVE], now=NOW)
        await store.aclose()
        assert await left(store, FIVE) == 4

    run(scenario, open_limits)
