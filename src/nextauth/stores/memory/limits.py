"""Owns the counting of tries in memory: GCRA, every key of a try in one step.

Memory is bounded, and a flood of new keys must not make it forget the few that are used up: when it
is full, the least used of some goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, Protocol, TypeAlias, TypeVar

from nextauth.stores.limits import Bucket, Limit, Taken

__all__ = ["MemoryLimits"]

V = TypeVar("V", bound="_Entry")

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
        self._counts: _Kept[_Count] = _Kept(most_keys)
        self._links: _Kept[_Link] = _Kept(most_keys)

    @property
    def waits(self) -> bool:
        """Never."""
        return False

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        """Take one from every bucket, or, if one is empty, from none."""
        with self._limits_lock:
            latest, by = now + _ROUNDING, None
            moved = []
            for key, index in self._reached(buckets, now).items():
                count, limits = self._counts.get(key), buckets[index].limits
                times = []
                for limit, time in zip(limits, _times(count, limits, now), strict=True):
                    after = (time if time > now else now) + limit.interval  # noqa: FURB136 - max is a call
                    times.append(after)
                    if after - limit.per > latest:
                        latest, by = after - limit.per, index
                moved.append((key, count, times, limits))
            if by is not None:
                return Taken(latest - now, by)
            self._move(moved, now)
            return _TAKEN

    async def give_back(self, buckets: Sequence[Bucket], *, now: float) -> None:
        """Undo one `take` of these buckets, whatever was taken since."""
        with self._limits_lock:
            for key, index in self._reached(buckets, now).items():
                count, limits = self._counts.get(key), buckets[index].limits
                if count is None:
                    continue
                before = zip(limits, _times(count, limits, now), strict=True)
                times = [
                    (at if at > now else now) - limit.interval  # noqa: FURB136 - max is a call
                    for limit, at in before
                ]
                count.move(times, limits)

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        """Let a bucket's key lead to another."""
        with self._limits_lock:
            link = self._links.get(key)
            if link is not None:
                link.target, link.until = target, until
                return
            self._links.add(key, _Link(target, until))
            self._links.sweep(_SWEPT, now)

    async def aclose(self) -> None:
        """Do nothing: there are no connections."""

    def _reached(self, buckets: Sequence[Bucket], now: float) -> dict[str, int]:
        """Answer what is counted, each once, and by which bucket: its key, and where that leads."""
        reached: dict[str, int] = {}
        for index, (key, _, follows) in enumerate(buckets):
            reached.setdefault(key, index)
            link = self._links.get(key) if follows else None
            if link is not None and link.until > now:
                reached.setdefault(link.target, index)
        return reached

    def _move(self, moved: Sequence[_Moved], now: float) -> None:
        added = 0
        for key, count, times, limits in moved:
            if count is None:
                self._counts.add(key, _Count(times, limits))
                added += 1
            else:
                count.move(times, limits)
        if added:
            self._counts.sweep(_SWEPT * added, now)


def _times(count: _Count | None, limits: tuple[Limit, ...], now: float) -> Sequence[float]:
    """Answer when all is given back, by each limit; it may have been before now."""
    if count is None:
        return (now,) * len(limits)
    times = count.times
    if len(times) == len(limits):
        return times
    return [*times, *(now,) * len(limits)][: len(limits)]  # a policy may have got more limits since


class _Entry(Protocol):
    """Something that is kept for a time.

    Attributes:
        until: Unix seconds after which it says nothing any more.
    """

    @property
    def until(self) -> float: ...

    def weight(self, now: float) -> float: ...


class _Count:
    """What was taken by one key.

    Args:
        times: For each limit, when all that was taken is given back again: GCRA's "theoretical
            arrival time".
        limits: The limits.
    """

    __slots__ = ("limits", "times", "until")

    def __init__(self, times: list[float], limits: tuple[Limit, ...]) -> None:
        self.move(times, limits)

    def move(self, times: list[float], limits: tuple[Limit, ...]) -> None:
        """Take one more, or give one back.

        Args:
            times: As in the constructor.
            limits: The limits.
        """
        self.times: list[float] = times
        self.limits: tuple[Limit, ...] = limits
        self.until: float = max(times)

    def weight(self, now: float) -> float:
        """Answer which part of the limits is used up: 0 or less is nothing, 1 is all."""
        parts = zip(self.times, self.limits, strict=True)
        return max((time - now) / limit.per for time, limit in parts)


class _Link:
    """Where a key leads.

    Args:
        target: The other key.
        until: Unix seconds after which it is forgotten.
    """

    __slots__ = ("target", "until")

    def __init__(self, target: str, until: float) -> None:
        self.target = target
        self.until = until

    def weight(self, now: float) -> float:
        """Answer how long it is still to be kept."""
        return self.until - now


class _Kept(Generic[V]):
    """Entries by key, at most so many.

    Args:
        most: How many.
    """

    __slots__ = ("_at", "_entries", "_keys", "_most", "get")

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: dict[str, V] = {}
        self.get: Callable[[str], V | None] = self._entries.get
        self._keys: list[str] = []
        self._at = 0

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def add(self, key: str, entry: V) -> None:
        """Keep a new one.

        Args:
            key: A key that is not there.
            entry: Its entry.
        """
        self._keys.append(key)
        self._entries[key] = entry

    def sweep(self, count: int, now: float) -> None:
        """Drop what is not worth keeping, of the next few in turn; then what is too many.

        Args:
            count: How many to look at.
            now: Unix seconds.
        """
        keys, entries = self._keys, self._entries
        for _ in range(min(count, len(keys))):
            self._at %= len(keys)
            if entries[keys[self._at]].until > now:
                self._at += 1
            else:
                self._drop(self._at)
        while len(self._keys) > self._most:
            # Nobody can choose which: who could would put what is used more around what they want
            # forgotten. The newest is not among them; it would always be the least used.
            newest = self._keys[-1]
            some = {hash((newest, number)) % self._most for number in range(_SAMPLED)}
            self._drop(min(some, key=lambda at: entries[keys[at]].weight(now)))

    def _drop(self, at: int) -> None:
        key, last = self._keys[at], self._keys.pop()
        if at < len(self._keys):
            self._keys[at] = last
        del self._entries[key]


_Moved: TypeAlias = tuple[str, _Count | None, list[float], tuple[Limit, ...]]
_TAKEN = Taken(0.0)
