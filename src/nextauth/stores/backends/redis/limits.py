"""Owns the counting of tries in Redis: every key of a try in one script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nextauth.stores.backends.redis.connections import RedisConnections
from nextauth.stores.backends.redis.scripts import GIVE_BACK, TAKE
from nextauth.stores.limits import Bucket, Taken

__all__ = ["RedisLimits"]


class RedisLimits(RedisConnections):
    """Counts tries; see `LimitStore`."""

    async def take(self, buckets: Sequence[Bucket], *, now: float) -> Taken:
        """Take one from every bucket, or, if one is empty, from none."""
        if not buckets:
            return Taken(0.0)
        keys, given = self._keys(buckets), tuple(_arguments(buckets))
        wait, by = await self._run(TAKE, keys, given, now=now)
        return Taken(float(wait), None if int(by) < 0 else int(by))

    async def give_back(self, buckets: Sequence[Bucket], *, now: float) -> None:
        """Undo one `take` of these buckets, whatever was taken since."""
        if buckets:
            keys, given = self._keys(buckets), tuple(_arguments(buckets))
            await self._run(GIVE_BACK, keys, given, now=now)

    async def link(self, key: str, target: str, *, until: float, now: float) -> None:
        """Let a bucket's key lead to another."""
        name = self._key("link", key)
        value = f"{until!r} {target}".encode("utf-8", "surrogatepass")
        lasts = self._lasts_ms(until - now)
        await self._ask("link", lambda client: client.set(name, value, px=lasts))

    def _keys(self, buckets: Sequence[Bucket]) -> list[bytes]:
        kinds = ("tries", "link")
        return [self._key(kind, bucket.key) for bucket in buckets for kind in kinds]


def _arguments(buckets: Sequence[Bucket]) -> Iterator[str]:
    for bucket in buckets:
        yield "1" if bucket.follows else "0"
        yield str(len(bucket.limits))
        for limit in bucket.limits:
            yield str(limit.tries)
            yield repr(float(limit.per))
