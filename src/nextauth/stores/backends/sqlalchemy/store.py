"""Owns the store in a SQL database: all its parts in one object."""

from __future__ import annotations

from nextauth.stores.backends.sqlalchemy.factors import SQLAlchemyFactors
from nextauth.stores.backends.sqlalchemy.pending import SQLAlchemyPending
from nextauth.stores.backends.sqlalchemy.sessions import SQLAlchemySessions

__all__ = ["SQLAlchemyStore"]


class SQLAlchemyStore(SQLAlchemySessions, SQLAlchemyFactors, SQLAlchemyPending):
    """Remembers ended sessions, factors and pending states, for all processes of one database.

    SQLite, PostgreSQL and MariaDB. Its tables are made by ``nextauth db upgrade``. It counts no
    tries: for that a database is too slow.

    It connects when it is first asked, once for each event loop, and closes its connections when
    the loop ends. So it may be made before a server forks its workers.

    Args:
        database: A URL, such as ``"postgresql+asyncpg://localhost/site"``; or a function without
            arguments that makes an `AsyncEngine`, for one event loop each time; or the engine of
            an application that has one event loop only, which stays the application's to close.
        timeout: Seconds that an operation may take. After that the store counts as down.

    Raises:
        TypeError: `database` is none of these.
        ValueError: The database is of another kind, or `timeout` is no time.
    """
