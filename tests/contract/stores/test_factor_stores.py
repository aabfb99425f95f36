"""Every store keeps enrolments of factors in the same way."""

from dataclasses import replace

import pytest

from nextauth.stores import Enrolment, FactorStore
from nextauth.stores.factors import LARGEST_COUNTER
from tests.contract.stores.conftest import KEEPS_FACTORS, OpenFactors
from tests.contract.stores.factor_scenarios import (
    ADA,
    CODES,
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

# --- enrolling


def test_who_has_enrolled_nothing_has_nothing(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await known(store) == []
        assert not await store.confirm(*ADA, "f1", counter=1, now=NOW)
        assert not await store.advance(*ADA, "f1", 1, now=NOW)
        assert not await store.note_use(*ADA, "f1", now=NOW)
        assert await store.find("f1", now=NOW) is None
        assert not await store.replace_data(*ADA, "f1", "anew", expected="sealed", now=NOW)
        assert await store.spend(*ADA, "f1", "d1", now=NOW) is None
        assert not await store.rename(*ADA, "f1", "Other", now=NOW)
        assert not await store.remove(*ADA, "f1", now=NOW)
        assert await store.remove_all(*ADA, now=NOW) == 0
        assert await known(store) == []

    run(scenario, open_factors)


@pytest.mark.parametrize(
    "made",
    [
        enrolment(),
        enrolment(counter=0, used=NOW + 0.25, expires=NOW + 0.001, digests=CODES),
        confirmed(counter=LARGEST_COUNTER, used=NOW - HOUR),
        confirmed(method="recovery", digests=CODES),
        confirmed(name="", data="", digests=("",)),
        confirmed(
            name="nul \0 and \x7f and \ud800 and 🦉 \u2028", data='"quoted" \\ 100% {x} :y ?'
        ),
        confirmed(
            method="🦉" * 32,
            name="🦉" * 100,
            data="🦉" * 16_384,
            digests=tuple(f"{number:03}" + "🦉" * 253 for number in range(100)),
        ),
    ],
    ids=range(7),
)
def test_what_is_enrolled_is_told_as_it_was(open_factors: OpenFactors, made: Enrolment) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(made, now=NOW) is True
        assert await known(store) == [made]

    run(scenario, open_factors)


def test_digests_are_a_set(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed(digests=("b", "a", "b")), now=NOW)
        assert await known(store) == [confirmed(digests=("a", "b"))]
        assert await store.spend(*ADA, "f1", "b", now=NOW) == 1
        assert await store.spend(*ADA, "f1", "b", now=NOW) is None

    run(scenario, open_factors)


@pytest.mark.parametrize("user_id", ["ada", "bob"])
def test_an_id_that_is_taken_stays_what_it_is(open_factors: OpenFactors, user_id: str) -> None:
    async def scenario(store: FactorStore) -> None:
        for made in (enrolment("f1"), confirmed("f2", digests=("d1",), created=NOW + 1)):
            assert await store.enrol(made, now=NOW)
            other = confirmed(made.id, user_id=user_id, data="other", digests=("d1", "d2"))
            assert await store.enrol(other, now=NOW) is False
        kept = [enrolment("f1"), confirmed("f2", digests=("d1",), created=NOW + 1)]
        assert await known(store) == kept
        assert await known(store, "bob") == []

    run(scenario, open_factors)


def test_what_was_not_confirmed_is_gone_by_itself_and_its_id_is_free(
    open_factors: OpenFactors,
) -> None:
    async def scenario(store: FactorStore) -> None:
        made, later = enrolment(digests=("d1", "d2")), NOW + HOUR
        assert await store.enrol(made, now=NOW)
        assert await known(store, now=later - 0.001) == [made]
        assert await known(store, now=later) == []
        assert not await store.confirm(*ADA, "f1", counter=1, now=later)
        assert not await store.rename(*ADA, "f1", "Other", now=later)
        assert not await store.remove(*ADA, "f1", now=later)
        assert await store.remove_all(*ADA, now=later) == 0
        anew = confirmed(user_id="bob", created=later, digests=("d2", "d3"))
        assert await store.enrol(anew, now=later)
        assert await known(store, "bob", now=later) == [anew]
        assert await known(store, now=NOW) == []

    run(scenario, open_factors)


def test_the_oldest_is_the_first(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        for name, created in (("c", 2.0), ("b", 1.0), ("a", 1.0), ("d", 0.5)):
            assert await store.enrol(confirmed(name, created=NOW + created), now=NOW)
        assert [each.id for each in await known(store)] == ["d", "a", "b", "c"]

    run(scenario, open_factors)


# --- confirming and using


def test_confirming_is_done_once_and_lasts(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        made = enrolment(counter=7, digests=("d1",))
        assert await store.enrol(made, now=NOW)
        assert not await store.confirm(*ADA, "f1", counter=7, now=NOW)
        assert not await store.advance(*ADA, "f1", 9, now=NOW)
        assert not await store.note_use(*ADA, "f1", now=NOW)
        assert await store.spend(*ADA, "f1", "d1", now=NOW) is None
        assert await known(store) == [made]
        assert await store.confirm(*ADA, "f1", counter=8, now=NOW) is True
        lasting = replace(made, confirmed=True, counter=8, expires=None)
        assert await known(store, now=NOW + 99 * HOUR) == [lasting]
        assert not await store.confirm(*ADA, "f1", counter=9, now=NOW)
        assert await known(store) == [lasting]

    run(scenario, open_factors)


def test_a_counter_only_grows(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed(), now=NOW)
        for counter, is_taken in (
            (0, True),
            (0, False),
            (9, True),
            (10, True),
            (9, False),
            (2**31, True),
            (2**32, True),
            (LARGEST_COUNTER - 1, True),
            (LARGEST_COUNTER, True),
            (LARGEST_COUNTER, False),
            (5, False),
        ):
            assert await store.advance(*ADA, "f1", counter, now=NOW + 1.5) is is_taken
        assert await known(store) == [confirmed(counter=LARGEST_COUNTER, used=NOW + 1.5)]

    run(scenario, open_factors)


@pytest.mark.parametrize("counter", [-1, LARGEST_COUNTER + 1, 2**70, True, 1.5, "1", None])
def test_what_is_no_counter_is_refused(open_factors: OpenFactors, counter: int) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed("f1"), now=NOW)
        assert await store.enrol(enrolment("f2", created=NOW + 1), now=NOW)
        with pytest.raises(ValueError, match="is no counter"):
            await store.advance(*ADA, "f1", counter, now=NOW)
        with pytest.raises(ValueError, match="is no counter"):
            await store.confirm(*ADA, "f2", counter=counter, now=NOW)
        assert await known(store) == [confirmed("f1"), enrolment("f2", created=NOW + 1)]

    run(scenario, open_factors)


def test_a_use_may_be_noted_without_a_counter(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed(counter=0), now=NOW)
        for later in (1.5, 1.5, 3.0):
            assert await store.note_use(*ADA, "f1", now=NOW + later) is True
            assert await known(store) == [confirmed(counter=0, used=NOW + later)]

    run(scenario, open_factors)


def test_each_digest_is_spent_once(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        assert await store.enrol(confirmed("f1", digests=CODES), now=NOW)
        assert await store.enrol(confirmed("f2", created=NOW + 1, digests=CODES), now=NOW)
        assert await store.spend(*ADA, "f1", "unknown", now=NOW) is None
        assert (await known(store))[0] == confirmed(digests=CODES)
        for left, code in zip(range(9, -1, -1), CODES, strict=True):
            assert await store.spend(*ADA, "f1", code, now=NOW + left) == left
            assert await store.spend(*ADA, "f1", code, now=NOW + HOUR) is None
        spent, other = await known(store)
        assert spent == confirmed(used=NOW)
        assert other == confirmed("f2", created=NOW + 1, digests=CODES)

    run(scenario, open_factors)


# --- changing and removing


def test_renaming_changes_nothing_else(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        for made in (enrolment("f1"), confirmed("f2", created=NOW + 1, digests=CODES)):
            assert await store.enrol(made, now=NOW)
        for name in ("", "nul \0 and \ud800 and 🦉", "Other", "Other"):
            assert await store.rename(*ADA, "f2", name, now=NOW) is True
            assert [each.name for each in await known(store)] == ["Telephone", name]
        assert await store.rename(*ADA, "f1", "New", now=NOW)
        renamed = confirmed("f2", created=NOW + 1, name="Other", digests=CODES)
        assert await known(store) == [enrolment(name="New"), renamed]

    run(scenario, open_factors)


def test_what_was_removed_is_gone_and_its_id_is_free(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        kept = confirmed("f2", created=NOW + 1)
        assert await store.enrol(confirmed("f1", digests=CODES, counter=5), now=NOW)
        assert await store.enrol(kept, now=NOW)
        assert await store.remove(*ADA, "f1", now=NOW) is True
        assert await store.remove(*ADA, "f1", now=NOW) is False
        assert await known(store) == [kept]
        assert not await store.advance(*ADA, "f1", 9, now=NOW)
        assert await store.spend(*ADA, "f1", CODES[0], now=NOW) is None
        assert await store.enrol(confirmed("f1", digests=("d1",)), now=NOW)
        assert await known(store) == [confirmed("f1", digests=("d1",)), kept]

    run(scenario, open_factors)


def test_all_of_a_user_are_removed_and_nobody_elses(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        theirs = confirmed("f3", user_id="bob", digests=CODES)
        for made in (
            confirmed("f1", digests=CODES),
            enrolment("f2"),
            enrolment("over", expires=NOW),
            theirs,
        ):
            assert await store.enrol(made, now=NOW - 1)
        assert await store.remove_all(*ADA, now=NOW) == 2
        assert await store.remove_all(*ADA, now=NOW) == 0
        assert await known(store) == []
        assert await known(store, "bob") == [theirs]
        assert await store.enrol(confirmed("f1"), now=NOW)
        assert await known(store) == [confirmed("f1")]

    run(scenario, open_factors)


# --- several


def test_a_store_that_was_closed_opens_again(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        await store.aclose()
        assert await store.enrol(confirmed(), now=NOW)
        await store.aclose()
        assert await known(store) == [confirmed()]

    run(scenario, open_factors)


def test_what_one_process_enrols_another_sees_at_once(open_factors: OpenFactors) -> None:
    async def scenario(store: FactorStore) -> None:
        other = open_factors()
        assert await store.enrol(confirmed(), now=NOW)
        assert await other.advance(*ADA, "f1", 1, now=NOW)
        assert not await store.advance(*ADA, "f1", 1, now=NOW)

    run(scenario, open_factors)
