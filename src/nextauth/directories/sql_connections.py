"""Owns how a directory's database is reached: an engine a loop, a time limit, what a failure means.

A database that refuses a value (an emoji where its character set has none) is not down: otherwise
anybody could open the circuit breaker by typing one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from nextauth.errors import SystemUnavailable
from nextauth.stores.backends.engines import Engines, Source

__all__ = ["Connections", "RefusedValueError", "Source", "Work"]

T = TypeVar("T")

Work = Callable[[AsyncConnection], Awaitable[T]]

_FREE_OF_TRANSACTIONS = ("sqlite", "postgresql")
_DATA_EXCEPTION = "22"  # the class of SQLSTATE (ISO/IEC 9075-2, 24.1)
# MariaDB's numbers of the same: mixed collations, a wrong value or character, one that is too long.
_REFUSED = frozenset({1267, 1270, 1271, 1292, 1300, 1366, 1406})


class RefusedValueError(Exception):
    """The database is there, and takes no such value."""


class Connections:
    """Runs work on a connection.

    Args:
        source: The database.
        timeout: Seconds that a piece of work may take.

    Raises:
        TypeError: The source is of no type that can be used.
        ValueError: It names a database that cannot be used, or `timeout` is no time.
        ImportError: Its driver is not installed.
    """

    def __init__(self, source: Source, *, timeout: float) -> None:
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not timeout > 0:
            message = f"timeout={timeout!r} is no time; use seconds, such as 5.0"
            raise ValueError(message)
        self._timeout = timeout
        self._engines = Engines(source, borrower="SqlDirectory", refusal=SystemUnavailable)
        self.kind: str = self._engines.dialect
        self.place: str = self._engines.place

    async def aclose(self) -> None:
        """Close the running event loop's connections."""
        await self._engines.aclose()

    async def run(
        self, work: Work[T], *, withhold: Iterable[str] = (), is_atomic: bool = False
    ) -> T:
        """Answer what the work does, within the time limit.

        Args:
            work: Takes a connection. It may be called again, on another.
            withhold: What no message may tell.
            is_atomic: Whether its statements are one transaction.

        Raises:
            SystemUnavailable: The database failed or took too long.
            RefusedValueError: It takes no such value.
        """
        try:
            async with asyncio.timeout(self._timeout):
                return await self._tried(work, is_atomic=is_atomic)
        except (SystemUnavailable, RefusedValueError):
            raise
        except TimeoutError:
            message = f"no answer within {self._timeout} seconds"
        except Exception as error:  # noqa: BLE001 - whatever a driver raises, it cannot be asked
            message = _told(error, withhold)
            if _refuses(error):
                raise RefusedValueError(message) from None
        # Without the cause: it shows what was sent.
        raise SystemUnavailable(message) from None

    async def _tried(self, work: Work[T], *, is_atomic: bool) -> T:
        engine = await self._engines.get()
        # Without a transaction around it, one statement is one round trip.
        if not is_atomic and engine.dialect.name in _FREE_OF_TRANSACTIONS:
            engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        for is_last in (False, True):
            try:
                async with engine.begin() as connection:
                    return await work(connection)
            except DBAPIError as error:
                # The server was started anew, and what the pool kept is of the old one.
                if is_last or not error.connection_invalidated:
                    raise
        raise AssertionError  # pragma: no cover - the last try answers or raises


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _told(error: Exception, withhold: Iterable[str]) -> str:
    """Answer what an error says, without the statement, its parameters and what was submitted."""
    cause = _cause(error)
    said = str(cause).partition("\n")[0]  # PostgreSQL shows rows in the lines below
    name = type(cause).__name__
    return name if any(each and each in said for each in withhold) else f"{name}: {said}"


def _refuses(error: Exception) -> bool:
    if isinstance(error, (DataError, UnicodeError, OverflowError)):
        return True
    cause = _cause(error)
    state = getattr(cause, "sqlstate", None) or ""
    number = next(iter(getattr(cause, "args", ())), None)
    return state.startswith(_DATA_EXCEPTION) or number in _REFUSED
