"""Owns the counting of tries in memory: GCRA, every key of a try in one step."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import islice
from threading import Lock
from typing import TypeVar

from nextauth.stores.limits import Bucket, Limit, Taken

__all__ = ["MemoryLimits"]

V = TypeVar("V")

_SWEPT = 2  # entries looked at for each that is added: so at most half of them say nothing any more
_MOST_KEYS = 200_000  # some 60 MB: who makes so many forgets somebody else's few
_ROUNDING = 1e-3  # seconds: the last of the tries must not fail by how floats add up


class MemoryLimits:
    """Counts tries; see `LimitStore`."""

    def __init__(self) -> None:
        self._limits_lock = Lock()
        # For each limit of a key, when all that was taken is given back again: GCRA's "theoretical
        # arrival time".
        self._full_again: OrderedDict[str, list[float]] = OrderedDict()
        self._links: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        """Take one from every bucket, or, if one is empty, from none."""
        with self._limits_lock:
            full_again = self._full_again
            longest, by = _ROUNDING, None
            moved: dict[str, list[float]] = {}
            for index, key, limits in self._reached(buckets, now):
                times = _times(full_again.get(key), limits, now)
                for at, limit in enumerate(limits):
                    times[at] += limit.per / limit.tries
                    wait = times[at] - limit.per - now
                    if wait > longest:
                        longest, by = wait, index
                moved[key] = times
            if by is not None:
                return Taken(longest, by)
            full_again.update(moved)
            self._sweep_tries(_SWEPT * len(moved), now)
            return _TAKEN

    async def give_back(self, buckets: Sequence[Bucket], *, now: float) -> None:
        """Undo one `take` of these buckets, whatever was taken since."""
        with self._limits_lock:
            full_again = self._full_again
            for _, key, limits in self._reached(buckets, now):
                times = _times(full_again.get(key), limits, now)
                for at, limit in enumerate(limits):
                    times[at] -= limit.per / limit.tries
                if max(times) > now:
                    full_again[key] = times
                else:
                    full_again.pop(key, None)

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        """Let a bucket's key lead to another."""
        with self._limits_lock:
            self._links[key] = target, until
            for known in list(islice(self._links, _SWEPT)):
                if self._links[known][1] <= now:
                    del self._links[known]
                else:
                    self._links.move_to_end(known)
            _forget_beyond(_MOST_KEYS, self._links)

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

    def _sweep_tries(self, most: int, now: float) -> None:
        full_again = self._full_again
        for key in list(islice(full_again, most)):
            if max(full_again[key]) <= now:
                del full_again[key]
            else:
                full_again.move_to_end(key)
        _forget_beyond(_MOST_KEYS, full_again)


def _times(known: list[float] | None, limits: Sequence[Limit], now: float) -> list[float]:
    """Answer when all is given back, by each limit; a policy may have got more of them since."""
    if known is None:
        return [now] * len(limits)
    times = [max(now, each) for each in known[: len(limits)]]
    return times + [now] * (len(limits) - len(times))


def _forget_beyond(most: int, entries: OrderedDict[str, V]) -> None:
    while len(entries) > most:
        entries.popitem(last=False)


_TAKEN = Taken(0.0)
