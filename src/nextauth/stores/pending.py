"""Owns what a store must be able to do for something half done: keep it, and give it out once.

Such as a sign-in whose second factor is still asked for. The browser holds the key, which is a
secret: a store keeps only a digest of it, so that who reads the store cannot go on.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["PendingStore"]


class PendingStore(Protocol):
    """Keeps pending states. Each method is one atomic step; it raises `StoreUnavailable` if not.

    Times are arguments; what is over by `now` is not there.
    """

    @property
    def waits(self) -> bool:
        """Whether its methods wait for a network or a file, and so need an event loop."""
        ...

    async def put(self, key: str, record: str, *, until: float, now: float) -> None:
        """Keep a record, in place of what was kept under its key.

        Args:
            key: A secret that nobody can guess.
            record: Opaque to the store.
            until: Unix seconds after which it is forgotten.
            now: Unix seconds.
        """
        ...

    async def claim(self, key: str, *, until: float, now: float) -> bool:
        """Note that something was used, such as a challenge that may be answered once.

        Args:
            key: What was used.
            until: Unix seconds after which it is forgotten.
            now: Unix seconds.

        Returns:
            Whether this call is the first. Of many calls at once one is.
        """
        ...

    async def peek(self, key: str, *, now: float) -> str | None:
        """Answer a record and leave it there; None if there is none.

        Args:
            key: Its key.
            now: Unix seconds.
        """
        ...

    async def redeem(self, key: str, *, now: float) -> str | None:
        """Take a record out: of many calls at once one gets it, and the others None.

        Args:
            key: Its key.
            now: Unix seconds.
        """
        ...

    async def drop(self, key: str, *, now: float) -> None:
        """Forget a record, whether or not it is there.

        Args:
            key: Its key.
            now: Unix seconds.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections; it may be used again."""
        ...
