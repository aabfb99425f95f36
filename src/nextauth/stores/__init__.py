"""Stores: what a site remembers beside its cookies, and what a store must be able to do.

Each capability is a Protocol in a file of its own. `MemoryStore` has them all, for one process;
``backends`` shares them among several. What a site may do without is imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, Names, deferred
from nextauth.stores.limits import Bucket, Limit, LimitStore, Taken

if TYPE_CHECKING:
    from nextauth.stores.factors import Enrolment, FactorStore
    from nextauth.stores.memory import MemoryStore
    from nextauth.stores.pending import PendingStore
    from nextauth.stores.sessions import SessionRecord, SessionStore, Standing

__all__ = [
    "Bucket",
    "Enrolment",
    "FactorStore",
    "Limit",
    "LimitStore",
    "MemoryStore",
    "PendingStore",
    "SessionRecord",
    "SessionStore",
    "Standing",
    "Taken",
]

_ELSEWHERE = {
    "Enrolment": "factors",
    "FactorStore": "factors",
    "MemoryStore": "memory",
    "PendingStore": "pending",
    "SessionRecord": "sessions",
    "SessionStore": "sessions",
    "Standing": "sessions",
}

__getattr__: Get
__dir__: Names
__getattr__, __dir__ = deferred(__name__, _ELSEWHERE)
