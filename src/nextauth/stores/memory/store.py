"""Owns the store of a single process: everything is in memory, and gone when the process ends."""

from __future__ import annotations

from nextauth.stores.memory.factors import MemoryFactors
from nextauth.stores.memory.limits import MemoryLimits
from nextauth.stores.memory.pending import MemoryPending
from nextauth.stores.memory.sessions import MemorySessions

__all__ = ["MemoryStore"]


class MemoryStore(MemorySessions, MemoryLimits, MemoryFactors, MemoryPending):
    """Remembers everything in this process alone: thread-safe, and bound to no event loop.

    Each process has its own, so a session that is ended in one goes on in another: use it where
    there is one process, and `nextauth.stores.backends` where there are more. Enrolments of
    factors are gone when the process ends, and with them the second step: for tests only.
    """

    def __init__(self) -> None:
        MemorySessions.__init__(self)
        MemoryLimits.__init__(self)
        MemoryFactors.__init__(self)
        MemoryPending.__init__(self)

    def __repr__(self) -> str:
        return "MemoryStore()"
