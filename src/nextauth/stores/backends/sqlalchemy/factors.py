"""Owns enrolments of factors, in a SQL database."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from nextauth.stores.backends.digests import digest as key_of
from nextauth.stores.backends.sqlalchemy import factor_statements as statements
from nextauth.stores.backends.sqlalchemy.keeping import Keeping
from nextauth.stores.factors import (
    MOST_ENROLMENTS,
    Enrolment,
    check_counter,
    check_data,
    check_name,
    oldest_first,
)

__all__ = ["SQLAlchemyFactors"]


class SQLAlchemyFactors(Keeping):
    """Keeps enrolments; see `FactorStore`."""

    async def enrolments(self, provider: str, user_id: str, *, now: float) -> tuple[Enrolment, ...]:
        """Answer a user's enrolments, confirmed or not, the oldest first."""
        asked = statements.factors_of(key_of(provider, user_id), now)

        async def ask(connection: AsyncConnection) -> list[Any]:
            return list(await connection.execute(asked))

        found: dict[bytes, list[Any]] = {}
        for row in await self._database.run("enrolments", ask):
            found.setdefault(bytes(row.factor_key), []).append(row)
        return oldest_first(_enrolment(rows) for rows in found.values())

    async def find(
        self,
        enrolment_id: str,
        *,
        now: float,  # noqa: ARG002 - what is confirmed does not expire
    ) -> Enrolment | None:
        """Answer the confirmed enrolment of an id, whosever it is."""
        asked = statements.find(key_of(enrolment_id))

        async def ask(connection: AsyncConnection) -> list[Any]:
            return list(await connection.execute(asked))

        rows = await self._database.run("find", ask)
        return _enrolment(rows) if rows else None

    async def enrol(self, enrolment: Enrolment, *, now: float) -> bool:
        """Keep an enrolment, unless its id is taken or the user has too many."""
        key = key_of(enrolment.id)
        counted = statements.count_of(key_of(enrolment.provider, enrolment.user_id), now)
        kept = statements.enrol({"factor_key": key, **_values(enrolment)})
        digests = [
            {"factor_key": key, "digest_key": key_of(each), "digest": json.dumps(each)}
            for each in dict.fromkeys(enrolment.digests)
        ]

        async def work(connection: AsyncConnection) -> None:
            try:
                await connection.execute(kept)
            except IntegrityError:
                raise _IsRefusedError from None
            # After the row is there: where one writes at a time, as in SQLite, the count is exact.
            if (await connection.execute(counted)).scalar_one() > MOST_ENROLMENTS:
                raise _IsRefusedError
            if digests:
                await connection.execute(statements.digests_of(digests))

        # In a transaction of its own: together they would wait for each other in MariaDB.
        await self._clear_factor(key, now, operation="enrol")
        try:
            await self._database.run("enrol", work, is_atomic=True)
        except _IsRefusedError:
            return False
        await self._clear_a_little(now)
        return True

    async def confirm(
        self, provider: str, user_id: str, enrolment_id: str, *, counter: int, now: float
    ) -> bool:
        """Let an enrolment count from now on."""
        check_counter(counter)
        key, user = key_of(enrolment_id), key_of(provider, user_id)
        return await self._write("confirm", statements.confirm(key, user, counter, now), now) > 0

    async def advance(
        self, provider: str, user_id: str, enrolment_id: str, counter: int, *, now: float
    ) -> bool:
        """Take a counter, if it is larger than any that was taken before."""
        check_counter(counter)
        key, user = key_of(enrolment_id), key_of(provider, user_id)
        return await self._write("advance", statements.advance(key, user, counter, now), now) > 0

    async def note_use(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Note that a factor was used whose counter does not tell one use from the next."""
        key, user = key_of(enrolment_id), key_of(provider, user_id)
        return await self._write("note_use", statements.note_use(key, user, now), now) > 0

    async def spend(
        self, provider: str, user_id: str, enrolment_id: str, digest: str, *, now: float
    ) -> int | None:
        """Take one digest out of an enrolment's, for good."""
        key, user = key_of(enrolment_id), key_of(provider, user_id)

        async def work(connection: AsyncConnection) -> int | None:
            # Held until the transaction ends: who counts sees all that others took out before.
            if not (await connection.execute(statements.hold(key, user))).rowcount:
                return None
            if not (await connection.execute(statements.spend(key, key_of(digest)))).rowcount:
                return None
            await connection.execute(statements.note_use(key, user, now))
            return int((await connection.execute(statements.count_digests(key))).scalar_one())

        left = await self._database.run("spend", work, is_atomic=True)
        await self._clear_a_little(now)
        return left

    async def replace_data(  # noqa: PLR0913 - whose, what, and what was there
        self,
        provider: str,
        user_id: str,
        enrolment_id: str,
        data: str,
        *,
        expected: str,
        now: float,
    ) -> bool:
        """Put other data in the place of what is expected to be there."""
        check_data(data)
        key, user = key_of(enrolment_id), key_of(provider, user_id)

        async def work(connection: AsyncConnection) -> bool:
            # Compared here, while nobody else writes: MariaDB finds texts equal that are not.
            if not (await connection.execute(statements.hold_any(key, user, now))).rowcount:
                return False
            details = (await connection.execute(statements.details_of(key))).scalar_one()
            *whose, known = json.loads(details)
            if known != expected:
                return False
            replaced = statements.replace_details(key, json.dumps([*whose, data]))
            await connection.execute(replaced)
            return True

        is_replaced = await self._database.run("replace_data", work, is_atomic=True)
        await self._clear_a_little(now)
        return is_replaced

    async def rename(
        self, provider: str, user_id: str, enrolment_id: str, name: str, *, now: float
    ) -> bool:
        """Call an enrolment something else."""
        check_name(name)
        key, user = key_of(enrolment_id), key_of(provider, user_id)
        renamed = statements.rename(key, user, json.dumps(name), now)
        return await self._write("rename", renamed, now) > 0

    async def remove(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Forget an enrolment."""
        key, user = key_of(enrolment_id), key_of(provider, user_id)

        async def work(connection: AsyncConnection) -> bool:
            return await _forget(connection, [key], user, now) > 0

        is_gone = await self._database.run("remove", work, is_atomic=True)
        await self._clear_a_little(now)
        return is_gone

    async def remove_all(self, provider: str, user_id: str, *, now: float) -> int:
        """Forget all enrolments of a user."""
        user = key_of(provider, user_id)

        async def work(connection: AsyncConnection) -> int:
            found = await connection.execute(statements.ids_of(user, now))
            return await _forget(connection, list(found.scalars()), user, now)

        count = await self._database.run("remove_all", work, is_atomic=True)
        await self._clear_a_little(now)
        return count


class _IsRefusedError(Exception):
    """An id is taken, or there are too many. It ends the transaction, and undoes it."""


async def _forget(connection: AsyncConnection, keys: list[bytes], user: bytes, now: float) -> int:
    met = {
        key: (await connection.execute(statements.remove(key, user, now))).rowcount
        for key in sorted(keys)  # in one order, so that no two wait for each other
    }
    gone = [key for key, count in met.items() if count]
    if gone:
        await connection.execute(statements.delete_digests(gone))
    return len(gone)


def _values(enrolment: Enrolment) -> dict[str, object]:
    whose = [enrolment.provider, enrolment.user_id, enrolment.id, enrolment.method]
    return {
        "user_key": key_of(enrolment.provider, enrolment.user_id),
        "is_confirmed": enrolment.confirmed,
        "counter": enrolment.counter,
        "created": enrolment.created,
        "used": enrolment.used,
        "expires": enrolment.expires,
        "name": json.dumps(enrolment.name),
        "details": json.dumps([*whose, enrolment.data]),
    }


def _enrolment(rows: list[Any]) -> Enrolment:
    row = rows[0]
    provider, user_id, enrolment_id, method, data = json.loads(row.details)
    return Enrolment(
        enrolment_id,
        provider,
        user_id,
        method,
        json.loads(row.name),
        data,
        created=row.created,
        confirmed=bool(row.is_confirmed),
        used=row.used,
        counter=row.counter,
        expires=row.expires,
        digests=tuple(json.loads(each.digest) for each in rows if each.digest is not None),
    )
