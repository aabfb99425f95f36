"""Owns how the database is reached: an engine a loop, a time limit, and what a failure means."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from nextauth.errors import StoreUnavailable
from nextauth.stores.backends.engines import Engines, Source
from nextauth.stores.backends.sqlalchemy.statements import DIALECTS, Upsert
from nextauth.stores.backends.sqlalchemy.upgrades import lacks_tables, upgrade

__all__ = ["Database", "Source"]

T = TypeVar("T")

Work = Callable[[AsyncConnection], Awaitable[T]]

_FREE_OF_TRANSACTIONS = ("sqlite", "postgresql")
_MISSING = (
    "its tables are missing, or those of an older release; run `nextauth db upgrade`, or your own "
    "migrations"
)
_TRIES = 3
# What tells a transaction to begin again: PostgreSQL's SQLSTATE, MariaDB's number. It gave way to
# another, which is done in a moment; the time limit holds.
_AGAIN = frozenset({"40001", "40P01", 1213})
_TRIES_IN_TRAFFIC = 20
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.1  # seconds


class Database:
    """Runs work on a connection, for a store.

    Args:
        source: The database.
        name: The store's name, for messages.
        timeout: Seconds that a piece of work may take.

    Raises:
        TypeError: The source is of no type that can be used.
        ValueError: It names a database that cannot be used.
    """

    def __init__(self, source: Source, *, name: str, timeout: float) -> None:
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
            message = f"timeout={timeout!r} is no time; use seconds, such as 5.0"
            raise ValueError(message)
        self._name = name
        self._timeout = timeout
        self._engines = engines = Engines(
            source,
            borrower=name,
            refusal=StoreUnavailable,
            instead="a file, or MemoryStore()",
            options=_with_patience(timeout),
        )
        if engines.dialect not in DIALECTS:
            message = f"{name} knows {', '.join(DIALECTS)}; not {engines.dialect!r}"
            raise ValueError(message)
        self.upsert: Upsert = DIALECTS[engines.dialect]
        self.place: str = engines.place

    async def aclose(self) -> None:
        """Close the running event loop's connections."""
        await self._engines.aclose()

    async def upgrade(self) -> tuple[int, int]:
        """Make the tables, or bring them up to date.

        Returns:
            The version before, and now.

        Raises:
            StoreUnavailable: The database failed.
        """
        return await self._ask("upgrade", upgrade)

    async def run(self, operation: str, work: Work[T], *, is_atomic: bool = False) -> T:
        """Answer what the work does, within the time limit.

        Args:
            operation: What it is called in messages.
            work: Takes a connection. It may be called again, on another.
            is_atomic: Whether its statements are one transaction.

        Raises:
            StoreUnavailable: The database failed or took too long.
        """

        async def ask(engine: AsyncEngine) -> T:
            async with asyncio.timeout(self._timeout):
                return await self._tried(engine, work, is_atomic=is_atomic)

        return await self._ask(operation, ask)

    async def _ask(self, operation: str, ask: Callable[[AsyncEngine], Awaitable[T]]) -> T:
        engine = await self._engines.get()
        try:
            return await ask(engine)
        except Exception as error:
            reason = await self._reason(engine, error)
            if reason is None:
                raise
            # Without the cause: it shows what was sent.
            message = f"{self._name}.{operation}: {reason}"
            raise StoreUnavailable(message) from None

    async def _tried(self, engine: AsyncEngine, work: Work[T], *, is_atomic: bool) -> T:
        tried, pause = 0, _FIRST_PAUSE
        while True:
            tried += 1
            try:
                # Without a transaction around it, one statement is one round trip. But MariaDB's
                # drivers ask the server for that at each turn, and so gain nothing.
                if not is_atomic and engine.dialect.name in _FREE_OF_TRANSACTIONS:
                    engine = engine.execution_options(isolation_level="AUTOCOMMIT")
                async with engine.begin() as connection:
                    return await work(connection)
            except DBAPIError as error:
                gave_way = _asks_again(error)
                if tried >= (_TRIES_IN_TRAFFIC if gave_way else _TRIES):
                    raise
                if not (gave_way or error.connection_invalidated):
                    raise
            if gave_way:
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _reason(self, engine: AsyncEngine, error: Exception) -> str | None:
        """Answer what to say of a failure; None if it is a mistake in a program."""
        if isinstance(error, TimeoutError):
            return str(error) or f"no answer within {self._timeout} seconds"
        if isinstance(error, DBAPIError) and not error.connection_invalidated:
            return _MISSING if await self._lacks_tables(engine) else _told(error)
        # While a connection is made, some errors of the driver come through as they are.
        module = type(error).__module__.partition(".")[0]
        is_outage = isinstance(error, (SQLAlchemyError, OSError)) or module == engine.dialect.driver
        return _told(error) if is_outage else None

    async def _lacks_tables(self, engine: AsyncEngine) -> bool:
        with suppress(Exception):  # what happened first is what there is to tell
            async with asyncio.timeout(self._timeout), engine.connect() as connection:
                return await connection.run_sync(lacks_tables)
        return False


def _with_patience(timeout: float) -> Callable[[URL], Mapping[str, Any]]:
    """Answer what an engine is made with, where a writer waits so long."""

    def options(url: URL) -> Mapping[str, Any]:
        if url.get_backend_name() != "sqlite":
            return {}
        # Writers wait for each other by trying again, and with bad luck in vain. So those of one
        # process stand in line, and only processes compete.
        return {
            "poolclass": AsyncAdaptedQueuePool,
            "pool_size": 1,
            "max_overflow": 0,
            "connect_args": {"timeout": timeout},
        }

    return options


def _told(error: Exception) -> str:
    """Answer what an error says, without the statement and its parameters."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {cause}"


def _asks_again(error: DBAPIError) -> bool:
    known = {getattr(error.orig, "sqlstate", None), *getattr(error.orig, "args", ())[:1]}
    return bool(known & _AGAIN)
