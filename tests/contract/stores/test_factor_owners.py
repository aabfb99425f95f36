"""An enrolment is its owner's: whoever is not exactly the same matches nothing of it."""

from dataclasses import replace

import pytest

from nextauth.stores import FactorStore
from tests.contract.stores.conftest import SQL, OpenFactors
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
    pytest.mark.parametrize("kind", ["memory", "redis", "cluster", *SQL]),
]

BOB = ("credentials", "bob")


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
            assert not await store.rename(*who, each, "Stolen", now=NOW)
            assert not await store.remove(*who, each, now=NOW)
        assert await store.remove_all(*who, now=NOW) == 0
        assert await store.enrolments(*who, now=NOW) == ()
        assert await known(store) == mine

    run(scenario, open_factors)


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES, ids=range(len(LOOK_ALIKES)))
def test_ids_and_digests_are_compared_exactly(
    open_factors: OpenFactors, one: str, other: str
) -> None:
    async def scenario(store: FactorStore) -> None:
        mine = confirmed(one, user_id=one, digests=tuple(sorted((one, other))))
        assert await store.enrol(mine, now=NOW)
        assert await known(store, other) == []
        assert not await store.advance("credentials", other, one, 1, now=NOW)
        assert not await store.advance("credentials", one, other, 1, now=NOW)
        assert not await store.remove("credentials", one, other, now=NOW)
        assert await known(store, one) == [mine]
        assert await store.spend("credentials", one, one, one, now=NOW) == 1
        assert await known(store, one) == [replace(mine, digests=(other,), used=NOW)]
        yours = confirmed(other, user_id=other)
        assert await store.enrol(yours, now=NOW)
        assert await known(store, other) == [yours]

    run(scenario, open_factors)
