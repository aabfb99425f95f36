"""Owns how the tables are made and brought up to date: step after step, one program at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Connection, func, insert, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from nextauth.stores.backends.sqlalchemy.tables import SCHEMA, STEPS, TABLES

__all__ = ["lacks_tables", "upgrade"]

_PATIENCE = 60  # seconds for which one program waits for another's upgrade
_LOCK = 0x6E657874617574  # "nextaut", as PostgreSQL wants a number


async def upgrade(engine: AsyncEngine) -> tuple[int, int]:
    """Take every step that was not taken yet; of several at once, one does and the others wait.

    Args:
        engine: The database.

    Returns:
        The version before, and now.
    """
    async with _alone(engine) as connection:
        return await connection.run_sync(_take_steps)


def _take_steps(connection: Connection) -> tuple[int, int]:
    SCHEMA.create(connection, checkfirst=True)
    before = connection.execute(select(func.max(SCHEMA.c.version))).scalar() or 0
    for version, step in enumerate(STEPS, 1):
        if version > before:
            step(connection)
            connection.execute(insert(SCHEMA).values(version=version))
    return before, max(before, len(STEPS))


def lacks_tables(connection: Connection) -> bool:
    """Tell whether a table or a column is missing that the store works with."""
    inspector = inspect(connection)
    for table in TABLES:
        if not inspector.has_table(table.name):
            return True
        present = {column["name"] for column in inspector.get_columns(table.name)}
        if not present.issuperset(table.columns.keys()):
            return True
    return False


@asynccontextmanager
async def _alone(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    name = engine.dialect.name
    if name == "sqlite":
        way = _alone_in_sqlite(engine)
    elif name == "postgresql":
        way = _alone_in_postgresql(engine)
    else:
        way = _alone_in_mariadb(engine)
    async with way as connection:
        yield connection


@asynccontextmanager
async def _alone_in_sqlite(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    # The driver of Python opens no transaction for a CREATE TABLE, so ours is opened by hand.
    by_hand = engine.execution_options(isolation_level="AUTOCOMMIT")
    async with by_hand.connect() as connection:
        await connection.execute(text(f"PRAGMA busy_timeout = {_PATIENCE * 1000}"))
        await connection.execute(text("BEGIN IMMEDIATE"))
        try:
            yield connection
        except BaseException:
            await connection.execute(text("ROLLBACK"))
            raise
        await connection.execute(text("COMMIT"))


@asynccontextmanager
async def _alone_in_postgresql(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        yield connection


@asynccontextmanager
async def _alone_in_mariadb(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        name = func.concat("nextauth:", func.database())
        if not (await connection.execute(select(func.get_lock(name, _PATIENCE)))).scalar():
            message = f"another program has been upgrading this database for {_PATIENCE} seconds"
            raise TimeoutError(message)
        try:
            yield connection
            await connection.commit()  # before the next program is let in
        finally:
            await connection.execute(select(func.release_lock(name)))
