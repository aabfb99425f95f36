"""Owns enrolments of factors, in Redis."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from nextauth.stores.backends.redis import factor_scripts as scripts
from nextauth.stores.backends.redis.connections import RedisConnections
from nextauth.stores.backends.redis.scripts import Script
from nextauth.stores.backends.redis.values import name_of, text_of
from nextauth.stores.factors import (
    Enrolment,
    check_counter,
    check_data,
    check_name,
    oldest_first,
)

__all__ = ["RedisFactors"]

_User = tuple[str, str]


class RedisFactors(RedisConnections):
    """Keeps enrolments; see `FactorStore`."""

    async def enrolments(self, provider: str, user_id: str, *, now: float) -> tuple[Enrolment, ...]:
        """Answer a user's enrolments, confirmed or not, the oldest first."""
        user = name_of(provider, user_id)
        keys = (self._key("factors", user),)
        found = await self._run(scripts.ENROLMENTS, keys, (user,), now=now)
        return oldest_first(_enrolment(fields, digests) for fields, digests in found)

    async def find(self, enrolment_id: str, *, now: float) -> Enrolment | None:
        """Answer the confirmed enrolment of an id, whosever it is."""
        name = name_of(enrolment_id)
        keys = (self._key("factor", name), self._key("digests", name))
        found = await self._run(scripts.FIND, keys, ("", name), now=now)
        return _enrolment(*found) if found else None

    async def enrol(self, enrolment: Enrolment, *, now: float) -> bool:
        """Keep an enrolment, unless its id is taken or the user has too many."""
        user, fields = (enrolment.provider, enrolment.user_id), _fields(enrolment)
        given = (
            _written(enrolment.expires),
            str(len(fields) // 2),
            *fields,
            *map(json.dumps, enrolment.digests),
        )
        return await self._do(scripts.ENROL, user, enrolment.id, *given, now=now) > 0

    async def confirm(
        self, provider: str, user_id: str, enrolment_id: str, *, counter: int, now: float
    ) -> bool:
        """Let an enrolment count from now on."""
        check_counter(counter)
        user = provider, user_id
        return await self._do(scripts.CONFIRM, user, enrolment_id, str(counter), now=now) > 0

    async def advance(
        self, provider: str, user_id: str, enrolment_id: str, counter: int, *, now: float
    ) -> bool:
        """Take a counter, if it is larger than any that was taken before."""
        check_counter(counter)
        user, given = (provider, user_id), (str(counter), _written(now))
        return await self._do(scripts.ADVANCE, user, enrolment_id, *given, now=now) > 0

    async def note_use(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Note that a factor was used whose counter does not tell one use from the next."""
        user = provider, user_id
        return await self._do(scripts.NOTE_USE, user, enrolment_id, _written(now), now=now) > 0

    async def spend(
        self, provider: str, user_id: str, enrolment_id: str, digest: str, *, now: float
    ) -> int | None:
        """Take one digest out of an enrolment's, for good."""
        user, given = (provider, user_id), (json.dumps(digest), _written(now))
        left = await self._do(scripts.SPEND, user, enrolment_id, *given, now=now)
        return None if left < 0 else left

    async def replace_data(  # noqa: PLR0913 - whose, what, and what was there
        self,
        provider: str,
        user_id: str,
        enrolment_id: str,
        data: str,
        *,
        expected: str,
        now: float,
    ) -> bool:
        """Put other data in the place of what is expected to be there."""
        check_data(data)
        user, given = (provider, user_id), (json.dumps(expected), json.dumps(data))
        return await self._do(scripts.REPLACE_DATA, user, enrolment_id, *given, now=now) > 0

    async def rename(
        self, provider: str, user_id: str, enrolment_id: str, name: str, *, now: float
    ) -> bool:
        """Call an enrolment something else."""
        check_name(name)
        user = provider, user_id
        return await self._do(scripts.RENAME, user, enrolment_id, json.dumps(name), now=now) > 0

    async def remove(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Forget an enrolment."""
        return await self._do(scripts.REMOVE, (provider, user_id), enrolment_id, now=now) > 0

    async def remove_all(self, provider: str, user_id: str, *, now: float) -> int:
        """Forget all enrolments of a user."""
        user = name_of(provider, user_id)
        keys = (self._key("factors", user),)
        return int(await self._run(scripts.REMOVE_ALL, keys, (user,), now=now))

    async def _do(
        self, script: Script, user: _User, enrolment_id: str, *given: str, now: float
    ) -> int:
        owner, name = name_of(*user), name_of(enrolment_id)
        kinds = ("factors", owner), ("factor", name), ("digests", name)
        keys = [self._key(*each) for each in kinds]
        return int(await self._run(script, keys, (owner, name, *given), now=now))


def _written(time: float | None) -> str:
    return "" if time is None else repr(float(time))


def _read(time: str) -> float | None:
    return float(time) if time else None


def _fields(enrolment: Enrolment) -> tuple[str, ...]:
    # Eight with the two that the script adds: Redis keeps more in twice as large a table, and any
    # of more than 64 bytes makes it one.
    details = [enrolment.id, enrolment.method, float(enrolment.created)]
    return (
        *("used", _written(enrolment.used)),
        *("counter", str(enrolment.counter)),
        *("name", json.dumps(enrolment.name)),
        *("owner", json.dumps([enrolment.provider, enrolment.user_id])),
        *("details", json.dumps(details)),
        *("data", json.dumps(enrolment.data)),
    )


def _enrolment(fields: Sequence[Any], digests: Sequence[Any]) -> Enrolment:
    texts = [text_of(each) for each in fields]
    kept = dict(zip(texts[::2], texts[1::2], strict=True))
    provider, user_id = json.loads(kept["owner"])
    enrolment_id, method, created = json.loads(kept["details"])
    return Enrolment(
        enrolment_id,
        provider,
        user_id,
        method,
        json.loads(kept["name"]),
        json.loads(kept["data"]),
        created=created,
        confirmed=not kept["expires"],
        used=_read(kept["used"]),
        counter=int(kept["counter"]),
        expires=_read(kept["expires"]),
        digests=tuple(json.loads(text_of(each)) for each in digests),
    )
