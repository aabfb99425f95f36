"""Owns where a database's engine comes from: a checked URL, a function, or an application's own.

Stores and directories alike; what they do with a connection, and what a failure means, is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nextauth.stores.backends.loops import PerLoop

__all__ = ["Engines", "Source"]

Source = str | URL | AsyncEngine | Callable[[], AsyncEngine]

_DRIVERS = "use 'sqlite+aiosqlite://', 'postgresql+asyncpg://' or 'mariadb+asyncmy://'"


def _no_options(_url: URL) -> Mapping[str, Any]:
    return {}


class Engines:
    """One engine for each event loop that asks.

    Args:
        source: The database.
        borrower: Who is lent an application's engine, for messages.
        refusal: The error that says that the engine cannot be used on a second event loop.
        instead: What to use rather than SQLite in memory, for messages.
        options: Answers what an engine is made with, beside its URL.

    Attributes:
        dialect: SQLAlchemy's name of the database, such as ``"postgresql"``.
        place: Its address, without the password and the options that may be in it.

    Raises:
        TypeError: The source is of no type that can be used.
        ValueError: It names a database that cannot be used.
        ImportError: Its driver is not installed.
    """

    def __init__(
        self,
        source: Source,
        *,
        borrower: str,
        refusal: Callable[[str], Exception],
        instead: str = "a file",
        options: Callable[[URL], Mapping[str, Any]] = _no_options,
    ) -> None:
        if isinstance(source, AsyncEngine):
            example = source
            lent = _Lent(source, borrower, refusal)
            self._engines = PerLoop(lent.opens, lent.closes)
        else:
            make = _maker(source, instead, options)
            example = make()
            self._engines = PerLoop(make, _dispose)
        self.dialect: str = example.dialect.name
        self.place: str = _place(example.url)

    async def get(self) -> AsyncEngine:
        """Answer the running event loop's engine."""
        return await self._engines.get()

    async def aclose(self) -> None:
        """Close the running event loop's connections."""
        await self._engines.aclose()


def _maker(
    source: str | URL | Callable[[], AsyncEngine],
    instead: str,
    options: Callable[[URL], Mapping[str, Any]],
) -> Callable[[], AsyncEngine]:
    if not isinstance(source, (str, URL)):
        if callable(source):
            return source
        message = (
            f"a {type(source).__name__} is no database; pass a URL, an AsyncEngine, or a function "
            "that makes one"
        )
        raise TypeError(message)
    url = _checked(source, instead)

    def make() -> AsyncEngine:
        try:
            # What was sent is in an error's text unless it is hidden, and so in logs.
            return create_async_engine(url, hide_parameters=True, **options(url))
        except ImportError as error:
            message = f"the driver of {url.drivername!r} is not installed ({error}); {_DRIVERS}"
            raise ImportError(message) from None

    return make


def _checked(source: str | URL, instead: str) -> URL:
    try:
        url = make_url(source)
        is_async = url.get_dialect(_is_async=True).is_async
    except (ArgumentError, ValueError):  # without its text, which may hold a password
        message = f"the URL of the database is none that SQLAlchemy knows; {_DRIVERS}"
        raise ValueError(message) from None
    if not is_async:
        message = f"{url.drivername!r} does not go with asyncio; {_DRIVERS}"
        raise ValueError(message)
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        message = f"SQLite in memory is one connection's alone; use {instead}"
        raise ValueError(message)
    return url


def _place(url: URL) -> str:
    place = URL.create(
        url.drivername, url.username, host=url.host, port=url.port, database=url.database
    )
    return place.render_as_string()


async def _dispose(engine: AsyncEngine) -> None:
    await engine.dispose()


class _Lent:
    """An application's engine, which stays the application's to close, on one loop at a time."""

    def __init__(
        self, engine: AsyncEngine, borrower: str, refusal: Callable[[str], Exception]
    ) -> None:
        self._engine = engine
        self._borrower = borrower
        self._refusal = refusal
        self._is_out = False

    def opens(self) -> AsyncEngine:
        if self._is_out:
            message = (
                f"{self._borrower} was lent an engine and is asked on a second event loop, where "
                "its connections do not work; pass it the URL, or a function that makes an engine"
            )
            raise self._refusal(message)
        self._is_out = True
        return self._engine

    async def closes(self, _engine: AsyncEngine) -> None:
        self._is_out = False
