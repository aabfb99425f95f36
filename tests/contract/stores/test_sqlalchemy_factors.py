"""What a database keeps of factors and pending states, and how it is cleared."""

import asyncio
from collections.abc import Awaitable

import pytest
from sqlalchemy import URL, func, select

from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore
from nextauth.stores.backends.sqlalchemy.tables import DIGESTS, FACTORS, PENDING
from tests.contract.stores.conftest import SQL
from tests.contract.stores.factor_scenarios import ADA, HOUR, NOW, confirmed, enrolment, known
from tests.contract.stores.services import connected, emptied

pytestmark = [pytest.mark.service, pytest.mark.parametrize("kind", SQL)]

CODES = ("d1", "d2")


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> URL:
    url: URL = request.getfixturevalue(f"{kind}_url")
    emptied(url)
    return url


async def rows(url: URL) -> list[int]:
    """Answer how many factors, digests and pending states there are, whether or not over."""
    async with connected(url) as connection:
        return [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (FACTORS, DIGESTS, PENDING)
        ]


def test_purging_deletes_what_is_over_with_its_digests_and_nothing_else(url: URL) -> None:
    async def scenario() -> None:
        store, later = SQLAlchemyStore(url, timeout=60), NOW + HOUR
        for made in (
            enrolment("over", digests=CODES),
            enrolment("good", expires=later + 1, digests=CODES),
            confirmed("lasting", digests=CODES),
        ):
            await store.enrol(made, now=NOW)
        await store.put("over", "record", until=later, now=NOW)
        await store.put("good", "record", until=later + 1, now=NOW)
        assert await rows(url) == [3, 6, 2]
        assert await store.purge(now=later) == 2
        assert await rows(url) == [2, 4, 1]
        assert {each.digests for each in await known(store, now=later)} == {CODES}
        assert await store.purge(now=NOW + 10**9) == 2
        assert await rows(url) == [1, 2, 0]

    asyncio.run(scenario())


def test_writing_deletes_what_is_over_a_little_at_a_time(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        await store.enrol(enrolment("over", expires=NOW, digests=CODES), now=NOW - 1)
        await store.put("over", "record", until=NOW, now=NOW - 1)
        assert await rows(url) == [1, 2, 1]
        await SQLAlchemyStore(url, timeout=60).enrol(confirmed(), now=NOW)
        assert await rows(url) == [1, 0, 0]

    asyncio.run(scenario())


def test_what_was_removed_leaves_no_row(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        for made in (
            confirmed("f1", digests=CODES),
            confirmed("f2", digests=CODES),
            enrolment("f3", digests=CODES),
        ):
            await store.enrol(made, now=NOW)
        await store.remove(*ADA, "f1", now=NOW)
        assert await rows(url) == [2, 4, 0]
        await store.remove_all(*ADA, now=NOW)
        await store.put("key", "record", until=NOW + HOUR, now=NOW)
        await store.redeem("key", now=NOW)
        assert await rows(url) == [0, 0, 0]

    asyncio.run(scenario())


def test_only_an_enrolment_tells_whose_it_is_and_no_row_the_key_of_a_browser(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        await store.enrol(confirmed(user_id="secret-user", digests=CODES), now=NOW)
        await store.put("secret-key", "record", until=NOW + HOUR, now=NOW)
        async with connected(url) as connection:
            [factor] = (await connection.execute(select(FACTORS))).all()
            assert [
                name for name, value in factor._asdict().items() if "secret" in repr(value)
            ] == ["details"]
            for table in (DIGESTS, PENDING):
                kept = (await connection.execute(select(table))).all()
                assert kept
                assert "secret" not in repr(kept)

    asyncio.run(scenario())


def test_those_who_meet_in_one_user_do_not_fail(url: URL) -> None:
    async def scenario() -> None:
        stores = [SQLAlchemyStore(url, timeout=60) for _ in range(2)]
        work: list[Awaitable[object]] = []
        for number in range(60):
            store, each = stores[number % 2], f"f{number % 5}"
            work += [
                store.enrol(enrolment(each, expires=NOW + number % 7, digests=CODES), now=NOW),
                store.confirm(*ADA, each, counter=number, now=NOW),
                store.advance(*ADA, each, number, now=NOW),
                store.spend(*ADA, each, "d1", now=NOW),
                store.replace_data(*ADA, each, "sealed", expected="sealed", now=NOW),
                store.find(each, now=NOW),
                store.remove(*ADA, each, now=NOW),
                store.put(each, "record", until=NOW + HOUR, now=NOW),
                store.redeem(each, now=NOW),
                store.purge(now=NOW + number % 5),
                *([store.remove_all(*ADA, now=NOW)] if number % 9 == 0 else ()),
            ]
        await asyncio.gather(*work)
        await stores[0].remove_all(*ADA, now=NOW)
        await stores[0].purge(now=NOW + 10**9)
        assert await rows(url) == [0, 0, 0]

    asyncio.run(scenario())
