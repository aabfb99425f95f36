"""Owns how sessions are ended before their time: one by its id, or all of a user's by their epoch.

A session that was adopted where several providers are configured has none: `end_all` of any of them
ends those of the same user id, since it may be theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nextauth.config import Revocation
from nextauth.errors import StoreUnavailable
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.recollection import OF_NOBODY, Recollection, key_of
from nextauth.sessions.verdicts import Place, Verdicts, record_of
from nextauth.stores import SessionRecord
from nextauth.throttle.devices import DEVICE_LIFETIME

__all__ = ["RevocationList"]

# Seconds by which another machine's clock may be behind. More than `CLOCK_TOLERANCE`: too little
# would let a session live on that was ended; too much costs one its life that began in an outage,
# within that time after its user's others were ended.
_SKEW = 60


class RevocationList:
    """Ends sessions, and knows whose were ended.

    Args:
        options: Which store, and how far it is believed.
        lifetimes: How long what was ended must be remembered.

    Attributes:
        verdicts: Says what a session is worth.
    """

    __slots__ = ("_lifetimes", "_options", "_recollection", "_store", "verdicts")

    def __init__(self, options: Revocation, lifetimes: Lifetimes) -> None:
        self._options = options
        self._store = options.store
        self._lifetimes = lifetimes
        self._recollection = Recollection()
        self.verdicts: Verdicts = Verdicts(options, lifetimes, self._recollection)

    @property
    def waits(self) -> bool:
        """Whether asking the store needs an event loop."""
        return self._store.waits

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

    async def was_ended(self, provider: str, user_id: str, epoch: int, *, now: float) -> bool:
        """Tell whether a user's sessions were all ended since an epoch.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            epoch: The epoch.
            now: Unix seconds.

        Raises:
            StoreUnavailable: The store failed, and that is not to be passed over.
        """
        try:
            return await self.epoch(provider, user_id, now=now) > epoch
        except StoreUnavailable:
            if self._options.on_failure == "closed":
                raise
            return self._recollection.epoch_of(provider, user_id) > epoch

    async def begin(self, claims: Mapping[str, Any], place: Place, *, now: float) -> None:
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
        record = record_of(claims, key, place(), self._lifetimes, now=now)
        try:
            await self._store.begin(record, now=now)
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
