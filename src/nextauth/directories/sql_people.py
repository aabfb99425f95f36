"""Owns how the rows of people are found in a database, and how a hash there is replaced.

A name that is in several rows is nobody's: whoever wrote somebody else's e-mail address into a
field of their own must not be taken for them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from nextauth.directories.breaker import Breaker
from nextauth.directories.sql_connections import Connections, RefusedValueError
from nextauth.directories.sql_rows import Row, as_key, hash_of, one_of
from nextauth.directories.sql_statements import MOST_ROWS, Statements
from nextauth.errors import SystemUnavailable

__all__ = ["People"]

_log = logging.getLogger("nextauth.directories")


class People:
    """The rows of one table, or of one statement.

    Args:
        connections: The database.
        statements: What it is asked.
        breaker: Leaves it alone for a while when it has failed.
        key: The column of the user's key.
        key_type: The type of its values; None to look.
        password: The column of the hash.
    """

    def __init__(  # noqa: PLR0913 - what it is made of
        self,
        connections: Connections,
        statements: Statements,
        breaker: Breaker,
        *,
        key: str,
        key_type: type | None,
        password: str,
    ) -> None:
        self.connections: Connections = connections
        self.statements: Statements = statements
        self._breaker = breaker
        self._key = key
        self._key_type = key_type
        self._password = password

    async def named(
        self, name: str, others: Mapping[str, str], *, is_theirs: Callable[[Row], bool]
    ) -> Row | None:
        """Answer the one row of a name; None if there is none, or several.

        Args:
            name: The name.
            others: The other parameters of the statement.
            is_theirs: Tells whether a row that the database answers has that very name.
        """
        values = self.statements.named(name, others)
        answered = await self._asked(self.statements.by_name, values, name)
        rows = [each for each in answered if is_theirs(each)]
        if len(rows) > 1 or len(answered) >= MOST_ROWS:
            _log.error(
                "A name is that of several rows of %s (%s); nobody can sign in with it.",
                self.connections.place,
                ", ".join(str(one_of(each, self._key)) for each in rows),
                extra={"code": "directory-duplicates"},
            )
            return None
        return rows[0] if rows else None

    async def keyed(self, user_id: str) -> list[Row]:
        """Answer the rows of which the database says that they have a key.

        Args:
            user_id: The key, as users have it.
        """
        key = as_key(user_id, await self._type_of_keys())
        if key is None:
            return []
        return await self._asked(self.statements.by_key, self.statements.keyed(key), user_id)

    async def renew(self, row: Row, new: str) -> None:
        """Put a new hash in place of the one that was compared, if it is still there.

        Whatever goes wrong is logged: the password was right, and stays so.

        Args:
            row: The row.
            new: The hash.
        """
        renew = self.statements.renew
        if renew is None:
            return
        key, old = one_of(row, self._key), one_of(row, self._password)

        async def work(connection: AsyncConnection) -> None:
            done = await connection.execute(renew, self.statements.renewing(key, old, new))
            if done.rowcount == 0:
                return  # somebody was faster
            kept = await connection.execute(self.statements.by_key, self.statements.keyed(key))
            hashes = [hash_of(each.get(self._password)) for each in kept.mappings()]
            if hashes != [new]:  # MariaDB may cut it off, and they could never sign in again
                message = "it was not kept whole; the column may be too short"
                raise RefusedValueError(message)

        try:
            await self.connections.run(work, withhold=[new, str(old)], is_atomic=True)
        except (SystemUnavailable, RefusedValueError) as error:
            _log.warning(
                "A new password hash was not written to %s: %s",
                self.connections.place,
                error,
                extra={"code": "password-hash-not-renewed"},
            )

    async def _type_of_keys(self) -> type:
        if self._key_type is None and self.statements.sample is not None:
            rows = await self._asked(self.statements.sample, {}, "")
            if not rows:
                return str  # there is nobody yet
            self._key_type = type(one_of(rows[0], self._key))
        return self._key_type or str

    async def _asked(self, statement: Executable, values: dict[str, Any], said: str) -> list[Row]:
        async def work(connection: AsyncConnection) -> list[Row]:
            result = await connection.execute(statement, values)
            return [dict(each) for each in result.mappings().fetchmany(MOST_ROWS)]

        with self._breaker.trying():
            try:
                return await self.connections.run(work, withhold=[said])
            except RefusedValueError as error:  # so it is there
                _log.warning(
                    "%s takes no such value: %s",
                    self.connections.place,
                    error,
                    extra={"code": "directory-refused-value"},
                )
                return []
