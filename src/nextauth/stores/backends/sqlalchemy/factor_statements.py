"""Owns the statements about factors and pending states.

What may happen once is one UPDATE or one row that goes: of those who come at the same time, the
database lets one change it, and the others then meet a row that no longer fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update
from sqlalchemy.sql.dml import Delete, Insert, Update
from sqlalchemy.sql.selectable import Select

from nextauth.stores.backends.sqlalchemy.statements import Upsert, Values
from nextauth.stores.backends.sqlalchemy.tables import DIGESTS, FACTORS, PENDING

__all__ = [
    "advance",
    "confirm",
    "count_digests",
    "count_of",
    "delete_digests",
    "delete_expired",
    "details_of",
    "digests_of",
    "enrol",
    "factors_of",
    "find",
    "hold",
    "hold_any",
    "hold_pending",
    "ids_of",
    "note_use",
    "peek",
    "put",
    "remove",
    "rename",
    "replace_details",
    "spend",
    "take_away",
]

_FACTOR, _DIGEST, _PENDING = FACTORS.c, DIGESTS.c, PENDING.c


def _is_live(now: float) -> ColumnElement[bool]:
    return or_(_FACTOR.expires.is_(None), _FACTOR.expires > now)


def _confirmed(factor: bytes, user: bytes) -> ColumnElement[bool]:
    return and_(_FACTOR.factor_key == factor, _FACTOR.user_key == user, _FACTOR.is_confirmed)


def _theirs(factor: bytes, user: bytes, now: float) -> ColumnElement[bool]:
    return and_(_FACTOR.factor_key == factor, _FACTOR.user_key == user, _is_live(now))


def _with_digests() -> Select[Any]:
    joined = FACTORS.outerjoin(DIGESTS, _DIGEST.factor_key == _FACTOR.factor_key)
    wanted = (
        _FACTOR.factor_key,
        _FACTOR.is_confirmed,
        _FACTOR.counter,
        _FACTOR.created,
        _FACTOR.used,
        _FACTOR.expires,
        _FACTOR.name,
        _FACTOR.details,
        _DIGEST.digest,
    )
    return select(*wanted).select_from(joined)


def factors_of(user: bytes, now: float) -> Select[Any]:
    """Answer the statement that asks for a user's enrolments, a row for each of their digests."""
    return _with_digests().where(_FACTOR.user_key == user, _is_live(now))


def find(factor: bytes) -> Select[Any]:
    """Answer the statement that asks for a confirmed enrolment, a row for each of its digests."""
    return _with_digests().where(_FACTOR.factor_key == factor, _FACTOR.is_confirmed)


def count_of(user: bytes, now: float) -> Select[Any]:
    """Answer the statement that counts a user's enrolments."""
    counted = select(func.count()).select_from(FACTORS)
    return counted.where(_FACTOR.user_key == user, _is_live(now))


def ids_of(user: bytes, now: float) -> Select[Any]:
    """Answer the statement that asks for the keys of a user's enrolments."""
    return select(_FACTOR.factor_key).where(_FACTOR.user_key == user, _is_live(now))


def enrol(values: Values) -> Insert:
    """Answer the statement that keeps an enrolment; it fails where its id is taken."""
    return FACTORS.insert().values(values)


def digests_of(digests: Sequence[Values]) -> Insert:
    """Answer the statement that keeps the digests of an enrolment."""
    return DIGESTS.insert().values(digests)


def delete_expired(factor: bytes, now: float) -> Delete:
    """Answer the statement that makes an id free whose enrolment was never confirmed."""
    return delete(FACTORS).where(_FACTOR.factor_key == factor, _FACTOR.expires <= now)


def confirm(factor: bytes, user: bytes, counter: int, now: float) -> Update:
    """Answer the statement that lets an enrolment count."""
    waits = (
        _FACTOR.factor_key == factor,
        _FACTOR.user_key == user,
        ~_FACTOR.is_confirmed,
        _FACTOR.expires > now,
        _FACTOR.counter < counter,
    )
    return update(FACTORS).where(*waits).values(is_confirmed=True, counter=counter, expires=None)


def advance(factor: bytes, user: bytes, counter: int, now: float) -> Update:
    """Answer the statement that takes a counter."""
    is_later = _confirmed(factor, user), _FACTOR.counter < counter
    return update(FACTORS).where(*is_later).values(counter=counter, used=now)


def note_use(factor: bytes, user: bytes, now: float) -> Update:
    """Answer the statement that notes a use."""
    return update(FACTORS).where(_confirmed(factor, user)).values(used=now)


def hold(factor: bytes, user: bytes) -> Update:
    """Answer the statement that keeps all others from a confirmed enrolment for a transaction."""
    return update(FACTORS).where(_confirmed(factor, user)).values(counter=_FACTOR.counter)


def spend(factor: bytes, digest: bytes) -> Delete:
    """Answer the statement that takes a digest out."""
    return delete(DIGESTS).where(_DIGEST.factor_key == factor, _DIGEST.digest_key == digest)


def count_digests(factor: bytes) -> Select[Any]:
    """Answer the statement that counts the digests of an enrolment."""
    return select(func.count()).select_from(DIGESTS).where(_DIGEST.factor_key == factor)


def hold_any(factor: bytes, user: bytes, now: float) -> Update:
    """Answer the statement that keeps all others from an enrolment for a transaction."""
    return update(FACTORS).where(_theirs(factor, user, now)).values(counter=_FACTOR.counter)


def details_of(factor: bytes) -> Select[Any]:
    """Answer the statement that asks for what is opaque of an enrolment."""
    return select(_FACTOR.details).where(_FACTOR.factor_key == factor)


def replace_details(factor: bytes, details: str) -> Update:
    """Answer the statement that changes what is opaque of an enrolment that is held."""
    return update(FACTORS).where(_FACTOR.factor_key == factor).values(details=details)


def rename(factor: bytes, user: bytes, name: str, now: float) -> Update:
    """Answer the statement that changes a name."""
    return update(FACTORS).where(_theirs(factor, user, now)).values(name=name)


def remove(factor: bytes, user: bytes, now: float) -> Delete:
    """Answer the statement that forgets an enrolment."""
    return delete(FACTORS).where(_theirs(factor, user, now))


def delete_digests(factors: Sequence[bytes]) -> Delete:
    """Answer the statement that forgets the digests of enrolments.

    In the transaction that has deleted these: until it ends, nobody enrols anything under the ids.
    """
    return delete(DIGESTS).where(_DIGEST.factor_key.in_(factors))


def put(upsert: Upsert, key: bytes, record: str, until: float) -> Insert:
    """Answer the statement that keeps a pending state."""
    row = {"pending_key": key, "record": record, "expires": until}
    changes = [(name, literal(row[name], _PENDING[name].type)) for name in ("record", "expires")]
    return upsert(PENDING, row, changes)


def claim(key: bytes, until: float) -> Insert:
    """Answer the statement that notes what was used; it fails where that was noted before."""
    return PENDING.insert().values(pending_key=key, record='""', expires=until)


def delete_over(key: bytes, now: float) -> Delete:
    """Answer the statement that forgets a pending state whose time is over."""
    return delete(PENDING).where(_PENDING.pending_key == key, _PENDING.expires <= now)


def peek(key: bytes, now: float) -> Select[Any]:
    """Answer the statement that reads a pending state."""
    return select(_PENDING.record).where(_PENDING.pending_key == key, _PENDING.expires > now)


def hold_pending(key: bytes, now: float) -> Update:
    """Answer the statement that keeps all others from a pending state for a transaction."""
    is_live = _PENDING.pending_key == key, _PENDING.expires > now
    return update(PENDING).where(*is_live).values(expires=_PENDING.expires)


def take_away(key: bytes) -> Delete:
    """Answer the statement that forgets a pending state."""
    return delete(PENDING).where(_PENDING.pending_key == key)
