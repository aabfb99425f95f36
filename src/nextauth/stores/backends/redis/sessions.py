"""Owns which sessions are over, in Redis."""

from __future__ import annotations

import json

from nextauth.stores.backends.redis.connections import Client, RedisConnections
from nextauth.stores.backends.redis.scripts import BEGIN, END, END_ALL, TOUCH
from nextauth.stores.backends.redis.values import name_of, text_of
from nextauth.stores.sessions import SessionRecord, Standing

__all__ = ["RedisSessions"]

_READ_AT_ONCE = 500


class RedisSessions(RedisConnections):
    """Remembers which sessions are over; see `SessionStore`."""

    async def standing(self, sid: str, provider: str, user_id: str, *, now: float) -> Standing:
        """Answer what is known of a session."""
        session = name_of(sid)
        keys = (
            self._key("ended", session),
            self._key("epoch", name_of(provider, user_id)),
            self._key("session", session),
        )
        over, epoch, record = await self._ask("standing", lambda client: client.mget(keys))
        return Standing(
            is_ended=over is not None and float(over) > now,
            epoch=_epoch_of(epoch, now),
            seen=_seen_of(record, now),
        )

    async def epoch(self, provider: str, user_id: str, *, now: float) -> int:
        """Answer a user's epoch."""
        key = self._key("epoch", name_of(provider, user_id))
        return _epoch_of(await self._ask("epoch", lambda client: client.get(key)), now)

    async def begin(self, record: SessionRecord, *, now: float) -> None:
        """Note a session, in place of what was noted under its id, unless it is over."""
        sid = name_of(record.sid)
        user = name_of(record.provider, record.user_id)
        await self._run(
            BEGIN,
            (self._key("session", sid), self._key("ended", sid)),
            (sid, user, repr(record.began), repr(record.expires), _rest(record)),
            now=now,
            lasts=record.expires - now,
        )

    async def touch(self, record: SessionRecord, *, now: float) -> None:
        """Note that a session was used, unless it is not on record or over."""
        sid = name_of(record.sid)
        await self._run(
            TOUCH,
            (self._key("session", sid),),
            (sid, repr(record.expires), _rest(record)),
            now=now,
            lasts=record.expires - now,
        )

    async def end(self, sid: str, *, until: float, now: float) -> None:
        """End a session, whether or not it is on record."""
        name = name_of(sid)
        keys = self._key("session", name), self._key("ended", name)
        given = name, repr(until)
        await self._run(END, keys, given, now=now, lasts=until - now)

    async def end_all(self, provider: str, user_id: str, *, until: float, now: float) -> int:
        """End every session of a user."""
        user = name_of(provider, user_id)
        keys = self._key("epoch", user), self._key("sessions", user)
        given = user, repr(until)
        return int(await self._run(END_ALL, keys, given, now=now, lasts=until - now))

    async def sessions_of(
        self, provider: str, user_id: str, *, now: float
    ) -> tuple[SessionRecord, ...]:
        """Answer a user's sessions that are not over, the last used one first."""
        listed = self._key("sessions", name_of(provider, user_id))

        async def ask(client: Client) -> list[bytes | str | None]:
            found: list[bytes | str | None] = []
            names = await client.zrange(listed, 0, -1)
            keys = [self._key("session", text_of(name)) for name in names]
            for start in range(0, len(keys), _READ_AT_ONCE):
                found += await client.mget(keys[start : start + _READ_AT_ONCE])
            return found

        values = await self._ask("sessions_of", ask)
        records = [_record(value, provider, user_id) for value in values if value is not None]
        alive = [record for record in records if record.expires > now]
        return tuple(sorted(alive, key=lambda record: record.seen, reverse=True))


def _epoch_of(value: bytes | str | None, now: float) -> int:
    if value is None:
        return 0
    epoch, until = value.split()
    return int(epoch) if float(until) > now else 0


def _seen_of(value: bytes | str | None, now: float) -> float | None:
    if value is None:
        return None
    _, _, expires, seen, _ = text_of(value).split(" ", 4)
    return float(seen) if float(expires) > now else None


def _rest(record: SessionRecord) -> str:
    details = json.dumps([record.sid, record.address, record.user_agent], separators=(",", ":"))
    return f"{record.seen!r} {details}"


def _record(value: bytes | str, provider: str, user_id: str) -> SessionRecord:
    _, began, expires, seen, details = text_of(value).split(" ", 4)
    sid, address, user_agent = json.loads(details)
    return SessionRecord(
        sid,
        provider,
        user_id,
        began=float(began),
        seen=float(seen),
        expires=float(expires),
        address=address,
        user_agent=user_agent,
    )
