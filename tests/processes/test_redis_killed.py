"""A Redis that is killed under load signs nobody in wrongly, and forgets no ended session.

It writes each change to its disk before it answers: ``appendfsync always``.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx2
import pytest

from tests.contract.stores.services import RedisServer, redis_server
from tests.processes import pair as site
from tests.processes.pair import Person

pytestmark = pytest.mark.service

STALENESS = 0.5
CLOCKS = 0.25  # seconds by which two clocks of one machine may differ while one of them is set
PEOPLE = 6
ENOUGH = 60
LONGEST = 300.0

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")


@dataclass
class Load:
    """People who sign in, look around and end their sessions, on both processes at once."""

    places: tuple[str, str]
    http: httpx2.AsyncClient
    is_over: bool = False
    alive: list[Person] = field(default_factory=list)
    ended: list[tuple[Person, float]] = field(default_factory=list)
    failures: int = 0
    rounds: int = 0

    async def one_person(self, number: int) -> None:
        for turn in count():
            if self.is_over:
                return
            here, there = self.places[turn % 2], self.places[(turn + 1) % 2]
            email = f"{number}-{turn}@example.com"
            one = site.person(email, await site.sign_in(self.http, here, email))
            if one is None:
                self.failures += 1
                continue
            self.rounds += 1
            taken_for, _ = await site.who(self.http, there, one)
            assert taken_for in {None, email}
            if turn % 3:
                await self.ends(there, one)
            else:
                self.alive.append(one)
            await self.looks_at_an_ended_one(here, turn)

    async def ends(self, place: str, one: Person) -> None:
        if await site.end(self.http, place, one) == 204:
            self.ended.append((one, time.monotonic()))
        else:
            self.failures += 1  # nobody said that it is over: it may be, or not

    async def looks_at_an_ended_one(self, place: str, turn: int) -> None:
        if not self.ended:
            return
        one, ended_at = self.ended[turn * 7919 % len(self.ended)]
        taken_for, asked_at = await site.who(self.http, place, one)
        if asked_at >= ended_at + STALENESS + CLOCKS:
            assert taken_for is None

    async def until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST
        while not reached():
            assert time.monotonic() < deadline, self
            await asyncio.sleep(0.01)


async def everybody_is_judged_rightly(load: Load) -> None:
    for place in load.places:
        # A process does not ask for a second after it was refused.
        await _until_it_answers(load, place)
        for one in load.alive:
            assert (await site.who(load.http, place, one))[0] == one.email
        for one, _ in load.ended:
            assert (await site.who(load.http, place, one))[0] is None


async def _until_it_answers(load: Load, place: str) -> None:
    deadline = time.monotonic() + LONGEST
    while (await site.who(load.http, place, load.alive[0]))[0] is None:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def scenario(redis: RedisServer, places: tuple[str, str]) -> Load:
    async with site.client() as http, asyncio.TaskGroup() as tasks:
        load = Load(places, http)
        people = [tasks.create_task(load.one_person(number)) for number in range(PEOPLE)]
        await load.until(lambda: len(load.ended) >= ENOUGH and len(load.alive) >= ENOUGH / 4)
        before = len(load.ended)
        await asyncio.to_thread(redis.kill)
        failures = load.failures
        await load.until(lambda: load.failures >= failures + 5 * PEOPLE)
        await asyncio.to_thread(redis.start)
        rounds = load.rounds
        await load.until(lambda: load.rounds >= rounds + ENOUGH)
        load.is_over = True
        await asyncio.gather(*people)
        assert before >= ENOUGH
        await everybody_is_judged_rightly(load)
        return load


def test_redis_killed_under_load_and_started_again_forgets_no_ended_session(tmp_path: Path) -> None:
    with (
        redis_server(tmp_path, *DURABLE) as redis,
        site.pair(redis.url, staleness=STALENESS) as places,
    ):
        load = asyncio.run(scenario(redis, places))
    assert load.failures > 0
