"""Owns which sessions are over, in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from threading import Lock
from typing import TypeVar

from nextauth.stores.sessions import SessionRecord, Standing

__all__ = ["MemorySessions"]

K = TypeVar("K")

_User = tuple[str, str]
_SWEPT_AT_ONCE = 8


class MemorySessions:
    """Remembers which sessions are over; see `SessionStore`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: OrderedDict[str, SessionRecord] = OrderedDict()
        self._of_user: dict[_User, set[str]] = {}
        self._ended: OrderedDict[str, float] = OrderedDict()
        self._epochs: OrderedDict[_User, tuple[int, float]] = OrderedDict()

    async def standing(self, sid: str, provider: str, user_id: str, *, now: float) -> Standing:
        """Answer what is known of a session."""
        with self._lock:
            record = self._records.get(sid)
            seen = None if record is None or record.expires <= now else record.seen
            is_ended = self._ended.get(sid, 0.0) > now
            return Standing(is_ended, self._epoch((provider, user_id), now), seen)

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        """Answer a user's epoch."""
        with self._lock:
            return self._epoch((provider, user_id), now)

    def _epoch(self, user: _User, now: float) -> int:
        epoch, until = self._epochs.get(user, (0, 0.0))
        return epoch if until > now else 0

    async def begin(self, record: SessionRecord, *, now: float) -> None:
        """Note a session, in place of what was noted under its id, unless it is over."""
        with self._lock:
            self._sweep(now)
            if self._ended.get(record.sid, 0.0) > now:
                return
            self._forget(record.sid)
            self._records[record.sid] = record
            self._of_user.setdefault((record.provider, record.user_id), set()).add(record.sid)

    async def touch(self, record: SessionRecord, *, now: float) -> None:
        """Note that a session was used, unless it is not on record or over."""
        with self._lock:
            known = self._records.get(record.sid)
            if known is None or known.expires <= now:
                return
            self._records[record.sid] = replace(
                known,
                seen=record.seen,
                expires=record.expires,
                address=record.address,
                user_agent=record.user_agent,
            )
            self._records.move_to_end(record.sid)

    async def end(self, sid: str, *, until: float, now: float) -> None:
        """End a session, whether or not it is on record."""
        with self._lock:
            self._sweep(now)
            self._forget(sid)
            self._ended[sid] = max(until, self._ended.get(sid, 0.0))

    async def end_all(self, provider: str, user_id: str, *, until: float, now: float) -> int:
        """End every session of a user."""
        user = provider, user_id
        with self._lock:
            self._sweep(now)
            for sid in tuple(self._of_user.get(user, ())):
                self._forget(sid)
            last, its_end = self._epochs.get(user, (0, 0.0))
            epoch = max(last + 1, int(now))
            self._epochs[user] = epoch, max(until, its_end)
            return epoch

    async def sessions_of(
        self, provider: str, user_id: str, *, now: float
    ) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions that are not over, the last used one first."""
        with self._lock:
            found = [self._records[sid] for sid in self._of_user.get((provider, user_id), ())]
        alive = [record for record in found if record.expires > now]
        return tuple(sorted(alive, key=lambda record: record.seen, reverse=True))

    def _forget(self, sid: str) -> None:
        record = self._records.pop(sid, None)
        if record is None:
            return
        user = record.provider, record.user_id
        of_user = self._of_user[user]
        of_user.discard(sid)
        if not of_user:
            del self._of_user[user]

    def _sweep(self, now: float) -> None:
        """Forget a few of the oldest entries that are over: as many as a write can add, and more.

        What is not over goes behind the others, so that one long entry holds up no short ones.
        """
        for sid in _oldest(self._records):
            if self._records[sid].expires <= now:
                self._forget(sid)
            else:
                self._records.move_to_end(sid)
        for sid in _oldest(self._ended):
            if self._ended[sid] <= now:
                del self._ended[sid]
            else:
                self._ended.move_to_end(sid)
        for user in _oldest(self._epochs):
            if self._epochs[user][1] <= now:
                del self._epochs[user]
            else:
                self._epochs.move_to_end(user)


def _oldest(entries: Iterable[K]) -> list[K]:
    return list(islice(entries, _SWEPT_AT_ONCE))
