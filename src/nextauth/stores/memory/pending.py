"""Owns pending states, in memory. It is bounded: when it is full, the oldest one goes.

Who loses one begins anew.
"""

from __future__ import annotations

from threading import Lock

from nextauth.stores.backends.digests import digest
from nextauth.stores.memory.aging import Aging

__all__ = ["MemoryPending"]

_MOST_PENDING = 20_000  # some 30 MB
_SWEPT = 8  # looked at for each that is added


class MemoryPending:
    """Keeps pending states; see `PendingStore`.

    Args:
        most_pending: How many.
    """

    def __init__(self, *, most_pending: int = _MOST_PENDING) -> None:
        self._pending_lock = Lock()
        self._most_pending = most_pending
        self._pending: dict[bytes, tuple[str, float]] = {}
        self._pending_until: Aging[bytes] = Aging()

    async def put(self, key: str, record: str, *, until: float, now: float) -> None:
        """Keep a record, in place of what was kept under its key."""
        with self._pending_lock:
            self._keep_pending(digest(key), record, until, now)

    async def claim(self, key: str, *, until: float, now: float) -> bool:
        """Note that something was used; of many calls at once one is the first."""
        name = digest(key)
        with self._pending_lock:
            _, known_until = self._pending.get(name, (None, 0.0))
            if known_until > now:
                return False
            self._keep_pending(name, "", until, now)
            return True

    async def peek(self, key: str, *, now: float) -> str | None:
        """Answer a record and leave it there; None if there is none."""
        with self._pending_lock:
            record, until = self._pending.get(digest(key), (None, 0.0))
            return record if until > now else None

    async def redeem(self, key: str, *, now: float) -> str | None:
        """Take a record out: of many calls at once one gets it, and the others None."""
        name = digest(key)
        with self._pending_lock:
            record, until = self._pending.get(name, (None, 0.0))
            self._forget_pending(name)
            return record if until > now else None

    async def drop(self, key: str, *, now: float) -> None:
        """Forget a record, whether or not it is there."""
        with self._pending_lock:
            self._sweep_pending(now)
            self._forget_pending(digest(key))

    def _keep_pending(self, name: bytes, record: str, until: float, now: float) -> None:
        self._sweep_pending(now)
        self._pending[name] = record, until
        self._pending_until.add(name, until)
        while len(self._pending) > self._most_pending:
            oldest = self._pending_until.oldest()
            assert oldest is not None  # noqa: S101 - there is one more than may be
            self._forget_pending(oldest)

    def _sweep_pending(self, now: float) -> None:
        for name in self._pending_until.over(now, _SWEPT):
            self._forget_pending(name)

    def _forget_pending(self, name: bytes) -> None:
        self._pending.pop(name, None)
        self._pending_until.discard(name)
