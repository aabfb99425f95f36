"""Owns how tests reach the servers behind the shared stores, each test apart from all others.

Where a server is can be set: NEXTAUTH_TEST_REDIS, NEXTAUTH_TEST_POSTGRESQL, NEXTAUTH_TEST_MARIADB.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore, metadata
from tests.servers import free_port

__all__ = [
    "MARIADB",
    "POSTGRESQL",
    "REDIS",
    "RedisServer",
    "emptied",
    "made_database",
    "own_prefix",
    "redis_server",
]

REDIS = os.environ.get("NEXTAUTH_TEST_REDIS", "redis://127.0.0.1:6379/0")
POSTGRESQL = os.environ.get(
    "NEXTAUTH_TEST_POSTGRESQL", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"
)
MARIADB = os.environ.get("NEXTAUTH_TEST_MARIADB", "mariadb+asyncmy://root@127.0.0.1:3306/test")

_LONGEST_START = 120.0


@contextmanager
def own_prefix() -> Iterator[str]:
    """Answer a prefix for keys in the shared Redis, and delete them in the end."""
    prefix = f"nextauth-test-{uuid4().hex}"
    with Redis.from_url(REDIS) as client:
        try:
            client.ping()
        except RedisError as error:
            pytest.skip(f"Redis does not answer; set NEXTAUTH_TEST_REDIS. ({error})")
        yield prefix
        for key in client.scan_iter(f"{{{prefix}}}:*", count=1000):
            client.delete(key)


@contextmanager
def made_database(server: str, variable: str) -> Iterator[URL]:
    """Answer a database of the test's own, with our tables, and drop it in the end."""
    url = make_url(server)
    name = f"nextauth_test_{uuid4().hex[:12]}"
    try:
        asyncio.run(_administer(url, f"CREATE DATABASE {name}"))
    except (OSError, SQLAlchemyError) as error:
        pytest.skip(f"{url.get_backend_name()} does not answer; set {variable}. ({error})")
    try:
        yield url.set(database=name)
    finally:
        asyncio.run(_administer(url, f"DROP DATABASE {name}"))


def emptied(url: URL) -> SQLAlchemyStore:
    """Answer a store on a database, after its tables were made and emptied."""
    store = SQLAlchemyStore(url, timeout=60)

    async def empty() -> None:
        await store.upgrade()
        async with connected(url) as connection:
            for table in metadata.sorted_tables:
                if table.name != "nextauth_schema":
                    await connection.execute(table.delete())

    asyncio.run(empty())
    return store


@asynccontextmanager
async def connected(url: URL) -> AsyncIterator[AsyncConnection]:
    """Answer a connection whose statements hold at once."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _administer(url: URL, statement: str) -> None:
    async with connected(url) as connection:
        await connection.execute(text(statement))


class RedisServer:
    """A Redis of the test's own, which may be killed and started again.

    Args:
        folder: Where it keeps its data.
        options: Of its command line.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it has read what it kept."""
        own = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder))
        self._process = subprocess.Popen(
            ["redis-server", *own, "--save", "", *self._options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _LONGEST_START
        while not self._answers():
            assert self._process.poll() is None, "redis-server ended while it started"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with Redis.from_url(self.url, socket_timeout=5) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def send(self, sign: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(sign)

    def kill(self) -> None:
        """End it without a warning, as a loss of power would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[RedisServer]:
    """Run a Redis of the test's own."""
    if shutil.which("redis-server") is None:
        pytest.skip(
            "The program redis-server is not on PATH; Debian's package redis-server has it."
        )
    server = RedisServer(folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.kill()
