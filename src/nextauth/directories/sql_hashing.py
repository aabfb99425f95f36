"""Owns where a directory computes hashes: in a few threads, so that no event loop stands still.

At most one fewer than there are cores hash at once, and the queue before them is bounded.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from nextauth.errors import Busy

__all__ = ["HashWorkers"]

P = ParamSpec("P")
T = TypeVar("T")

_QUEUE_PER_WORKER = 64


class HashWorkers:
    """Runs what blocks in a few threads. For any event loop, and in a forked child too.

    Args:
        workers: Threads; None for one fewer than the cores that this process may use.
    """

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and (isinstance(workers, bool) or workers < 1):
            msg = f"workers={workers!r}: use 1 or more threads, or None"
            raise ValueError(msg)
        self._workers = max(1, _cores() - 1) if workers is None else workers
        self._most = self._workers * (1 + _QUEUE_PER_WORKER)
        self._pool: _Pool | None = None

    async def run(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer what `fn` does in a thread.

        Raises:
            Busy: Every thread is taken and the queue is full.
        """
        pool = self._own_pool()
        if not pool.room.acquire(blocking=False):
            message = f"{self._workers} threads hash passwords and the queue before them is full"
            raise Busy(message)
        try:
            future = pool.threads.submit(partial(fn, *args, **kwargs))
        except BaseException:
            pool.room.release()
            raise
        future.add_done_callback(lambda _: pool.room.release())
        return await asyncio.wrap_future(future)

    def _own_pool(self) -> _Pool:
        # Threads do not survive a fork, nor do the places they took; servers fork after import.
        if self._pool is None or self._pool.process != os.getpid():
            threads = ThreadPoolExecutor(self._workers, thread_name_prefix="nextauth-hash")
            self._pool = _Pool(os.getpid(), threads, threading.BoundedSemaphore(self._most))
        return self._pool


@dataclass(frozen=True, slots=True)
class _Pool:
    """One process's threads, and the room for calls that run or wait."""

    process: int
    threads: ThreadPoolExecutor
    room: threading.BoundedSemaphore


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
