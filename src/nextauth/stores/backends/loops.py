"""Owns which connections belong to which event loop, and that they end when it does.

A connection works on the loop that made it only, and one store meets several: that of the server,
nextauth's own in the background, and one a test. A forked child has none of its parent's.
"""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

__all__ = ["PerLoop"]

T = TypeVar("T")

_closing: set[asyncio.Task[None]] = set()


class PerLoop(Generic[T]):
    """Keeps one resource for each event loop that asks for it, such as a pool of connections.

    Each is closed with its loop; or before, if nobody holds this object any more.

    Args:
        opens: Makes one; it may not wait.
        closes: Ends one, on the loop that it was made on.
    """

    def __init__(self, opens: Callable[[], T], closes: Callable[[T], Awaitable[None]]) -> None:
        self._opens = opens
        self._closes = closes
        self._kept: dict[asyncio.AbstractEventLoop, _Kept[T]] = {}
        weakref.finalize(self, _abandon, self._kept).atexit = False

    async def get(self) -> T:
        """Answer the running loop's, which is made if there is none yet."""
        loop = asyncio.get_running_loop()
        kept = self._kept.get(loop)
        if kept is None:
            _forget_closed_loops(self._kept)
            kept = self._kept[loop] = _Kept(self._opens(), self._closes)
            # Whoever ends a loop first closes its asynchronous generators, on it: that is the one
            # moment at which connections can be closed that nobody else thinks of.
            kept.life = _live(kept, loop, self._kept)
            await anext(kept.life)
        return kept.resource

    async def aclose(self) -> None:
        """Close the running loop's."""
        kept = self._kept.get(asyncio.get_running_loop())
        if kept is not None and kept.life is not None:
            await kept.life.aclose()


class _Kept(Generic[T]):
    """A resource, and how it ends: once, however many find that it is time."""

    def __init__(self, resource: T, closes: Callable[[T], Awaitable[None]]) -> None:
        self.resource = resource
        self.life: AsyncGenerator[None] | None = None
        self.process = os.getpid()
        self._closes = closes
        self._one_at_a_time = asyncio.Lock()
        self._is_closed = False

    async def close(self) -> None:
        async with self._one_at_a_time:
            if not self._is_closed:
                await self._closes(self.resource)
                self._is_closed = True


async def _live(
    kept: _Kept[T],
    loop: asyncio.AbstractEventLoop,
    of_loop: dict[asyncio.AbstractEventLoop, _Kept[T]],
) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        of_loop.pop(loop, None)
        await kept.close()


def _abandon(of_loop: dict[asyncio.AbstractEventLoop, _Kept[T]]) -> None:
    """Close what nobody holds any more, from whichever thread that was found in."""
    for loop, kept in list(of_loop.items()):
        if kept.process == os.getpid():
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(_close_soon, loop, kept)


def _close_soon(loop: asyncio.AbstractEventLoop, kept: _Kept[T]) -> None:
    task = loop.create_task(kept.close())
    _closing.add(task)  # a loop does not hold its tasks
    task.add_done_callback(_closing.discard)


def _forget_closed_loops(of_loop: dict[asyncio.AbstractEventLoop, _Kept[T]]) -> None:
    for loop in list(of_loop):
        if loop.is_closed():
            of_loop.pop(loop, None)
