"""An enrolment is found by its id alone, whosever it is, once it counts."""

from dataclasses import replace

import pytest

from nextauth.stores import Enrolment, FactorStore
from tests.contract.stores.conftest import KEEPS_FACTORS, OpenFactors
from tests.contract.stores.factor_scenarios import (
    ADA,
    CODES,
    HOUR,
    NOW,
    confirmed,
    enrolment,
    run,
)

pytestmark = [
    pytest.mark.service,
    pytest.mark.parametrize("kind", KEEPS_FACTORS),
]


async def found(store: FactorStore, enrolment_id: str, *, now: float = NOW) -> Enrolment | None:
    """Answer what is found, the digests in order."""
    one = await store.find(enrolment_id, now=now)
    return one and replace(one, digests=tuple(sorted(one.digests)))


def test_it_is_found_whosever_it_is(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        made = [
            confirmed("f1", digests=CODES, counter=7, used=NOW - 0.25),
            confirmed("f2", user_id="bob", name="nul \0, \ud800 and 🦉"),
            confirmed("f3", provider="other", method="webauthn", data=""),
            confirmed("f4", provider='nul \0 "\\', user_id="\ud800 and 🦉"),
        ]
        for each in made:
            assert await store.enrol(each, now=NOW)
        assert [await found(store, each.id) for each in made] == made
        assert [await found(store, each.id, now=NOW + 99 * HOUR) for each in made] == made
        for nobodys in ("", "f", "f5", "F1", "f1 ", "f1\0", "ada", "\ud800"):
            assert await store.find(nobodys, now=NOW) is None

    run(scenario, open_factors)


def test_what_was_not_confirmed_is_not_found(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(enrolment(digests=CODES), now=NOW)
        assert await store.find("f1", now=NOW) is None
        assert await store.find("f1", now=NOW + HOUR) is None
        assert await store.confirm(*ADA, "f1", counter=3, now=NOW)
        lasting = confirmed(counter=3, digests=CODES)
        assert await found(store, "f1") == lasting
        assert await found(store, "f1", now=NOW + HOUR) == lasting

    run(scenario, open_factors)


def test_it_is_found_as_it_was_left(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed(digests=CODES), now=NOW)
        assert await store.advance(*ADA, "f1", 5, now=NOW + 1)
        assert await store.spend(*ADA, "f1", CODES[0], now=NOW + 2)
        assert await store.rename(*ADA, "f1", "Other", now=NOW + 3)
        assert await store.replace_data(*ADA, "f1", "anew", expected="sealed", now=NOW + 4)
        left = confirmed(digests=CODES[1:], counter=5, used=NOW + 2, name="Other", data="anew")
        assert await found(store, "f1") == left

    run(scenario, open_factors)


def test_what_was_removed_is_not_found(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        for each in ("f1", "f2", "f3"):
            assert await store.enrol(confirmed(each, digests=CODES), now=NOW)
        assert await store.remove(*ADA, "f1", now=NOW)
        assert [bool(await store.find(each, now=NOW)) for each in ("f1", "f2")] == [False, True]
        assert await store.remove_all(*ADA, now=NOW) == 2
        for each in ("f1", "f2", "f3"):
            assert await store.find(each, now=NOW) is None
        anew = confirmed("f1", user_id="bob")
        assert await store.enrol(anew, now=NOW)
        assert await found(store, "f1") == anew

    run(scenario, open_factors)
