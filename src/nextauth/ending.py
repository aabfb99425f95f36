"""Owns how an application ends sessions before their time, and sees which there are."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from nextauth.actions import Services
from nextauth.events import Circumstances, SessionsRevoked
from nextauth.models import User
from nextauth.web import Runtime
from nextauth.web.request import DirectRuntime, step

if TYPE_CHECKING:
    from nextauth.sessions import RevocationList
    from nextauth.stores import SessionRecord

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
        self._tell(SessionsRevoked(Circumstances(now), None, None, sid))

    async def revoke_user(self, provider: str, user_id: str | int | UUID) -> None:
        """End every session of a user, such as one whose password was changed.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there, as in `User`.

        Raises:
            RuntimeError: This `Auth` has no ``revocation``.
            StoreUnavailable: The store failed: the sessions go on.
            TypeError: `user_id` is of another type than a user's id.
            ValueError: This `Auth` has other providers, or `user_id` is empty.
        """
        revocation, key = self._revocation(), self._key_of(provider, user_id)
        now = self._services.clock()
        await revocation.end_all(provider, key, now=now)
        self._tell(SessionsRevoked(Circumstances(now), provider, key, None))

    async def sessions_of(
        self, provider: str, user_id: str | int | UUID
    ) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions, the last used one first: devices, addresses, last seen.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there, as in `User`.

        Raises:
            RuntimeError: This `Auth` has no ``revocation``.
            StoreUnavailable: The store failed.
            TypeError: `user_id` is of another type than a user's id.
            ValueError: This `Auth` has other providers, or `user_id` is empty.
        """
        revocation, key = self._revocation(), self._key_of(provider, user_id)
        return await revocation.sessions_of(provider, key, now=self._services.clock())

    def revoke_sync(self, sid: str) -> None:
        """End one session, without an event loop around; see `revoke`.

        Args:
            sid: The session's id.
        """
        self._finish(lambda _: self.revoke(sid))

    def revoke_user_sync(self, provider: str, user_id: str | int | UUID) -> None:
        """End every session of a user, without an event loop around; see `revoke_user`.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there, as in `User`.
        """
        self._finish(lambda _: self.revoke_user(provider, user_id))

    def sessions_of_sync(
        self, provider: str, user_id: str | int | UUID
    ) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions, without an event loop around; see `sessions_of`.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there, as in `User`.
        """
        return self._finish(lambda _: self.sessions_of(provider, user_id))

    def _key_of(self, provider: str, user_id: str | int | UUID) -> str:
        """Answer a user's id as tokens and stores have it."""
        known = self._services.settings.providers
        if known and provider not in known:  # without any, another site signs people in
            named = ", ".join(map(repr, known))
            message = f"provider={provider!r} signs nobody in here; the providers are {named}"
            raise ValueError(message)
        key = User(id=user_id).id
        if key is None:
            message = "user_id is None; pass the user's id, as in User(id=...)"
            raise TypeError(message)
        return key

    def _revocation(self) -> RevocationList:
        revocation = self._services.sessions.revocation
        if revocation is None:
            message = (
                "this Auth cannot end a session before its time, since each lives in its cookie "
                "alone; pass Auth(revocation=Revocation(store))"
            )
            raise RuntimeError(message)
        return revocation

    def _tell(self, event: SessionsRevoked) -> None:
        self._services.events.tell(event)

    def _finish(self, start: Callable[[Runtime], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine to its end, without an event loop around."""
        if self._steps:
            return step(start(_HERE))
        from nextauth import background  # noqa: PLC0415 - asyncio, only where it is needed

        return background.run(start)
