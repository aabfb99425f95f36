"""The store of a single process: everything is in memory, and gone when the process ends.

It is imported when it is asked for: most sites count tries in memory, and keep nothing else there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, deferred

if TYPE_CHECKING:
    from nextauth.stores.memory.store import MemoryStore

__all__ = ["MemoryStore"]

__getattr__: Get = deferred(__name__, {"MemoryStore": "store"})[0]
