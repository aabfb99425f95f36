"""Owns what revocation costs a session that is read: ``GET session``, warm, with Redis behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.alternate import medians, pin
from bench.bounds import measured
from bench.figures import Figure
from bench.pace import Pace
from bench.servers import SECRET
from bench.serving import free_port, serving
from nextauth import Auth, Credentials, Request, Revocation, User
from nextauth.stores.backends.redis import RedisStore
from nextauth.testing import mint_session

ROUNDS, REQUESTS = 15, 2_000


async def authorize(_credentials: object) -> User:
    return User(id="1", name="Ada Lovelace", email="ada@example.com")


def make_auth(revocation: Revocation | None) -> Auth:
    return Auth(
        providers=[Credentials(authorize=authorize, account="email")],
        secret=SECRET,
        base_url="http://localhost:3000",
        revocation=revocation,
        environ={},
    )


def reading(auth: Auth, loop: asyncio.AbstractEventLoop) -> Callable[[], float]:
    user = User(id="1", name="Ada Lovelace", email="ada@example.com")
    cookies = "; ".join(f"{name}={value}" for name, value in mint_session(auth, user).items())
    headers = [(b"host", b"localhost:3000"), (b"cookie", cookies.encode())]

    async def read() -> None:
        for _ in range(REQUESTS):
            response = await auth.handle(Request("GET", "/api/auth/session", headers=headers))
        assert b"Ada" in response.body, response.body

    def measure() -> float:
        loop.run_until_complete(read())  # the answer of the store is warm from here on
        began = time.process_time()
        loop.run_until_complete(read())
        return time.process_time() - began

    return measure


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis of our own, which keeps nothing; its address."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with serving([*command, "--loglevel", "warning"], port, pinned=False):
        yield f"redis://127.0.0.1:{port}/0"


def main(pace: Pace) -> tuple[Figure, ...]:
    with redis_server() as address, asyncio.Runner() as runner:
        pin(0)
        loop = runner.get_loop()
        store = RedisStore(address, prefix="nextauth-bench")
        times = medians(
            {
                "without": reading(make_auth(None), loop),
                "with": reading(make_auth(Revocation(store)), loop),
            },
            rounds=pace.rounds(ROUNDS),
        )
        loop.run_until_complete(store.aclose())
    line = measured("GET session, with revocation", "without")
    return (line.found(REQUESTS / times["with"], REQUESTS / times["without"]),)
