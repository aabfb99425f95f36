"""The event loop while sign-ins hash: p99 of ``GET session`` against idle, and the control.

The same `authorize` runs as a plain ``def`` (in nextauth's workers) and on the loop (the control,
which must fail the bound, or the measurement shows nothing).
"""

from __future__ import annotations

import asyncio
import statistics
import time

import httpx2

from bench.bounds import measured
from bench.figures import Figure
from bench.pace import Pace
from bench.servers import auth
from bench.serving import free_port, serving, uvicorn
from nextauth import User
from nextauth.testing import mint_session

SECONDS = {"workers": 6, "on_loop": 2}  # the control queues up; a short look shows it
PER_SECOND = 100
ROUNDS = {"workers": 3, "on_loop": 1}  # what the control leaves queued would spoil a second
GIVE_UP = 20  # seconds: a loop that hashes never catches up with what it is asked
FORM = {"email": "ada@example.com", "password": "wrong"}
SAME = {"sec-fetch-site": "same-origin"}


async def read_times(client: httpx2.AsyncClient, seconds: int) -> list[float]:
    """Read the session at a fixed rate; how long each took, from when it was due."""
    cookie = "; ".join(f"{n}={v}" for n, v in mint_session(auth, User(id="1")).items())
    times: list[float] = []

    async def read(due: float) -> None:
        await client.get("/api/auth/session", headers={"cookie": cookie})
        times.append(time.perf_counter() - due)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(seconds * PER_SECOND):
            due = began + number / PER_SECOND
            await asyncio.sleep(max(0, due - time.perf_counter()))
            group.create_task(read(due))
    return times


async def hash_until(client: httpx2.AsyncClient, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await client.post("/api/auth/callback/credentials", data=FORM, headers=SAME)


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98] * 1000


async def measure(port: int, *, hashing: int, seconds: int) -> float:
    base = f"http://127.0.0.1:{port}"
    limits = httpx2.Limits(max_connections=None)
    async with (
        httpx2.AsyncClient(base_url=base, timeout=None, limits=limits) as reader,
        httpx2.AsyncClient(base_url=base, timeout=None, limits=limits) as writer,
    ):
        stop = asyncio.Event()
        tasks = [asyncio.create_task(hash_until(writer, stop)) for _ in range(hashing)]
        await asyncio.sleep(0.5)
        try:
            async with asyncio.timeout(GIVE_UP):
                found = p99(await read_times(reader, seconds))
        except TimeoutError:
            found = GIVE_UP * 1000
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return found


def main(pace: Pace) -> tuple[Figure, ...]:
    told = {
        "workers": measured("p99 while hashing in workers", "idle"),
        "on_loop": measured("control: p99 while hashing on the loop", "idle"),
    }
    figures = []
    for name, line in told.items():
        port, seconds = free_port(), pace.seconds(SECONDS[name])
        command = uvicorn(f"bench.hashing_server:{name}", port)
        with serving(command, port, pinned=False):
            idle, busy = [], []
            for _ in range(pace.rounds(ROUNDS[name])):
                idle.append(asyncio.run(measure(port, hashing=0, seconds=seconds)))
                busy.append(asyncio.run(measure(port, hashing=8, seconds=seconds)))
        figures.append(line.found(statistics.median(busy), statistics.median(idle)))
    return tuple(figures)
