"""Stores: what a site remembers beside its cookies, and what a store must be able to do.

Each capability is a Protocol in a file of its own. `MemoryStore` has them all, for one process;
``backends`` shares them among several.
"""

from nextauth.stores.factors import Enrolment, FactorStore
from nextauth.stores.limits import Bucket, Limit, LimitStore, Taken
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
