"""What is too large is refused by every store alike, and nobody fills one with enrolments."""

import asyncio
from collections.abc import Callable

import pytest

from nextauth.stores import Enrolment, FactorStore
from nextauth.stores.factors import MOST_ENROLMENTS
from tests.contract.stores.conftest import KEEPS_FACTORS, OpenFactors
from tests.contract.stores.factor_scenarios import (
    ADA,
    HOUR,
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

SEVERAL_AT_ONCE = ("postgresql", "mariadb")


async def fill(store: FactorStore, make: Callable[[str], Enrolment], *, now: float = NOW) -> None:
    """Enrol as many as one user may have."""
    for number in range(MOST_ENROLMENTS):
        assert await store.enrol(make(f"f{number}"), now=now)


def test_a_name_or_data_that_is_too_long_changes_nothing(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        longest = {"name": "🦉" * 100, "data": "🦉" * 16_384}
        assert await store.enrol(confirmed("f1"), now=NOW)
        assert await store.rename(*ADA, "f1", longest["name"], now=NOW)
        assert await store.replace_data(*ADA, "f1", longest["data"], expected="sealed", now=NOW)
        assert await known(store) == [confirmed("f1", **longest)]
        for each in ("f1", "unknown"):
            with pytest.raises(ValueError, match="name of an enrolment has 101 characters"):
                await store.rename(*ADA, each, "n" * 101, now=NOW)
            with pytest.raises(ValueError, match="data of an enrolment has 16385") as caught:
                await store.replace_data(
                    *ADA, each, "secret!" * 2340 + "12345", expected=longest["data"], now=NOW
                )
            assert "secret" not in str(caught.value)
        assert await known(store) == [confirmed("f1", **longest)]

    run(scenario, open_factors)


@pytest.mark.parametrize("wrong", [None, 1, b"bytes"])
def test_a_name_or_data_that_is_no_text_is_refused(open_factors: OpenFactors, wrong: str) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed(), now=NOW)
        with pytest.raises(ValueError, match="name of an enrolment is no text"):
            await store.rename(*ADA, "f1", wrong, now=NOW)
        with pytest.raises(ValueError, match="data of an enrolment is no text"):
            await store.replace_data(*ADA, "f1", wrong, expected="sealed", now=NOW)
        assert await known(store) == [confirmed()]

    run(scenario, open_factors)


def test_one_user_has_so_many_enrolments_and_no_more(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        def make(name: str) -> Enrolment:
            return (confirmed if name.endswith("7") else enrolment)(name)

        await fill(store, make)
        before = await known(store)
        assert len(before) == MOST_ENROLMENTS == 64
        for late in (confirmed("late", digests=("d1",)), enrolment("late")):
            assert await store.enrol(late, now=NOW) is False
        assert await known(store) == before
        assert await store.enrol(confirmed("late", user_id="bob"), now=NOW)
        assert await known(store, "bob") == [confirmed("late", user_id="bob")]
        assert await store.remove(*ADA, "f3", now=NOW)
        assert await store.enrol(confirmed("later", digests=("d2",)), now=NOW)
        assert not await store.enrol(confirmed("latest"), now=NOW)
        assert await store.remove_all(*ADA, now=NOW) == MOST_ENROLMENTS
        assert await store.enrol(confirmed("latest"), now=NOW)

    run(scenario, open_factors)


def test_what_is_over_counts_no_more(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        await fill(store, enrolment)
        later = NOW + HOUR
        assert not await store.enrol(confirmed("late"), now=later - 0.001)
        assert await store.enrol(confirmed("f0"), now=later)
        assert await known(store, now=later) == [confirmed("f0")]

    run(scenario, open_factors)


def test_of_many_who_enrol_at_once_so_many_do(open_factors: OpenFactors, kind: str) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        answers = await asyncio.gather(
            *(
                stores[number % 2].enrol(confirmed(f"f{number}"), now=NOW)
                for number in range(MOST_ENROLMENTS + 16)
            )
        )
        kept = len(await known(store))
        assert kept == sum(answers)
        assert kept >= MOST_ENROLMENTS
        if kind not in SEVERAL_AT_ONCE:
            assert kept == MOST_ENROLMENTS
        assert not await store.enrol(confirmed("late"), now=NOW)

    run(scenario, open_factors)
