"""Owns what a store must be able to do for sessions to be ended: ended ids, and a user's epoch.

A session is good unless the store says otherwise, so that a token need not be known to be read. A
user's epoch is an integer that only grows: a token that was made at a smaller one is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["SessionRecord", "SessionStore", "Standing"]


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session of a user, as a list of their devices shows it.

    Args:
        sid: Its id.
        provider: Id of the provider that vouched for the user.
        user_id: The user's id at that provider.
        began: Unix seconds of the sign-in.
        seen: Unix seconds at which it was last used, as far as that was noted.
        expires: Unix seconds after which the record may be forgotten.
        address: From where it was last used, or None.
        user_agent: The browser's name for itself, or None.
    """

    sid: str
    provider: str
    user_id: str
    began: float
    seen: float
    expires: float
    address: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a store knows of a session.

    Args:
        is_ended: Whether it was ended by its id.
        epoch: The user's epoch; 0 if their sessions were never ended all at once.
        seen: When it was last used, as far as that was noted; None if there is no record of it.
    """

    is_ended: bool
    epoch: int
    seen: float | None


class SessionStore(Protocol):
    """Remembers which sessions are over. Times are arguments; what is over by `now` is not told.

    Every method raises `StoreUnavailable` where the store cannot be asked.
    """

    @property
    def waits(self) -> bool:
        """Whether its methods wait for a network or a file, and so need an event loop."""
        ...

    async def standing(self, sid: str, provider: str, user_id: str, *, now: float) -> Standing:
        """Answer what is known of a session, in one round trip.

        Args:
            sid: The session's id.
            provider: Id of its user's provider.
            user_id: Its user's id there.
            now: Unix seconds.
        """
        ...

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        """Answer a user's epoch, for a session that begins.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.
        """
        ...

    async def begin(self, record: SessionRecord, *, now: float) -> None:
        """Note a session, in place of what was noted under its id, unless that was ended.

        Args:
            record: The session.
            now: Unix seconds.
        """
        ...

    async def touch(self, record: SessionRecord, *, now: float) -> None:
        """Note that a session was used, unless it is not on record or over.

        Args:
            record: The session; ``seen``, ``address``, ``user_agent`` and ``expires`` are taken.
            now: Unix seconds.
        """
        ...

    async def end(self, sid: str, *, until: float, now: float) -> None:
        """End a session, whether or not it is on record.

        Args:
            sid: The session's id.
            until: Unix seconds until which its token could be good; then it may be forgotten.
            now: Unix seconds.
        """
        ...

    async def end_all(self, provider: str, user_id: str, *, until: float, now: float) -> int:
        """End every session of a user: set their epoch to the larger of the next and `now`.

        Since it is never smaller than the time, an epoch that was forgotten is not met again.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            until: Unix seconds until which a token could be good; then it may be forgotten.
            now: Unix seconds.

        Returns:
            The new epoch.
        """
        ...

    async def sessions_of(
        self, provider: str, user_id: str, *, now: float
    ) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions that are not over, the last used one first.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections; it may be used again."""
        ...
