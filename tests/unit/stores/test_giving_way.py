"""A transaction that the database told to begin again begins again, for a while."""

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="The Python package sqlalchemy is not installed.")

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from nextauth.errors import StoreUnavailable
from nextauth.stores.backends.sqlalchemy.database import _TRIES_IN_TRAFFIC, Database


class _Mariadb(Exception):  # noqa: N818 - as drivers have it: a number, then a text
    pass


class _Postgresql(Exception):  # noqa: N818
    def __init__(self, sqlstate: str) -> None:
        super().__init__("deadlock detected")
        self.sqlstate = sqlstate


DEADLOCKS = [_Mariadb(1213, "Deadlock found"), _Postgresql("40P01"), _Postgresql("40001")]


def runs(folder: Path, error: Exception, times: int) -> int:
    """Answer how often work was begun that fails so often, and then does not."""
    begun = 0

    async def work(_: AsyncConnection) -> int:
        nonlocal begun
        begun += 1
        if begun <= times:
            statement = "UPDATE"
            raise OperationalError(statement, {}, error)
        return begun

    async def scenario() -> int:
        database = Database(f"sqlite+aiosqlite:///{folder / 'x.db'}", name="Store", timeout=60)
        try:
            await database.upgrade()
            return await database.run("work", work, is_atomic=True)
        finally:
            await database.aclose()

    return asyncio.run(scenario())


@pytest.mark.parametrize("error", DEADLOCKS, ids=["MariaDB", "deadlock", "serialization"])
@pytest.mark.parametrize("times", [1, 4])
def test_who_gave_way_begins_again(tmp_path: Path, error: Exception, times: int) -> None:
    assert runs(tmp_path, error, times) == times + 1


def test_not_for_ever(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="Deadlock found"):
        runs(tmp_path, DEADLOCKS[0], _TRIES_IN_TRAFFIC)


def test_what_failed_otherwise_is_not_tried_again(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="gone"):
        runs(tmp_path, _Mariadb(1205, "gone"), 1)
