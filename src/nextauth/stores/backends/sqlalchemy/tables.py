"""Owns the tables, and the numbered steps that lead to them.

Ids are kept as digests: compared as bytes, of one length. What is shown of a session is one JSON
text of plain ASCII, since it may hold what a database takes for no text, such as a NUL.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.mysql import BINARY, MEDIUMTEXT

__all__ = [
    "DIGESTS",
    "EPOCHS",
    "FACTORS",
    "LATEST",
    "PENDING",
    "SCHEMA",
    "SESSIONS",
    "STEPS",
    "TABLES",
    "metadata",
]

metadata: MetaData = MetaData()
"""The tables, for the ``target_metadata`` of an application's own migrations."""

_DIGEST = LargeBinary(32).with_variant(BINARY(32), "mysql", "mariadb")
# MariaDB's TEXT ends at 64 KiB, and a character may take six bytes of JSON.
_JSON = Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")

SESSIONS = Table(
    "nextauth_session",
    metadata,
    Column("session_key", _DIGEST, primary_key=True),
    # Of one that was ended only the key is kept, and until when.
    Column("user_key", _DIGEST, index=True),
    Column("is_ended", Boolean, nullable=False),
    Column("began", Double),
    Column("seen", Double),
    Column("expires", Double, nullable=False, index=True),
    Column("details", Text),
)

EPOCHS = Table(
    "nextauth_epoch",
    metadata,
    Column("user_key", _DIGEST, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("expires", Double, nullable=False, index=True),
)

FACTORS = Table(
    "nextauth_factor",
    metadata,
    # Of the enrolment's id alone: no two users have the same.
    Column("factor_key", _DIGEST, primary_key=True),
    Column("user_key", _DIGEST, nullable=False, index=True),
    Column("is_confirmed", Boolean, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("created", Double, nullable=False),
    Column("used", Double),
    Column("expires", Double, index=True),  # of one that is confirmed: NULL
    Column("name", _JSON, nullable=False),
    Column("details", _JSON, nullable=False),  # whose it is, its id and method; its data is last
)

DIGESTS = Table(
    "nextauth_factor_digest",
    metadata,
    Column("factor_key", _DIGEST, primary_key=True),
    Column("digest_key", _DIGEST, primary_key=True),
    Column("digest", _JSON, nullable=False),
)

PENDING = Table(
    "nextauth_pending",
    metadata,
    Column("pending_key", _DIGEST, primary_key=True),
    Column("record", _JSON, nullable=False),
    Column("expires", Double, nullable=False, index=True),
)

TABLES: tuple[Table, ...] = (SESSIONS, EPOCHS, FACTORS, DIGESTS, PENDING)
"""Those that a store works with."""

SCHEMA = Table(
    "nextauth_schema",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)


def _first_tables(connection: Connection) -> None:
    metadata.create_all(connection, tables=[SESSIONS, EPOCHS])


def _factor_tables(connection: Connection) -> None:
    metadata.create_all(connection, tables=[FACTORS, DIGESTS, PENDING])


# A step never changes once it was released: when the tables above do, it gets its own copy of what
# they were, and a new step follows it. Each must bear being repeated, since MariaDB keeps what a
# step has changed when its second half fails.
STEPS: tuple[Callable[[Connection], None], ...] = (_first_tables, _factor_tables)

LATEST = len(STEPS)
"""The version that this release works with."""
