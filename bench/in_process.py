"""Calls an ASGI application in this process: ``python -m bench.in_process MODULE:NAME``.

The first line of stdin is the cookies, as JSON; for each line after it, it calls the application
with all of them, 16 at once, and prints the calls in a second of the processor's time.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

import uvloop

CONNECTIONS = 16
HEADERS = [
    (b"host", b"localhost:3000"),
    (b"accept", b"*/*"),
    (b"accept-language", b"en-US,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"),
]


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


def main() -> None:
    module, _, name = sys.argv[1].partition(":")
    app = getattr(importlib.import_module(module), name)
    cookies = json.loads(sys.stdin.readline())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for _ in sys.stdin:
            print(runner.run(called(app, cookies)), flush=True)


if __name__ == "__main__":
    main()
