"""Owns pending states, in a SQL database."""

from __future__ import annotations

import json

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from nextauth.stores.backends.digests import digest
from nextauth.stores.backends.sqlalchemy import factor_statements as statements
from nextauth.stores.backends.sqlalchemy.keeping import Keeping

__all__ = ["SQLAlchemyPending"]


class _IsTakenError(Exception):
    """It was used before; whatever the transaction did is undone."""


class SQLAlchemyPending(Keeping):
    """Keeps pending states; see `PendingStore`."""

    async def put(self, key: str, record: str, *, until: float, now: float) -> None:
        """Keep a record, in place of what was kept under its key."""
        upsert, text = self._database.upsert, json.dumps(record)
        await self._write("put", statements.put(upsert, digest(key), text, until), now)

    async def claim(self, key: str, *, until: float, now: float) -> bool:
        """Note that something was used; of many calls at once one is the first."""
        name = digest(key)
        kept = statements.claim(name, until)

        async def work(connection: AsyncConnection) -> None:
            try:
                await connection.execute(kept)
            except IntegrityError:
                raise _IsTakenError from None

        # In a transaction of its own, as in `enrol`.
        await self._write("claim", statements.delete_over(name, now), now)
        try:
            await self._database.run("claim", work, is_atomic=True)
        except _IsTakenError:
            return False
        return True

    async def peek(self, key: str, *, now: float) -> str | None:
        """Answer a record and leave it there; None if there is none."""
        asked = statements.peek(digest(key), now)

        async def ask(connection: AsyncConnection) -> str | None:
            record: str | None = (await connection.execute(asked)).scalar()
            return record

        return _record(await self._database.run("peek", ask))

    async def redeem(self, key: str, *, now: float) -> str | None:
        """Take a record out: of many calls at once one gets it, and the others None."""
        name = digest(key)

        async def work(connection: AsyncConnection) -> str | None:
            # Held until the transaction ends: what is read is what goes.
            if not (await connection.execute(statements.hold_pending(name, now))).rowcount:
                return None
            record: str = (await connection.execute(statements.peek(name, now))).scalar_one()
            await connection.execute(statements.take_away(name))
            return record

        return _record(await self._database.run("redeem", work, is_atomic=True))

    async def drop(self, key: str, *, now: float) -> None:
        """Forget a record, whether or not it is there."""
        await self._write("drop", statements.take_away(digest(key)), now)


def _record(text: str | None) -> str | None:
    return None if text is None else str(json.loads(text))
