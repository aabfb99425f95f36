"""Owns which sessions are over, in a SQL database."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from nextauth.stores.backends.digests import digest
from nextauth.stores.backends.sqlalchemy import statements
from nextauth.stores.backends.sqlalchemy.keeping import Keeping
from nextauth.stores.sessions import SessionRecord, Standing

__all__ = ["SQLAlchemySessions"]


class SQLAlchemySessions(Keeping):
    """Remembers which sessions are over; see `SessionStore`."""

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
