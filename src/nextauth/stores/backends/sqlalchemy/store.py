"""Owns which sessions are over, in a SQL database."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from nextauth.errors import StoreUnavailable
from nextauth.stores.backends.digests import digest
from nextauth.stores.backends.sqlalchemy import statements
from nextauth.stores.backends.sqlalchemy.database import Database, Source
from nextauth.stores.backends.sqlalchemy.tables import EPOCHS, SESSIONS
from nextauth.stores.sessions import SessionRecord, Standing

__all__ = ["SQLAlchemyStore"]

_CLEARS_EVERY = 100  # writes
_CLEARED_AT_ONCE = 500  # rows of a table


class SQLAlchemyStore:
    """Remembers ended sessions in a database, for all processes that use the same one.

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
        for table in (SESSIONS, EPOCHS):
            while found := await self._clear(table, now):
                deleted += found
        return deleted

    async def standing(self, sid: str, provider: str, user_id: str, *, now: float) -> Standing:
        """Answer what is known of a session."""
        asked = statements.standing(digest(sid), digest(provider, user_id), now)

        async def ask(connection: AsyncConnection) -> Standing:
            is_ended, seen, epoch = (await connection.execute(asked)).one()
            return Standing(bool(is_ended), epoch or 0, seen)

        return await self._database.run("standing", ask)

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        """Answer a user's epoch."""
        asked = statements.live_epoch(digest(provider, user_id), now)

        async def ask(connection: AsyncConnection) -> int:
            return (await connection.execute(asked)).scalar() or 0

        return await self._database.run("epoch", ask)

    async def begin(self, record: SessionRecord, *, now: float) -> None:
        """Note a session, in place of what was noted under its id, unless it is over."""
        values = {
            "user_key": digest(record.provider, record.user_id),
            "began": record.began,
            **_last_use(record),
        }
        upsert = self._database.upsert
        await self._write("begin", statements.begin(upsert, digest(record.sid), values, now), now)

    async def touch(self, record: SessionRecord, *, now: float) -> None:
        """Note that a session was used, unless it is not on record or over."""
        await self._write(
            "touch", statements.touch(digest(record.sid), _last_use(record), now), now
        )

    async def end(self, sid: str, *, until: float, now: float) -> None:
        """End a session, whether or not it is on record."""
        await self._write("end", statements.end(self._database.upsert, digest(sid), until), now)

    async def end_all(self, provider: str, user_id: str, *, until: float, now: float) -> int:
        """End every session of a user."""
        user = digest(provider, user_id)
        moves_on = statements.end_all(self._database.upsert, user, until, now)

        async def work(connection: AsyncConnection) -> int:
            await connection.execute(moves_on)
            # Until the transaction ends, the row is ours: nobody else can move it on.
            epoch = (await connection.execute(statements.last_epoch(user))).scalar_one()
            await connection.execute(statements.delete_sessions_of(user))
            return int(epoch)

        epoch = await self._database.run("end_all", work, is_atomic=True)
        await self._clear_a_little(now)
        return epoch

    async def sessions_of(
        self, provider: str, user_id: str, *, now: float
    ) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions that are not over, the last used one first."""
        asked = statements.sessions_of(digest(provider, user_id), now)

        async def ask(connection: AsyncConnection) -> tuple[SessionRecord, ...]:
            rows = await connection.execute(asked)
            return tuple(_record(row, provider, user_id) for row in rows)

        return await self._database.run("sessions_of", ask)

    async def aclose(self) -> None:
        """Close the running event loop's connections; they close with the loop, too."""
        await self._database.aclose()

    async def _write(self, operation: str, statement: Any, now: float) -> None:  # noqa: ANN401
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(statement)

        await self._database.run(operation, work)
        await self._clear_a_little(now)

    async def _clear_a_little(self, now: float) -> None:
        if next(self._writes) % _CLEARS_EVERY:
            return
        try:
            for table in (SESSIONS, EPOCHS):
                await self._clear(table, now)
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


def _last_use(record: SessionRecord) -> dict[str, object]:
    details = json.dumps([record.sid, record.address, record.user_agent])
    return {"seen": record.seen, "expires": record.expires, "details": details}


def _record(row: Any, provider: str, user_id: str) -> SessionRecord:  # noqa: ANN401
    sid, address, user_agent = json.loads(row.details)
    return SessionRecord(
        sid,
        provider,
        user_id,
        began=row.began,
        seen=row.seen,
        expires=row.expires,
        address=address,
        user_agent=user_agent,
    )
