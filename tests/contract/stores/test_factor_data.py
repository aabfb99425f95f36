"""The data of an enrolment is replaced by whoever knows exactly what is there, and once."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import pytest

from nextauth.stores import Enrolment, FactorStore
from tests.contract.stores.conftest import KEEPS_FACTORS, OpenFactors
from tests.contract.stores.factor_scenarios import (
    ADA,
    CODES,
    HOUR,
    LOOK_ALIKES,
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

ALIKE = [*LOOK_ALIKES, ("sealed", "sealeD"), ('"', '\\"'), ("'", "''"), ("\\", "\\\\"), ("🦉", "?")]


async def replaced(store: FactorStore, data: str, *, expected: str, now: float = NOW) -> bool:
    """Answer whether the data of the first enrolment was replaced."""
    return await store.replace_data(*ADA, "f1", data, expected=expected, now=now)


@pytest.mark.parametrize(
    "made",
    [enrolment(digests=CODES), confirmed(digests=CODES, counter=7, used=NOW - HOUR)],
    ids=["unconfirmed", "confirmed"],
)
def test_replacing_data_changes_nothing_else(open_factors: OpenFactors, made: Enrolment) -> None:
    async def scenario(store: FactorStore) -> None:
        other = confirmed("f2", created=NOW + 1)
        for each in (made, other):
            assert await store.enrol(each, now=NOW)
        before = made.data
        for data in (
            "anew",
            "",
            "nul \0 \x7f",
            "\ud800 🦉 \u2028",
            '"quoted" \\ 100% {x} :y ?',
            "é",
        ):
            assert await replaced(store, data, expected=before, now=NOW + 0.5) is True
            assert await known(store) == [replace(made, data=data), other]
            before = data

    run(scenario, open_factors)


@pytest.mark.parametrize(("one", "other"), ALIKE, ids=range(len(ALIKE)))
def test_what_is_expected_is_compared_exactly(
    open_factors: OpenFactors, one: str, other: str
) -> None:
    async def scenario(store: FactorStore) -> None:
        made = [confirmed("f1", data=one), confirmed("f2", data=other, created=NOW + 1)]
        for each in made:
            assert await store.enrol(each, now=NOW)
        assert not await replaced(store, "anew", expected=other)
        assert not await store.replace_data(*ADA, "f2", "anew", expected=one, now=NOW)
        assert await known(store) == made
        assert await replaced(store, other, expected=one)
        assert [each.data for each in await known(store)] == [other, other]

    run(scenario, open_factors)


def test_whoever_expects_something_else_replaces_nothing(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed(), now=NOW)
        for wrong in (
            "",
            "SEALED",
            "sealed ",
            " sealed",
            "sealed\0",
            "seale",
            "sealedd",
            "x" * 99_999,
        ):
            assert await replaced(store, "anew", expected=wrong) is False
        assert await known(store) == [confirmed()]
        assert await replaced(store, "anew", expected="sealed")
        assert not await replaced(store, "anew", expected="sealed")
        assert await replaced(store, "anew", expected="anew") is True

    run(scenario, open_factors)


def test_what_is_over_or_removed_has_no_data_to_replace(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(enrolment(), now=NOW)
        assert not await replaced(store, "anew", expected="sealed", now=NOW + HOUR)
        assert await known(store) == [enrolment()]
        assert await store.remove(*ADA, "f1", now=NOW)
        assert not await replaced(store, "anew", expected="sealed")
        assert await known(store) == []

    run(scenario, open_factors)


# --- at the same time


def test_of_ten_who_have_read_the_same_one_replaces_it(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(), now=NOW)
        answers = await asyncio.gather(
            *(
                replaced(stores[number % 2], f"by {number}", expected="sealed")
                for number in range(10)
            )
        )
        assert sorted(answers) == [False] * 9 + [True]
        assert await known(store) == [confirmed(data=f"by {answers.index(True)}")]

    run(scenario, open_factors)


def test_nobody_writes_over_what_he_has_not_read(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(data="0"), now=NOW)

        async def add_one(one: FactorStore) -> None:
            is_added = False
            while not is_added:
                [read] = await known(one)
                more = str(int(read.data) + 1)
                is_added = await replaced(one, more, expected=read.data)

        await asyncio.gather(*(add_one(stores[number % 2]) for number in range(10)))
        assert await known(store) == [confirmed(data="10")]

    run(scenario, open_factors)


def test_what_else_changes_at_the_same_time_is_kept(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(data="0", digests=CODES), now=NOW)
        others: list[Awaitable[object]] = []
        for number, code in enumerate(CODES):
            one = stores[number % 2]
            others += [
                one.advance(*ADA, "f1", number, now=NOW),
                one.spend(*ADA, "f1", code, now=NOW),
                one.rename(*ADA, "f1", "Other", now=NOW),
            ]

        async def replace_ten_times() -> None:
            for number in range(10):
                assert await replaced(stores[1], str(number + 1), expected=str(number))

        await asyncio.gather(replace_ten_times(), *others)
        assert await known(store) == [confirmed(data="10", name="Other", counter=9, used=NOW)]

    run(scenario, open_factors)


def test_a_removal_wins_over_those_who_replace(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        stores = [store, open_factors()]
        assert await store.enrol(confirmed(digests=CODES), now=NOW)
        work: list[Awaitable[object]] = [
            replaced(stores[number % 2], "sealed", expected="sealed") for number in range(20)
        ]
        work.insert(10, stores[1].remove(*ADA, "f1", now=NOW))
        answers = await asyncio.gather(*work)
        assert answers[10] is True
        assert await known(store) == []
        assert await store.find("f1", now=NOW) is None

    run(scenario, open_factors)
