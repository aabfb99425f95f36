"""Owns pending states, in Redis."""

from __future__ import annotations

import json

from nextauth.stores.backends.redis.connections import RedisConnections
from nextauth.stores.backends.redis.factor_scripts import CLAIM, REDEEM
from nextauth.stores.backends.redis.values import name_of, text_of

__all__ = ["RedisPending"]


class RedisPending(RedisConnections):
    """Keeps pending states; see `PendingStore`."""

    async def put(self, key: str, record: str, *, until: float, now: float) -> None:
        """Keep a record, in place of what was kept under its key."""
        name, lasts = self._key("pending", name_of(key)), self._lasts_ms(until - now)
        value = f"{float(until)!r} {json.dumps(record)}"
        await self._ask("put", lambda client: client.set(name, value, px=lasts))

    async def claim(self, key: str, *, until: float, now: float) -> bool:
        """Note that something was used; of many calls at once one is the first."""
        name = self._key("pending", name_of(key))
        given = (repr(float(until)), str(self._lasts_ms(until - now)))
        return int(await self._run(CLAIM, (name,), given, now=now)) > 0

    async def peek(self, key: str, *, now: float) -> str | None:
        """Answer a record and leave it there; None if there is none."""
        name = self._key("pending", name_of(key))
        return _record(await self._ask("peek", lambda client: client.get(name)), now)

    async def redeem(self, key: str, *, now: float) -> str | None:
        """Take a record out: of many calls at once one gets it, and the others None."""
        name = self._key("pending", name_of(key))
        return _record(await self._run(REDEEM, (name,), (), now=now), now)

    async def drop(self, key: str, *, now: float) -> None:  # noqa: ARG002 - as the Protocol has it
        """Forget a record, whether or not it is there."""
        name = self._key("pending", name_of(key))
        await self._ask("drop", lambda client: client.delete(name))


def _record(value: bytes | str | None, now: float) -> str | None:
    if value is None:
        return None
    until, record = text_of(value).split(" ", 1)
    return str(json.loads(record)) if float(until) > now else None
