"""Owns the counting of tries in memory: GCRA, every key of a try in one step.

Memory is bounded, and a flood of new keys must not make it forget the few that are used up: when it
is full, the least used of some goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

from nextauth.stores.limits import Bucket, Limit, Taken

__all__ = ["MemoryLimits"]

V = TypeVar("V")

_SWEPT = 4  # entries looked at for each that is added: few of them say nothing any more
_MOST_KEYS = 200_000  # some 80 MB
_SAMPLED = 8  # of them the least used goes
_ROUNDING = 1e-3  # seconds: the last of the tries must not fail by how floats add up


class MemoryLimits:
    """Counts tries; see `LimitStore`.

    Args:
        most_keys: Keys that are counted; as many links are kept.
    """

    def __init__(self, *, most_keys: int = _MOST_KEYS) -> None:
        self._limits_lock = Lock()
        # For each limit of a key, when all that was taken is given back again: GCRA's "theoretical
        # arrival time".
        self._full_again: _Kept[tuple[list[float], tuple[Limit, ...]]] = _Kept(
            most_keys, lambda entry, now: _used(*entry, now)
        )
        self._links: _Kept[tuple[str, float]] = _Kept(most_keys, lambda link, now: link[1] - now)

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        """Take one from every bucket, or, if one is empty, from none."""
        with self._limits_lock:
            longest, by = _ROUNDING, None
            moved: dict[str, tuple[list[float], tuple[Limit, ...]]] = {}
            for index, key, limits in self._reached(buckets, now):
                times = self._times(key, limits, now)
                for at, limit in enumerate(limits):
                    times[at] += limit.per / limit.tries
                    wait = times[at] - limit.per - now
                    if wait > longest:
                        longest, by = wait, index
                moved[key] = times, limits
            if by is not None:
                return Taken(longest, by)
            for key, entry in moved.items():
                self._full_again[key] = entry
            self._full_again.sweep(_SWEPT * len(moved), now)
            return _TAKEN

    async def give_back(self, buckets: Sequence[Bucket], *, now: float) -> None:
        """Undo one `take` of these buckets, whatever was taken since."""
        with self._limits_lock:
            for _, key, limits in self._reached(buckets, now):
                if key not in self._full_again:
                    continue
                times = self._times(key, limits, now)
                for at, limit in enumerate(limits):
                    times[at] -= limit.per / limit.tries
                self._full_again[key] = times, limits

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        """Let a bucket's key lead to another."""
        with self._limits_lock:
            self._links[key] = target, until
            self._links.sweep(_SWEPT, now)

    def _reached(
        self, buckets: Sequence[Bucket], now: float
    ) -> list[tuple[int, str, tuple[Limit, ...]]]:
        """Answer what is counted, each once: the buckets' keys, and what they are linked to."""
        reached, met = [], set()
        for index, bucket in enumerate(buckets):
            keys = [bucket.key]
            link = self._links.get(bucket.key) if bucket.follows else None
            if link is not None and link[1] > now:
                keys.append(link[0])
            for key in keys:
                if key not in met:
                    met.add(key)
                    reached.append((index, key, bucket.limits))
        return reached

    def _times(self, key: str, limits: tuple[Limit, ...], now: float) -> list[float]:
        """Answer when all is given back, by each limit."""
        entry = self._full_again.get(key)
        if entry is None:
            return [now] * len(limits)
        # A policy may have got more limits since.
        times = [max(now, each) for each in entry[0][: len(limits)]]
        return times + [now] * (len(limits) - len(times))


def _used(times: Sequence[float], limits: Sequence[Limit], now: float) -> float:
    """Answer which part of its limits a key has used up: 0 or less is nothing, 1 is all."""
    return max((time - now) / limit.per for time, limit in zip(times, limits, strict=True))


class _Kept(Generic[V]):
    """Entries by key, at most so many.

    Args:
        most: How many.
        weigh: Answers how much an entry is worth keeping; at 0 it says nothing any more.
    """

    __slots__ = ("_at", "_entries", "_keys", "_most", "_weigh")

    def __init__(self, most: int, weigh: Callable[[V, float], float]) -> None:
        self._most = most
        self._weigh = weigh
        self._entries: dict[str, V] = {}
        self._keys: list[str] = []
        self._at = 0

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def get(self, key: str) -> V | None:
        return self._entries.get(key)

    def __setitem__(self, key: str, entry: V) -> None:
        if key not in self._entries:
            self._keys.append(key)
        self._entries[key] = entry

    def sweep(self, count: int, now: float) -> None:
        """Drop what is not worth keeping, of the next few in turn; then what is too many.

        Args:
            count: How many to look at.
            now: Unix seconds.
        """
        for _ in range(min(count, len(self._keys))):
            self._at %= len(self._keys)
            if self._worth(self._at, now) > 0:
                self._at += 1
            else:
                self._drop(self._at)
        while len(self._keys) > self._most:
            # Nobody can choose which: who could would put what is used more around what they want
            # forgotten. The newest is not among them; it would always be the least used.
            newest = self._keys[-1]
            some = {hash((newest, number)) % self._most for number in range(_SAMPLED)}
            self._drop(min(some, key=lambda at: self._worth(at, now)))

    def _worth(self, at: int, now: float) -> float:
        return self._weigh(self._entries[self._keys[at]], now)

    def _drop(self, at: int) -> None:
        key, last = self._keys[at], self._keys.pop()
        if at < len(self._keys):
            self._keys[at] = last
        del self._entries[key]


_TAKEN = Taken(0.0)
