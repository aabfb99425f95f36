"""Owns how entries in memory grow old: which is the oldest, and which are over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from itertools import islice
from typing import Generic, TypeVar

__all__ = ["Aging"]

K = TypeVar("K", bound=Hashable)


class Aging(Generic[K]):
    """Keys with a time each, in the order in which they came."""

    __slots__ = ("_turns", "_until")

    def __init__(self) -> None:
        self._until: OrderedDict[K, float] = OrderedDict()
        # The same keys, in the order in which they are looked at next: so a key that lasts holds
        # up none that came after it.
        self._turns: OrderedDict[K, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._until)

    def add(self, key: K, until: float) -> None:
        """Add a key as the newest one.

        Args:
            key: The key.
            until: Unix seconds until which it lasts.
        """
        self._until[key] = until
        self._until.move_to_end(key)
        self._turns[key] = None

    def discard(self, key: K) -> None:
        """Take a key out, if it is there.

        Args:
            key: The key.
        """
        self._until.pop(key, None)
        self._turns.pop(key, None)

    def oldest(self) -> K | None:
        """Answer the key that came first, or None if there is none."""
        return next(iter(self._until), None)

    def over(self, now: float, most: int) -> list[K]:
        """Answer which of the next few keys are over.

        Args:
            now: Unix seconds.
            most: How many to look at.
        """
        looked_at = list(islice(self._turns, most))
        for key in looked_at:
            self._turns.move_to_end(key)
        return [key for key in looked_at if self._until[key] <= now]
