"""Owns what a store must be able to do for tries to be limited: count several keys in one step.

The count is GCRA (generic cell rate algorithm, ITU-T I.371): of each key and limit one number is
kept, the time at which all that was taken is given back again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

__all__ = ["Bucket", "Limit", "LimitStore", "Taken"]


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at once, which come back evenly over a time.

    Args:
        tries: How many at once.
        per: Seconds in which as many come back.

    Attributes:
        interval: Seconds in which one comes back: GCRA's "emission interval".
    """

    tries: int
    per: float
    interval: float = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.tries, int) or isinstance(self.tries, bool) or self.tries < 1:
            message = f"Limit(tries={self.tries!r}) is not a number of tries; use 1 or more"
            raise ValueError(message)
        if not isinstance(self.per, (int, float)) or not 0 < self.per <= 400 * 86_400:
            message = f"Limit(per={self.per!r}) is no time; use seconds, at most 400 days"
            raise ValueError(message)
        object.__setattr__(self, "interval", self.per / self.tries)


class Bucket(NamedTuple):
    """One key that is counted, and by which limits.

    Args:
        key: What is counted: opaque, and no personal data.
        limits: All of which must hold. The same ones whenever the key is used.
        follows: Whether what the key is linked to is counted as well, by the same limits.
    """

    key: str
    limits: tuple[Limit, ...]
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a try to take one from each bucket.

    Args:
        wait: Seconds until it could succeed; 0.0 if it has.
        by: Index of the bucket that asks for the longest wait, or None.
    """

    wait: float
    by: int | None = None


@runtime_checkable
class LimitStore(Protocol):
    """Counts tries. Each method is one atomic step, and raises `StoreUnavailable` if it fails.

    A key that is reached twice in one step, by itself and by a link, is counted once.
    """

    @property
    def waits(self) -> bool:
        """Whether its methods wait for a network or a file, and so need an event loop."""
        ...

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        """Take one from every bucket, or, if one is empty, from none.

        Args:
            buckets: The buckets, of different keys.
            now: Unix seconds.
        """
        ...

    async def give_back(self, buckets: Sequence[Bucket], *, now: float) -> None:
        """Undo one `take` of these buckets, whatever was taken since.

        Args:
            buckets: The buckets; what they are linked to is given back too, where they follow.
            now: Unix seconds.
        """
        ...

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        """Let a bucket's key lead to another, so that names of one account share its count.

        Args:
            key: The key that leads.
            target: Where to.
            until: Unix seconds after which it is forgotten.
            now: Unix seconds.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections; it may be used again."""
        ...
