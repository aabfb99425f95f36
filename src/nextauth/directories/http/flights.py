"""Owns single flight on event loops: what is under way is waited for, in this thread or another.

Who started it may be called away, as when a browser closes the connection. What it started goes on:
a refresh token that was spent without anybody noting its successor would sign the person out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from nextauth.waiting import LoopWaits

__all__ = ["Flights"]

T = TypeVar("T")

_LONGEST_WAIT = 60.0  # seconds; each flight has a time limit of its own, far below


class Flights(Generic[T]):
    """What is under way in this process, across its threads and event loops."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._flying: dict[str, Future[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waits = LoopWaits()

    async def once(self, key: str, start: Callable[[], Awaitable[T]]) -> T:
        """Start something, unless it is under way; then wait for what comes of it.

        Args:
            key: What it is about.
            start: Starts it.

        Raises:
            TimeoutError: It takes longer than anybody waits, or its event loop has ended.
            Exception: Whatever came of it.
        """
        with self._lock:
            future = self._flying.get(key)
            is_ours = future is None
            if future is None:
                future = self._flying[key] = Future()
                future.set_running_or_notify_cancel()  # so that nobody who waits can cancel it
        if is_ours:
            task = asyncio.get_running_loop().create_task(self._fly(key, future, start))
            self._tasks.add(task)  # a loop does not hold its tasks
            task.add_done_callback(self._tasks.discard)
        return await self._waits.wait(future, timeout=_LONGEST_WAIT)

    async def _fly(self, key: str, future: Future[T], start: Callable[[], Awaitable[T]]) -> None:
        try:
            answer = await start()
        except BaseException as error:
            self._land(key)
            if isinstance(error, Exception):
                future.set_exception(error)
                return
            future.set_exception(TimeoutError("its event loop has ended"))
            raise
        self._land(key)
        future.set_result(answer)

    def _land(self, key: str) -> None:
        with self._lock:
            del self._flying[key]
