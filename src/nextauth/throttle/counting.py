"""Owns where tries are counted while the store works, and while it does not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from nextauth.errors import StoreUnavailable
from nextauth.stores import Bucket, LimitStore, Taken
from nextauth.stores.memory.limits import MemoryLimits

__all__ = ["Counters"]

_log = logging.getLogger("nextauth.throttle")
_PAUSE = 1.0  # seconds in which a store that failed is not asked again
_TOLD_EVERY = 10.0

Told = Callable[[str], None]
"""Is told the class of a store that failed."""


class Counters:
    """Counts in a store; while it fails, in this process alone, so that there is always a limit.

    Args:
        store: The store; None for this process's memory.
    """

    __slots__ = ("_down_at", "_local", "_store", "_told_at")

    def __init__(self, store: LimitStore | None) -> None:
        self._local: LimitStore = MemoryLimits()
        self._store = self._local if store is None else store
        self._down_at = float("-inf")
        self._told_at = float("-inf")

    @property
    def waits(self) -> bool:
        """Whether counting needs an event loop."""
        return self._store.waits

    async def take(
        self, buckets: Sequence[Bucket], told: Told, *, now: float
    ) -> tuple[LimitStore, Taken]:
        """Take one from every bucket, or from none; answer where, and what came of it.

        Args:
            buckets: The buckets.
            told: Is told if the store fails.
            now: Unix seconds.
        """
        if not self._is_down(now):
            try:
                return self._store, await self._store.take(buckets, now=now)
            except StoreUnavailable as error:
                self._note(error, now)
        if not 0 <= now - self._told_at < _TOLD_EVERY:
            self._told_at = now
            told(type(self._store).__name__)
        return self._local, await self._local.take(buckets, now=now)

    async def give_back(self, buckets: Sequence[Bucket], store: LimitStore, *, now: float) -> None:
        """Undo a `take`, where it was taken; a store that fails keeps it.

        Args:
            buckets: The buckets.
            store: Where they were taken from.
            now: Unix seconds.
        """
        try:
            await store.give_back(buckets, now=now)
        except StoreUnavailable as error:
            self._note(error, now)

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        """Let a key lead to another; a store that fails does not learn of it.

        Args:
            key: The key that leads.
            target: Where to.
            until: Unix seconds after which it is forgotten.
            now: Unix seconds.
        """
        store = self._local if self._is_down(now) else self._store
        try:
            await store.link(key, target, until=until, now=now)
        except StoreUnavailable as error:
            self._note(error, now)

    def _is_down(self, now: float) -> bool:
        return 0 <= now - self._down_at < _PAUSE

    def _note(self, error: StoreUnavailable, now: float) -> None:
        self._down_at = now
        _log.error(
            "Tries to sign in are counted in this process alone, since the store failed: %s",
            error,
            extra={"code": "StoreUnavailable"},
        )
