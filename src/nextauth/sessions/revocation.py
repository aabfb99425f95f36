"""Owns whether a session was ended before its time: what the store says, how long we believe it.

An answer is kept for a few seconds in this process, so that a store is not asked at every request.
An ended session may be served that long, and no longer, by a process that did not end it.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from nextauth.config import Revocation
from nextauth.errors import StoreUnavailable
from nextauth.events import Circumstances, StoreFailed
from nextauth.sessions.claims import EPOCH, identity_of
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Incident
from nextauth.stores import SessionRecord

__all__ = ["LONGEST_SID", "RevocationList", "Verdict"]

_log = logging.getLogger("nextauth.sessions")
_Key = tuple[str, str, str]
_Place = Callable[[], Circumstances]

LONGEST_SID = 128
"""Characters of a session id that a store must keep; ours have 22."""

_MOST_KNOWN = 10_000
_PAUSE = 1.0  # seconds in which a store that failed is not asked again


class Verdict(Enum):
    """What a session is worth."""

    GOOD = "good"
    ENDED = "ended"
    NAMELESS = "nameless"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class _Known:
    read_at: float
    is_ended: bool
    epoch: int


class RevocationList:
    """Asks the store whether sessions are over, and ends them.

    Args:
        options: Which store, and how far it is believed.
        lifetimes: How long what was ended must be remembered.
    """

    __slots__ = (
        "_down_at",
        "_known",
        "_lifetimes",
        "_options",
        "_seen_every",
        "_store",
        "_told_at",
    )

    def __init__(self, options: Revocation, lifetimes: Lifetimes) -> None:
        self._options = options
        self._store = options.store
        self._lifetimes = lifetimes
        self._seen_every = min(options.seen_every, lifetimes.shortest / 2)
        self._known: OrderedDict[_Key, _Known] = OrderedDict()
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
        key = _key_of(claims)
        known = None if key is None else self._known.get(key)
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
        key = _key_of(claims)
        if key is None:
            return Verdict.NAMELESS, ()
        if 0 <= now - self._down_at < _PAUSE:
            return self._without_store(key, now)
        sid, provider, user_id = key
        try:
            standing = await self._store.standing(sid, provider, user_id, now=now)
            known = _Known(now, standing.is_ended, standing.epoch)
            self._remember(key, known)
            verdict = _judge(claims, known)
            if verdict is Verdict.GOOD:
                await self._note_use(claims, key, standing.seen, place, now=now)
        except StoreUnavailable as error:
            self._down_at = now
            _log.error(
                "Sessions cannot be checked, since the store failed: %s", error, extra=_FAILED
            )
            return self._without_store(key, now)
        return verdict, ()

    def _without_store(self, key: _Key, now: float) -> tuple[Verdict, tuple[Incident, ...]]:
        known = self._known.get(key)
        is_open = self._options.on_failure == "open"
        incidents: tuple[Incident, ...] = ()
        if not 0 <= now - self._told_at < 10 * _PAUSE:
            self._told_at = now
            answered = "open" if is_open else "closed"
            incidents = (partial(_store_failed, type(self._store).__name__, answered),)
        if known is not None and known.is_ended:
            return Verdict.ENDED, incidents
        return (Verdict.GOOD if is_open else Verdict.UNKNOWN), incidents

    async def _note_use(
        self,
        claims: Mapping[str, Any],
        key: _Key,
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
        self, claims: Mapping[str, Any], key: _Key, at: Circumstances, *, now: float
    ) -> SessionRecord:
        sid, provider, user_id = key
        auth_time = claims.get("auth_time")
        return SessionRecord(
            sid,
            provider,
            user_id,
            began=float(auth_time) if isinstance(auth_time, int) else now,
            seen=now,
            expires=float(self._lifetimes.end_of_token(claims, now)),
            address=at.address,
            user_agent=at.user_agent,
        )

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        """Answer the epoch that a session which begins now must have.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed, and that is not to be passed over.
        """
        try:
            return await self._store.epoch(provider, user_id, now=now)
        except StoreUnavailable:
            if self._options.on_failure == "closed":
                raise
            # An epoch is never ahead of the time, but for several endings in one second.
            return int(now)

    async def begin(self, claims: Mapping[str, Any], place: _Place, *, now: float) -> None:
        """Note a session that begins.

        Args:
            claims: Its claims.
            place: Answers from where.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed, and that is not to be passed over.
        """
        key = _key_of(claims)
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
            StoreUnavailable: The store failed: the session goes on.
        """
        key = _key_of(claims)
        if key is not None:
            self._remember(key, _Known(now, is_ended=True, epoch=0))
            await self._end(key[0], now)

    async def end_by_id(self, sid: str, *, now: float) -> None:
        """End a session by its id.

        Args:
            sid: The session's id.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed: the session goes on.
        """
        for key, known in list(self._known.items()):
            if key[0] == sid:
                known.is_ended = True
        await self._end(sid, now)

    async def _end(self, sid: str, now: float) -> None:
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
        until = now + self._lifetimes.longest
        epoch = await self._store.end_all(provider, user_id, until=until, now=now)
        for key, known in list(self._known.items()):
            if key[1:] == (provider, user_id):
                known.epoch = max(known.epoch, epoch)

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

    def _remember(self, key: _Key, known: _Known) -> None:
        self._known[key] = known
        while len(self._known) > _MOST_KNOWN:
            try:
                self._known.popitem(last=False)
            except KeyError:  # another thread was faster
                return


_FAILED = {"code": "StoreUnavailable"}


def _key_of(claims: Mapping[str, Any]) -> _Key | None:
    provider, user_id, sid = identity_of(claims)
    if not sid or len(sid) > LONGEST_SID or user_id is None:
        return None
    return sid, provider or "", user_id


def _judge(claims: Mapping[str, Any], known: _Known) -> Verdict:
    epoch = claims.get(EPOCH)
    made_at = epoch if isinstance(epoch, int) else 0
    return Verdict.ENDED if known.is_ended or made_at < known.epoch else Verdict.GOOD


def _store_failed(store: str, answered: str, at: Circumstances) -> StoreFailed:
    return StoreFailed(at, store, "sessions", answered)
