"""An enrolment is its owner's: whoever is not exactly the same matches nothing of it."""

from dataclasses import replace

import pytest

from nextauth.stores import FactorStore
from tests.contract.stores.conftest import KEEPS_FACTORS, OpenFactors
from tests.contract.stores.factor_scenarios import (
    CODES,
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

BOB = ("credentials", "bob")
ALIKE = [pair for pair in LOOK_ALIKES if all(pair)]


@pytest.mark.parametrize("who", [BOB, ("other", "ada"), ("credentialsa", "da"), ("", "")])
def test_an_id_of_somebody_elses_matches_nothing(
    open_factors: OpenFactors, who: tuple[str, str]
) -> None:
    async def scenario(store: FactorStore) -> None:
        mine = [enrolment("f1"), confirmed("f2", created=NOW + 1, digests=CODES)]
        for made in mine:
            assert await store.enrol(made, now=NOW)
        for each in ("f1", "f2"):
            assert not await store.confirm(*who, each, counter=1, now=NOW)
            assert not await store.advance(*who, each, 1, now=NOW)
            assert not await store.note_use(*who, each, now=NOW)
            assert await store.spend(*who, each, CODES[0], now=NOW) is None
            assert not await store.replace_data(*who, each, "x", expected="sealed", now=NOW)
            assert not await store.rename(*who, each, "Stolen", now=NOW)
            assert not await store.remove(*who, each, now=NOW)
        assert await store.remove_all(*who, now=NOW) == 0
        assert await store.enrolments(*who, now=NOW) == ()
        assert await known(store) == mine

    run(scenario, open_factors)


@pytest.mark.parametrize(("one", "other"), ALIKE, ids=range(len(ALIKE)))
def test_ids_and_digests_are_compared_exactly(
    open_factors: OpenFactors, one: str, other: str
) -> None:
    async def scenario(store: FactorStore) -> None:
        first, second = one[-256:], other[-256:]
        mine = confirmed(one, user_id=one, digests=tuple(sorted((first, second))))
        assert await store.enrol(mine, now=NOW)
        assert await known(store, other) == []
        assert not await store.advance("credentials", other, one, 1, now=NOW)
        assert not await store.advance("credentials", one, other, 1, now=NOW)
        assert not await store.remove("credentials", one, other, now=NOW)
        assert await known(store, one) == [mine]
        assert await store.find(other, now=NOW) is None
        assert await store.spend("credentials", one, one, first, now=NOW) == 1
        spent = replace(mine, digests=(second,), used=NOW)
        assert await known(store, one) == [spent]
        yours = confirmed(other, user_id=other)
        assert await store.enrol(yours, now=NOW)
        assert await known(store, other) == [yours]
        assert [await store.find(each, now=NOW) for each in (one, other)] == [spent, yours]

    run(scenario, open_factors)
