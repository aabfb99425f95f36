"""Owns what every part of the store in a database shares: its connection, and clearing up."""

from __future__ import annotations

from itertools import count

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from nextauth.errors import StoreUnavailable
from nextauth.stores.backends.sqlalchemy import factor_statements, statements
from nextauth.stores.backends.sqlalchemy.database import Database, Source
from nextauth.stores.backends.sqlalchemy.tables import EPOCHS, FACTORS, PENDING, SESSIONS

__all__ = ["Keeping"]

_CLEARS_EVERY = 100  # writes
_CLEARED_AT_ONCE = 500  # rows of a table
_FACTORS_AT_ONCE = 100  # each in a transaction of its own; no more are added between two clearings


class Keeping:
    """What the parts of the store ask the database through.

    Args:
        database: A URL, an engine, or a function that makes one.
        timeout: Seconds that an operation may take.
    """

    def __init__(self, database: Source, *, timeout: float = 5.0) -> None:
        name = type(self).__name__
        self._database = Database(database, name=name, timeout=timeout)
        self._name = f"{name}({self._database.place!r})"
        self._writes = count()

    def __repr__(self) -> str:
        return self._name

    @property
    def waits(self) -> bool:
        """Always: for the database."""
        return True

    async def upgrade(self) -> tuple[int, int]:
        """Make the tables, or bring them up to date; safe to repeat, and for several at once.

        Returns:
            The version of the tables before, and now.

        Raises:
            StoreUnavailable: The database failed.
        """
        return await self._database.upgrade()

    async def purge(self, *, now: float) -> int:
        """Delete all that is over. Writes do so too, now and then, a little at a time.

        Args:
            now: Unix seconds.

        Returns:
            How many rows were deleted.

        Raises:
            StoreUnavailable: The database failed.
        """
        deleted = 0
        for table in (SESSIONS, EPOCHS, PENDING):
            while found := await self._clear(table, now):
                deleted += found
        while found := await self._clear_factors(now):
            deleted += found
        return deleted

    async def aclose(self) -> None:
        """Close the running event loop's connections; they close with the loop, too."""
        await self._database.aclose()

    async def _write(self, operation: str, statement: Executable, now: float) -> int:
        """Run a statement, and answer how many rows it has met."""

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).rowcount

        met = await self._database.run(operation, work)
        await self._clear_a_little(now)
        return met

    async def _clear_a_little(self, now: float) -> None:
        if next(self._writes) % _CLEARS_EVERY:
            return
        try:
            for table in (SESSIONS, EPOCHS, PENDING):
                await self._clear(table, now)
            await self._clear_factors(now)
        except StoreUnavailable:
            return  # what was asked for is done, and the next time will do for this

    async def _clear(self, table: Table, now: float) -> int:
        async def work(connection: AsyncConnection) -> int:
            found = await connection.execute(statements.expired_keys(table, now, _CLEARED_AT_ONCE))
            keys = found.scalars().all()
            if keys:
                await connection.execute(statements.delete_these(table, keys, now))
            return len(keys)

        return await self._database.run("purge", work)

    async def _clear_factors(self, now: float) -> int:
        asked = statements.expired_keys(FACTORS, now, _FACTORS_AT_ONCE)

        async def find(connection: AsyncConnection) -> list[bytes]:
            return list((await connection.execute(asked)).scalars())

        keys = await self._database.run("purge", find)
        for key in keys:
            await self._clear_factor(key, now, operation="purge")
        return len(keys)

    async def _clear_factor(self, key: bytes, now: float, *, operation: str) -> None:
        """Delete an enrolment that is over, with its digests."""

        async def work(connection: AsyncConnection) -> None:
            gone = await connection.execute(factor_statements.delete_expired(key, now))
            if gone.rowcount:
                await connection.execute(factor_statements.delete_digests([key]))

        await self._database.run(operation, work, is_atomic=True)
