"""What protecting an endpoint costs, over uvicorn and as calls in this process.

Starlette: the same endpoint unprotected, under `session_required`, which is bounded over uvicorn,
and asking `current_session` under `AuthMiddleware`, which is told beside it. FastAPI: the same
endpoint behind `RequireSession` and behind the dependency of fastapi-nextauth-jwt, which read the
same cookies, of v5 and of v4; bounded both over uvicorn and in this process, 16 calls at once. The
peer waits for a thread in each call, which costs it more where nothing else is to do: the two ways
differ, and neither stands alone.

All are requests a second of processor time, all threads together: on an idle machine that is a
second of the clock. On a busy one, what others leave of the caches still moves the ratios by a
tenth. wrk sends another valid cookie with every request; the server has one core, wrk the other.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import uvloop

from bench import protected_servers
from bench.alternate import medians, pin, report
from bench.protected_servers import auth, auth_v4
from bench.requests import counted, free_port, read_script, serving, uvicorn
from nextauth import User
from nextauth.testing import mint_session

COUNT, CONNECTIONS = 256, 16
ROUNDS_OVER_SOCKETS, ROUNDS_IN_PROCESS = 5, 41
SITES = {
    "unprotected": auth,
    "decorated": auth,
    "surrounded": auth,
    "ours": auth,
    "peer": auth,
    "ours_v4": auth_v4,
    "peer_v4": auth_v4,
}
PAIRS = (
    ("decorated", "unprotected"),
    ("surrounded", "unprotected"),
    ("ours", "peer"),
    ("ours_v4", "peer_v4"),
)
HEADERS = [
    (b"host", b"localhost:3000"),
    (b"accept", b"*/*"),
    (b"accept-language", b"en-US,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"),
]


def processor_seconds(process: int) -> float:
    """What a process has spent so far, in all its threads (proc(5))."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def over_sockets() -> dict[str, float]:
    """Requests a second of the server's processor time."""

    def measure(process: int, requests: Callable[[], float]) -> Callable[[], float]:
        def once() -> float:
            before = processor_seconds(process)
            return requests() / (processor_seconds(process) - before)

        return once

    scripts = {auth: read_script(auth), auth_v4: read_script(auth_v4)}
    with ExitStack() as stack:
        measures = {}
        for name, site in SITES.items():
            port = free_port()
            command = uvicorn(f"bench.protected_servers:{name}", port)
            process = stack.enter_context(serving(command, port))
            measures[name] = measure(process, counted(port, "/", scripts[site]))
        return medians(measures, rounds=ROUNDS_OVER_SOCKETS)


def scope_of(cookie: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("127.0.0.1", 3000),
        "client": ("127.0.0.1", 50_000),
        "scheme": "http",
        "method": "GET",
        "root_path": "",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [*HEADERS, (b"cookie", cookie.encode())],
        "state": {},
    }


async def called(app: Any, cookies: list[str]) -> float:  # noqa: ANN401
    """Calls in a second of the processor's time, whichever threads it is spent in."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        assert message.get("status", 200) == 200, message

    async def connection(sent: list[str]) -> None:
        for cookie in sent:
            await app(scope_of(cookie), receive, send)

    began = time.process_time()
    await asyncio.gather(*(connection(cookies[n::CONNECTIONS]) for n in range(CONNECTIONS)))
    return len(cookies) / (time.process_time() - began)


def in_process() -> dict[str, float]:
    """Calls a second of the processor's time."""

    def measure(runner: asyncio.Runner, name: str) -> Callable[[], float]:
        users = (User(id=str(number), name="Ada Lovelace") for number in range(COUNT))
        sealed = [mint_session(SITES[name], user) for user in users]
        cookies = [f"{key}={value}" for each in sealed for key, value in each.items()]
        app = getattr(protected_servers, name)
        return lambda: runner.run(called(app, cookies))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return medians({name: measure(runner, name) for name in SITES}, rounds=ROUNDS_IN_PROCESS)


def ratios(way: str, found: Mapping[str, float]) -> dict[str, float]:
    print(f"{way}, requests a second:", {name: round(value) for name, value in found.items()})
    whole = {f"{name} / {other}": found[name] / found[other] for name, other in PAIRS}
    print(f"{way}:", {pair: round(ratio, 2) for pair, ratio in whole.items()})
    return whole


def main() -> bool:
    served = ratios("over uvicorn", over_sockets())
    pin(0)
    alone = ratios("in this process", in_process())
    bounds = (
        ("Starlette over uvicorn", served, "decorated / unprotected", 0.55),
        ("FastAPI over uvicorn", served, "ours / peer", 1.5),
        ("FastAPI over uvicorn", served, "ours_v4 / peer_v4", 1.5),
        ("FastAPI in this process", alone, "ours / peer", 1.5),
        ("FastAPI in this process", alone, "ours_v4 / peer_v4", 1.5),
    )
    held = [report(f"{way}: {pair}", found[pair], bound) for way, found, pair, bound in bounds]
    return all(held)


if __name__ == "__main__":
    sys.exit(not main())
