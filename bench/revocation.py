"""Owns what revocation costs a session that is read: ``GET session``, warm, with Redis behind."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from bench.alternate import medians, pin, report
from nextauth import Auth, Credentials, Request, Revocation, User
from nextauth.stores.backends.redis import RedisStore
from nextauth.testing import mint_session

SECRET = "a secret for benchmarks only 0123456789"
REDIS = os.environ.get("NEXTAUTH_TEST_REDIS", "redis://localhost:6379/0")
ROUNDS, REQUESTS = 15, 2_000
LEAST = 0.8


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


def main() -> bool:
    pin(0)
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        store = RedisStore(REDIS, prefix="nextauth-bench")
        times = medians(
            {
                "without": reading(make_auth(None), loop),
                "with": reading(make_auth(Revocation(store)), loop),
            },
            rounds=ROUNDS,
        )
        loop.run_until_complete(store.aclose())
    ratio = times["without"] / times["with"]
    return report("GET session with revocation / without", ratio, LEAST)
