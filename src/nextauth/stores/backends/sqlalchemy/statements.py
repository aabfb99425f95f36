"""Owns the statements. Each is one step, whatever other processes write at the same time.

Databases differ in one thing that we need: how a row is changed that may be there already.
MariaDB also changes one column after the other and goes by the new values, so the order of the
changes counts there: what a condition looks at comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    case,
    delete,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.selectable import ScalarSelect, Select

from nextauth.stores.backends.sqlalchemy.tables import EPOCHS, SESSIONS

__all__ = [
    "DIALECTS",
    "Upsert",
    "begin",
    "delete_sessions_of",
    "delete_these",
    "end",
    "end_all",
    "expired_keys",
    "last_epoch",
    "live_epoch",
    "sessions_of",
    "standing",
    "touch",
]

Values = Mapping[str, object]
Changes = Sequence[tuple[str, ColumnElement[Any]]]
Upsert = Callable[[Table, Values, Changes], Insert]

_SESSION, _EPOCH = SESSIONS.c, EPOCHS.c


def _sqlite(table: Table, values: Values, changes: Changes) -> Insert:
    key = list(table.primary_key)
    return sqlite.insert(table).values(values).on_conflict_do_update(key, set_=dict(changes))


def _postgresql(table: Table, values: Values, changes: Changes) -> Insert:
    key = list(table.primary_key)
    return (
        postgresql.insert(table)
        .values(values)
        .on_conflict_do_update(index_elements=key, set_=dict(changes))
    )


def _mysql(table: Table, values: Values, changes: Changes) -> Insert:
    return mysql.insert(table).values(values).on_duplicate_key_update(list(changes))


DIALECTS: dict[str, Upsert] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mariadb": _mysql,
    "mysql": _mysql,
}
"""How a row is written that may be there already, by the name of SQLAlchemy's dialect."""


def standing(session: bytes, user: bytes, now: float) -> Select[Any]:
    """Answer the statement that asks whether a session is ended, when it was seen, its epoch."""

    def of_session(column: Column[Any]) -> ScalarSelect[Any]:
        found = select(column).where(_SESSION.session_key == session, _SESSION.expires > now)
        return found.scalar_subquery()

    return select(
        of_session(_SESSION.is_ended).label("is_ended"),
        of_session(_SESSION.seen).label("seen"),
        live_epoch(user, now).scalar_subquery().label("epoch"),
    )


def live_epoch(user: bytes, now: float) -> Select[Any]:
    """Answer the statement that asks for a user's epoch, if it is not forgotten."""
    return select(_EPOCH.epoch).where(_EPOCH.user_key == user, _EPOCH.expires > now)


def begin(upsert: Upsert, session: bytes, values: Values, now: float) -> Insert:
    """Answer the statement that notes a session, unless it was ended."""
    row = {"session_key": session, "is_ended": False, **values}
    is_over = and_(_SESSION.is_ended, _SESSION.expires > now)
    names = ("user_key", "began", "seen", "details", "is_ended", "expires")
    changes = [
        (name, case((is_over, _SESSION[name]), else_=literal(row[name], _SESSION[name].type)))
        for name in names
    ]
    return upsert(SESSIONS, row, changes)


def touch(session: bytes, values: Values, now: float) -> Update:
    """Answer the statement that notes that a session was used."""
    is_live = (_SESSION.session_key == session, _SESSION.expires > now, ~_SESSION.is_ended)
    return update(SESSIONS).where(*is_live).values(values)


def end(upsert: Upsert, session: bytes, until: float) -> Insert:
    """Answer the statement that ends a session, and forgets whose it was."""
    forgotten = {"user_key": None, "began": None, "seen": None, "details": None}
    row = {"session_key": session, "is_ended": True, "expires": until, **forgotten}
    was_longer = and_(_SESSION.is_ended, _SESSION.expires > until)
    changes = [
        (
            "expires",
            case((was_longer, _SESSION.expires), else_=literal(until, _SESSION.expires.type)),
        ),
        ("is_ended", true()),
        *((name, literal(None, _SESSION[name].type)) for name in forgotten),
    ]
    return upsert(SESSIONS, row, changes)


def end_all(upsert: Upsert, user: bytes, until: float, now: float) -> Insert:
    """Answer the statement that moves a user's epoch on."""
    least = int(now)
    row = {"user_key": user, "epoch": max(least, 1), "expires": until}
    grows = _EPOCH.epoch >= least
    first = literal(row["epoch"], _EPOCH.epoch.type)
    longer = case(
        (_EPOCH.expires > until, _EPOCH.expires), else_=literal(until, _EPOCH.expires.type)
    )
    changes = [("epoch", case((grows, _EPOCH.epoch + 1), else_=first)), ("expires", longer)]
    return upsert(EPOCHS, row, changes)


def last_epoch(user: bytes) -> Select[Any]:
    """Answer the statement that asks for the epoch that was written last."""
    return select(_EPOCH.epoch).where(_EPOCH.user_key == user)


def delete_sessions_of(user: bytes) -> Delete:
    """Answer the statement that forgets a user's sessions."""
    return delete(SESSIONS).where(_SESSION.user_key == user)


def sessions_of(user: bytes, now: float) -> Select[Any]:
    """Answer the statement that asks for a user's sessions, the last used one first."""
    wanted = _SESSION.began, _SESSION.seen, _SESSION.expires, _SESSION.details
    mine = (_SESSION.user_key == user, _SESSION.expires > now, ~_SESSION.is_ended)
    return select(*wanted).where(*mine).order_by(_SESSION.seen.desc())


def expired_keys(table: Table, now: float, most: int) -> Select[Any]:
    """Answer the statement that asks for some of what is over."""
    (key,) = table.primary_key
    return select(key).where(table.c.expires <= now).limit(most)


def delete_these(table: Table, keys: Sequence[bytes], now: float) -> Delete:
    """Answer the statement that deletes what is still over."""
    (key,) = table.primary_key
    # The sum keeps MariaDB from going by the index of `expires`: it would lock the rows in another
    # order than whoever changes one, and each would wait for the other.
    return delete(table).where(key.in_(keys), table.c.expires + 0 <= now)
