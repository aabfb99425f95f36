"""Owns what followed which tokens, so that whoever comes with the old ones gets the new ones.

A record is sealed under a key that comes from the old tokens, by HKDF, and is found by a name that
does so, too: who reads the store, and has none of the old tokens, learns nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from nextauth.errors import StoreUnavailable, SystemUnavailable, TokenError
from nextauth.stores import MemoryStore, PendingStore
from nextauth.tokens import Keyring, PurposeBox

__all__ = ["REFUSED", "Successors"]

_log = logging.getLogger("nextauth.directories")

REFUSED: Final[Mapping[str, Any]] = {}
"""Stands for no successor, since the system refused to give one."""

_PAUSE = 0.05  # seconds between two looks at what another process does
_CLAIM = "successor"


class Successors:
    """Remembers successors, in memory and in a store that several processes share.

    Args:
        shared: The store; None if this process is the only one.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """

    def __init__(
        self,
        shared: PendingStore | None,
        *,
        clock: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._near = MemoryStore()
        self._shared = shared
        self._clock = clock
        self._entropy = entropy

    @asynccontextmanager
    async def turn(self, old: str, *, patience: float) -> AsyncGenerator[Mapping[str, Any] | None]:
        """Wait until this process may ask for a successor, or another one has found it.

        Args:
            old: The tokens before, as one text.
            patience: Seconds to wait for another process.

        Yields:
            The successor, `REFUSED`, or None for whoever has to ask for it now.

        Raises:
            StoreUnavailable: The store cannot be asked.
            SystemUnavailable: Another process is asking for too long.
        """
        found = await self._find(old)
        if found is not None or self._shared is None:
            yield found
            return
        found = await self._wait_for_turn(self._shared, old, patience)
        if found is not None:
            yield found
            return
        try:
            # Whoever had the turn before may have found it since we looked.
            yield await self._find(old)
        finally:
            await self._end_turn(self._shared, old)

    async def _wait_for_turn(
        self, shared: PendingStore, old: str, patience: float
    ) -> Mapping[str, Any] | None:
        name, loop = _turn_of(old), asyncio.get_running_loop()
        deadline = loop.time() + patience
        while True:
            now = self._clock()
            if await shared.claim(name, until=now + patience, now=now):
                return None
            found = await self._find(old)
            if found is not None:
                return found
            if loop.time() >= deadline:
                message = "another process refreshes the same token, and has not finished"
                raise SystemUnavailable(message)
            await asyncio.sleep(_PAUSE)

    async def _end_turn(self, shared: PendingStore, old: str) -> None:
        try:
            await shared.drop(_turn_of(old), now=self._clock())
        except StoreUnavailable as error:  # it ends by itself, a moment later
            _log.warning("A turn was not given back: %s", error, extra={"code": error.code})

    async def keep(self, old: str, fresh: Mapping[str, Any] | None, *, until: float) -> None:
        """Note what followed. A store that fails is told in the log, and keeps nobody out.

        Args:
            old: The tokens before, as one text.
            fresh: What followed; None: the system refused.
            until: Unix seconds until which it is given to those who come late.
        """
        claims = {_CLAIM: None if fresh is None else dict(fresh)}
        record = self._box(old).seal(claims, expires=int(until) + 1)
        now = self._clock()
        await self._near.put(_name_of(old), record, until=until, now=now)
        if self._shared is None:
            return
        try:
            await self._shared.put(_name_of(old), record, until=until, now=now)
        except StoreUnavailable as error:
            _log.error(
                "A refreshed token was not shared; who comes late to another process is signed "
                "out: %s",
                error,
                extra={"code": error.code},
            )

    async def _find(self, old: str) -> Mapping[str, Any] | None:
        name, now = _name_of(old), self._clock()
        record = await self._near.peek(name, now=now)
        if record is None and self._shared is not None:
            record = await self._shared.peek(name, now=now)
        if record is None:
            return None
        try:
            found = self._box(old).open(record, now=now).claims.get(_CLAIM)
        except TokenError:  # somebody else wrote it
            return None
        return found if isinstance(found, dict) else REFUSED

    def _box(self, old: str) -> PurposeBox:
        return PurposeBox(Keyring([old]), purpose="token-successor", entropy=self._entropy)


def _name_of(old: str) -> str:
    return _derived(old, "token-successor-name")


def _turn_of(old: str) -> str:
    return _derived(old, "token-successor-turn")


def _derived(old: str, purpose: str) -> str:
    """Answer a name that tells nothing of the tokens, nor of the key that is derived from them."""
    return Keyring([old]).purpose(purpose)[0].hex()
