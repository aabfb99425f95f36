"""Owns whether a session was ended before its time: what the store says, how long we believe it.

An answer is kept for a few seconds in this process, so that a store is not asked at every request.
An ended session may be served that long, and no longer, by a process that did not end it.

A session that was adopted where several providers are configured has none: `end_all` of any of them
ends those of the same user id, since it may be theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import Any

from nextauth.config import Revocation
from nextauth.errors import StoreUnavailable
from nextauth.events import Circumstances, StoreFailed
from nextauth.sessions.claims import EPOCH
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Incident
from nextauth.sessions.recollection import OF_NOBODY, Answer, Key, Recollection, key_of
from nextauth.stores import SessionRecord
from nextauth.throttle.devices import DEVICE_LIFETIME

__all__ = ["RevocationList", "Verdict"]

_log = logging.getLogger("nextauth.sessions")
_Place = Callable[[], Circumstances]

_PAUSE = 1.0  # seconds in which a store that failed is not asked again
_SKEW = 60  # seconds by which the clocks of a site's machines may differ


class Verdict(Enum):
    """What a session is worth."""

    GOOD = "good"
    ENDED = "ended"
    WITHOUT_ID = "without-id"
    """It could not be ended, so it is worth nothing; see ``"unknown"`` of `SessionEnded`."""
    STORE_FAILED = "store-failed"
    """Nobody could tell, so it is worth nothing now, and may be again."""


class RevocationList:
    """Asks the store whether sessions are over, and ends them.

    Args:
        options: Which store, and how far it is believed.
        lifetimes: How long what was ended must be remembered.
    """

    __slots__ = (
        "_down_at",
        "_lifetimes",
        "_options",
        "_recall",
        "_recollection",
        "_seen_every",
        "_store",
        "_told_at",
    )

    def __init__(self, options: Revocation, lifetimes: Lifetimes) -> None:
        self._options = options
        self._store = options.store
        self._lifetimes = lifetimes
        self._seen_every = min(options.seen_every, lifetimes.shortest / 2)
        self._recollection = Recollection()
        self._recall = self._recollection.recall
        self._down_at = float("-inf")
        self._told_at = float("-inf")

    @property
    def waits(self) -> bool:
        """Whether asking the store needs an event loop."""
        return self._store.waits

    def recalled(self, claims: Mapping[str, Any], now: float) -> Verdict | None:
        """Answer what was heard a moment ago; None if the store must be asked.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        key = key_of(claims)
        known = None if key is None else self._recall(key)
        if known is None or not 0 <= now - known.read_at < self._options.staleness:
            return None
        return _judge(claims, known)

    async def judge(
        self, claims: Mapping[str, Any], place: _Place, *, now: float
    ) -> tuple[Verdict, tuple[Incident, ...]]:
        """Ask the store what a session is worth.

        Args:
            claims: The session's claims.
            place: Answers when and from where it is used.
            now: Unix seconds.
        """
        key = key_of(claims)
        if key is None:
            return Verdict.WITHOUT_ID, ()
        if 0 <= now - self._down_at < _PAUSE:
            return self._without_store(claims, key, now)
        sid, provider, user_id = key
        mark = self._recollection.mark
        try:
            standing = await self._store.standing(sid, provider, user_id, now=now)
            answer = Answer(now, standing.is_ended, standing.epoch)
            verdict = _judge(claims, self._recollection.learn(key, answer, mark=mark))
            if verdict is Verdict.GOOD:
                await self._note_use(claims, key, standing.seen, place, now=now)
        except StoreUnavailable as error:
            self._down_at = now
            _log.error(
                "Sessions cannot be checked, since the store failed: %s", error, extra=_FAILED
            )
            return self._without_store(claims, key, now)
        return verdict, ()

    def _without_store(
        self, claims: Mapping[str, Any], key: Key, now: float
    ) -> tuple[Verdict, tuple[Incident, ...]]:
        known = self._recollection.without_store(key)
        is_open = self._options.on_failure == "open"
        incidents: tuple[Incident, ...] = ()
        if not 0 <= now - self._told_at < 10 * _PAUSE:
            self._told_at = now
            answered = "open" if is_open else "closed"
            incidents = (partial(_store_failed, type(self._store).__name__, answered),)
        if known is not None and _judge(claims, known) is Verdict.ENDED:
            return Verdict.ENDED, incidents
        return (Verdict.GOOD if is_open else Verdict.STORE_FAILED), incidents

    async def _note_use(
        self,
        claims: Mapping[str, Any],
        key: Key,
        seen: float | None,
        place: _Place,
        *,
        now: float,
    ) -> None:
        if seen is not None and now - seen < self._seen_every:
            return
        record = self._record(claims, key, place(), now=now)
        await (self._store.begin if seen is None else self._store.touch)(record, now=now)

    def _record(
        self, claims: Mapping[str, Any], key: Key, at: Circumstances, *, now: float
    ) -> SessionRecord:
        sid, provider, user_id = key
        began = self._lifetimes.beginning(claims)
        return SessionRecord(
            sid,
            provider,
            user_id,
            began=now if began is None else float(began),
            seen=now,
            expires=float(self._lifetimes.end_of_token(claims, now)),
            address=at.address,
            user_agent=at.user_agent,
        )

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        """Answer a user's epoch.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed.
        """
        return await self._store.epoch(provider, user_id, now=now)

    async def epoch_at_sign_in(self, provider: str, user_id: str, *, now: float) -> int:
        """Answer the epoch of a session that begins: no later than the user's own.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed, and that is not to be passed over.
        """
        try:
            return await self.epoch(provider, user_id, now=now)
        except StoreUnavailable:
            if self._options.on_failure == "closed":
                raise
            # Below whatever another machine ends from now on, by a clock that is behind ours.
            return max(int(now) - _SKEW, self._recollection.epoch_of(provider, user_id))

    async def begin(self, claims: Mapping[str, Any], place: _Place, *, now: float) -> None:
        """Note a session that begins.

        Args:
            claims: Its claims.
            place: Answers from where.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed, and that is not to be passed over.
        """
        key = key_of(claims)
        if key is None:
            return
        try:
            await self._store.begin(self._record(claims, key, place(), now=now), now=now)
        except StoreUnavailable:
            if self._options.on_failure == "closed":
                raise

    async def end(self, claims: Mapping[str, Any], *, now: float) -> None:
        """End the session of a token that opened.

        Args:
            claims: The session's claims.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed: the session goes on in other processes.
        """
        key = key_of(claims)
        if key is not None:
            await self.end_by_id(key[0], now=now)

    async def end_by_id(self, sid: str, *, now: float) -> None:
        """End a session by its id.

        Args:
            sid: The session's id.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed: the session goes on in other processes.
        """
        self._recollection.note_ended(sid)
        # Another program may go on writing the token for as long as any session may last.
        await self._store.end(sid, until=now + self._lifetimes.longest, now=now)

    async def end_all(self, provider: str, user_id: str, *, now: float) -> None:
        """End every session of a user.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed: the sessions go on.
        """
        until = now + max(self._lifetimes.longest, DEVICE_LIFETIME)
        for each in dict.fromkeys((provider, OF_NOBODY)):
            epoch = await self._store.end_all(each, user_id, until=until, now=now)
            self._recollection.note_epoch(each, user_id, epoch)

    async def sessions_of(
        self, provider: str, user_id: str, *, now: float
    ) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions that are not over, the last used one first.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed.
        """
        return await self._store.sessions_of(provider, user_id, now=now)


_FAILED = {"code": "StoreUnavailable"}


def _judge(claims: Mapping[str, Any], known: Answer) -> Verdict:
    epoch = claims.get(EPOCH)
    made_at = epoch if isinstance(epoch, int) else 0
    return Verdict.ENDED if known.is_ended or made_at < known.epoch else Verdict.GOOD


def _store_failed(store: str, answered: str, at: Circumstances) -> StoreFailed:
    return StoreFailed(at, store, "sessions", answered)
