"""Owns how an application ends sessions before their time, and sees which there are."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from nextauth.actions import Services
from nextauth.events import Circumstances, SessionsRevoked
from nextauth.sessions import RevocationList
from nextauth.stores import SessionRecord
from nextauth.web import Runtime
from nextauth.web.request import DirectRuntime, step

__all__ = ["EndsSessions"]

T = TypeVar("T")

_HERE = DirectRuntime()


class EndsSessions:
    """The part of `Auth` that ends sessions: for those built with ``revocation``.

    Args:
        services: What was built once.
    """

    def __init__(self, services: Services) -> None:
        self._services: Services = services
        self._steps: bool = not services.waits

    async def revoke(self, sid: str) -> None:
        """End one session, such as that of a lost device.

        Args:
            sid: The session's id, as in `Session.sid`.

        Raises:
            RuntimeError: This `Auth` has no ``revocation``.
            StoreUnavailable: The store failed: the session goes on.
        """
        now = self._services.clock()
        await self._revocation().end_by_id(sid, now=now)
        await self._tell(SessionsRevoked(Circumstances(now), None, None, sid))

    async def revoke_user(self, provider: str, user_id: str) -> None:
        """End every session of a user, such as one whose password was changed.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.

        Raises:
            RuntimeError: This `Auth` has no ``revocation``.
            StoreUnavailable: The store failed: the sessions go on.
        """
        now = self._services.clock()
        await self._revocation().end_all(provider, user_id, now=now)
        await self._tell(SessionsRevoked(Circumstances(now), provider, user_id, None))

    async def sessions_of(self, provider: str, user_id: str) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions, the last used one first: devices, addresses, last seen.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.

        Raises:
            RuntimeError: This `Auth` has no ``revocation``.
            StoreUnavailable: The store failed.
        """
        now = self._services.clock()
        return await self._revocation().sessions_of(provider, user_id, now=now)

    def revoke_sync(self, sid: str) -> None:
        """End one session, without an event loop around; see `revoke`.

        Args:
            sid: The session's id.
        """
        self._finish(lambda _: self.revoke(sid))

    def revoke_user_sync(self, provider: str, user_id: str) -> None:
        """End every session of a user, without an event loop around; see `revoke_user`.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
        """
        self._finish(lambda _: self.revoke_user(provider, user_id))

    def sessions_of_sync(self, provider: str, user_id: str) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions, without an event loop around; see `sessions_of`.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
        """
        return self._finish(lambda _: self.sessions_of(provider, user_id))

    def _revocation(self) -> RevocationList:
        revocation = self._services.sessions.revocation
        if revocation is None:
            message = (
                "this Auth cannot end a session before its time, since each lives in its cookie "
                "alone; pass Auth(revocation=Revocation(store))"
            )
            raise RuntimeError(message)
        return revocation

    async def _tell(self, event: SessionsRevoked) -> None:
        await self._services.events.emit(event, _HERE)

    def _finish(self, start: Callable[[Runtime], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine to its end, without an event loop around."""
        if self._steps:
            return step(start(_HERE))
        from nextauth import background  # noqa: PLC0415 - asyncio, only where it is needed

        return background.run(start)
