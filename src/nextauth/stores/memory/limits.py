"""Owns the counting of tries in memory: GCRA, every key of a try in one step."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import islice
from threading import Lock

from nextauth.stores.limits import Bucket, Limit, Taken

__all__ = ["MemoryLimits"]

_SWEPT_AT_ONCE = 16
_NEVER = ("", 0.0)
_ROUNDING = 1e-3  # seconds: the last of the tries must not fail by how floats add up


class MemoryLimits:
    """Counts tries; see `LimitStore`."""

    def __init__(self) -> None:
        self._limits_lock = Lock()
        # For each limit of a key, when all that was taken is given back again: GCRA's "theoretical
        # arrival time".
        self._full_again: OrderedDict[str, tuple[float, ...]] = OrderedDict()
        self._links: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        """Take one from every bucket, or, if one is empty, from none."""
        with self._limits_lock:
            self._sweep_limits(now)
            longest = Taken(0.0)
            moved: dict[str, tuple[float, ...]] = {}
            for index, key, limits in self._keys(buckets, now):
                moved[key] = tuple(
                    max(full_again, now) + limit.per / limit.tries
                    for full_again, limit in zip(self._times(key, limits), limits, strict=True)
                )
                for full_again, limit in zip(moved[key], limits, strict=True):
                    wait = full_again - limit.per - now
                    if wait > max(longest.wait, _ROUNDING):
                        longest = Taken(wait, index)
            if longest.by is None:
                self._full_again.update(moved)
            return longest

    async def give_back(self, buckets: Sequence[Bucket], *, now: float) -> None:
        """Undo one `take` of these buckets, whatever was taken since."""
        with self._limits_lock:
            for _, key, limits in self._keys(buckets, now):
                times = tuple(
                    full_again - limit.per / limit.tries
                    for full_again, limit in zip(self._times(key, limits), limits, strict=True)
                )
                if max(times) > now:
                    self._full_again[key] = times
                else:
                    self._full_again.pop(key, None)

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        """Let a bucket's key lead to another."""
        with self._limits_lock:
            self._sweep_limits(now)
            self._links[key] = target, until

    def _times(self, key: str, limits: tuple[Limit, ...]) -> tuple[float, ...]:
        return self._full_again.get(key) or (0.0,) * len(limits)

    def _keys(
        self, buckets: Sequence[Bucket], now: float
    ) -> Iterator[tuple[int, str, tuple[Limit, ...]]]:
        met = set[str]()
        for index, bucket in enumerate(buckets):
            target, until = self._links.get(bucket.key, _NEVER) if bucket.follows else _NEVER
            for key in (bucket.key, target) if until > now else (bucket.key,):
                if key not in met:
                    met.add(key)
                    yield index, key, bucket.limits

    def _sweep_limits(self, now: float) -> None:
        """Forget a few entries that say nothing any more: as many as a write can add, and more."""
        for key in list(islice(self._full_again, _SWEPT_AT_ONCE)):
            if max(self._full_again[key]) <= now:
                del self._full_again[key]
            else:
                self._full_again.move_to_end(key)
        for key in list(islice(self._links, _SWEPT_AT_ONCE)):
            if self._links[key][1] <= now:
                del self._links[key]
            else:
                self._links.move_to_end(key)
