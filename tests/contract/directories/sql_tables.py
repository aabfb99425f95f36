"""Owns the tables of users that tests of the directory read, in each kind of database."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import URL, text

from nextauth.passwords import CHEAPEST, FoundPasswords
from tests.contract.directories.contract import NAME, OTHER, OTHER_PASSWORD, PASSWORD
from tests.contract.stores.services import connected
from tests.servers import free_port

__all__ = ["HASHES", "Proxy", "execute", "filled"]

HASHES = FoundPasswords(profile=CHEAPEST)

_TABLE = """
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    username VARCHAR(190),
    email VARCHAR(190),
    full_name VARCHAR(190),
    password VARCHAR(190),
    is_disabled INTEGER DEFAULT 0
)
"""
_ROW = (
    "INSERT INTO people (id, username, email, full_name, password) "
    "VALUES (:id, :username, :email, :full_name, :password)"
)


async def execute(url: URL, statement: str, rows: Sequence[dict[str, Any]] = ()) -> list[Any]:
    """Run a statement by a connection of the test's own."""
    async with connected(url) as connection:
        result = await connection.execute(text(statement), list(rows) or None)
        return list(result.mappings()) if result.returns_rows else []


def person(number: int, name: str, password: str) -> dict[str, Any]:
    """Answer a row."""
    return {
        "id": number,
        "username": name,
        "email": f"{name}@example.com",
        "full_name": name.title(),
        "password": HASHES.hash(password),
    }


async def filled(url: URL) -> None:
    """Make the table anew, with two people in it."""
    await execute(url, "DROP TABLE IF EXISTS people")
    await execute(url, _TABLE)
    people = [person(1, NAME, PASSWORD), person(2, OTHER, OTHER_PASSWORD)]
    await execute(url, _ROW, people)


class Proxy:
    """Stands before a server, so that a test can take it away: all connections, and new ones.

    Args:
        host: Of the server.
        port: Of the server.
    """

    def __init__(self, host: str, port: int) -> None:
        self.port = free_port()
        self._server = host, port
        self._open: list[asyncio.StreamWriter] = []
        self._loop = asyncio.new_event_loop()
        self._listener: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Stand there until the block ends."""
        self._thread.start()
        self.come()
        try:
            yield
        finally:
            self.go()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def come(self) -> None:
        """Let connections through."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    def go(self) -> None:
        """Break every connection, and take no other."""
        asyncio.run_coroutine_threadsafe(self._break(), self._loop).result()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, reuse_address=True
        )

    async def _break(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        for each in self._open:
            each.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._open.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection(*self._server)
            self._open += [writer, far_writer]
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof() and not writer.is_closing():
            with suppress(OSError, socket.error):
                writer.write_eof()
