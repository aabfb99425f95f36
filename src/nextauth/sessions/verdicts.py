"""Owns what a session is worth by its store's word, and for how long that word is believed.

An answer is kept for a few seconds in this process, so that a store is not asked at every request.
An ended session may be served that long, and no longer, by a process that did not end it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from nextauth.config import Revocation
from nextauth.errors import StoreUnavailable
from nextauth.events import Circumstances, StoreFailed
from nextauth.sessions.claims import EPOCH
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.recollection import Answer, Key, Recollection, key_of
from nextauth.sessions.worth import Verdict
from nextauth.stores import SessionRecord

if TYPE_CHECKING:
    from nextauth.events import Incident

__all__ = ["Place", "Verdicts", "record_of"]

_log = logging.getLogger("nextauth.sessions")
_FAILED = {"code": "StoreUnavailable"}
_PAUSE = 1.0  # seconds in which a store that failed is not asked again

Place = Callable[[], Circumstances]
"""Answers when and from where a session is used."""


class Verdicts:
    """Says what sessions are worth: by what was heard, else by asking.

    Args:
        options: Which store, and how far it is believed.
        lifetimes: How long sessions last.
        recollection: What was heard and what was ended in this process.
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

    def __init__(
        self, options: Revocation, lifetimes: Lifetimes, recollection: Recollection
    ) -> None:
        self._options = options
        self._store = options.store
        self._lifetimes = lifetimes
        self._seen_every = min(options.seen_every, lifetimes.shortest / 2)
        self._recollection = recollection
        self._recall = recollection.recall
        self._down_at = float("-inf")
        self._told_at = float("-inf")

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
        self, claims: Mapping[str, Any], place: Place, *, now: float
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
        place: Place,
        *,
        now: float,
    ) -> None:
        if seen is not None and now - seen < self._seen_every:
            return
        record = record_of(claims, key, place(), self._lifetimes, now=now)
        await (self._store.begin if seen is None else self._store.touch)(record, now=now)


def record_of(
    claims: Mapping[str, Any], key: Key, at: Circumstances, lifetimes: Lifetimes, *, now: float
) -> SessionRecord:
    """Answer what a store keeps of a session.

    Args:
        claims: The session's claims.
        key: What it is known by.
        at: From where it is used.
        lifetimes: How long sessions last.
        now: Unix seconds.
    """
    sid, provider, user_id = key
    began = lifetimes.beginning(claims)
    return SessionRecord(
        sid,
        provider,
        user_id,
        began=now if began is None else float(began),
        seen=now,
        expires=float(lifetimes.end_of_token(claims, now)),
        address=at.address,
        user_agent=at.user_agent,
    )


def _judge(claims: Mapping[str, Any], known: Answer) -> Verdict:
    epoch = claims.get(EPOCH)
    made_at = epoch if isinstance(epoch, int) else 0
    return Verdict.ENDED if known.is_ended or made_at < known.epoch else Verdict.GOOD


def _store_failed(store: str, answered: str, at: Circumstances) -> StoreFailed:
    return StoreFailed(at, store, "sessions", answered)
