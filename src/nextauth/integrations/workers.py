"""Owns where the application's plain ``def`` functions run under an event loop: in a few threads.

At most one fewer than there are cores hash at once, so that they never take the core that the event
loop needs. The queue before them is bounded; when it is full, the answer is 503.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from nextauth.errors import Busy
from nextauth.waiting import LoopWaits

__all__ = ["FORM_WORKERS", "WORKERS", "WorkerRuntime"]

P = ParamSpec("P")
T = TypeVar("T")

_QUEUE_PER_WORKER = 64


class WorkerRuntime(LoopWaits):
    """Runs plain ``def`` functions in a few threads, with a bounded queue.

    Args:
        workers: Threads; None for one fewer than the cores that this process may use.
        waiting: Calls that may wait for a thread; None for 64 a thread.
    """

    def __init__(self, workers: int | None = None, waiting: int | None = None) -> None:
        self.workers: int = max(1, _cores() - 1) if workers is None else workers
        self.waiting: int = self.workers * _QUEUE_PER_WORKER if waiting is None else waiting
        self._pool: _Pool | None = None

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` in a worker thread, with the caller's context.

        Raises:
            Busy: Every worker is taken and the queue is full.
        """
        pool = self._own_pool()
        if not pool.room.acquire(blocking=False):
            message = f"{self.workers} workers are taken and the queue before them is full"
            raise Busy(message)
        context = contextvars.copy_context()
        job = partial(context.run, _without_stop_iteration, partial(fn, *args, **kwargs))
        try:
            future = pool.threads.submit(job)
        except BaseException:
            pool.room.release()
            raise
        future.add_done_callback(lambda _: pool.room.release())
        return await asyncio.wrap_future(future)

    def _own_pool(self) -> _Pool:
        # Threads do not survive a fork, nor do the places they took; servers fork after import.
        if self._pool is None or self._pool.process != os.getpid():
            self._pool = _Pool(
                os.getpid(),
                ThreadPoolExecutor(self.workers, thread_name_prefix="nextauth-worker"),
                threading.BoundedSemaphore(self.workers + self.waiting),
            )
        return self._pool


@dataclass(frozen=True, slots=True)
class _Pool:
    """One process's threads, and the room for calls that run or wait."""

    process: int
    threads: ThreadPoolExecutor
    room: threading.BoundedSemaphore


def _without_stop_iteration(fn: Callable[[], T]) -> T:
    """Call `fn`; a future cannot carry a StopIteration, and who awaits it would wait for ever."""
    try:
        return fn()
    except StopIteration as error:
        message = "a plain def raised StopIteration; give next() a default"
        raise RuntimeError(message) from error


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


WORKERS = WorkerRuntime()
"""The workers that the process shares, for reading sessions."""

FORM_WORKERS = WorkerRuntime()
"""Others for what is posted: anybody may post, and `authorize` may be slow, so that a flood of
sign-ins, or a directory that hangs, must not take the workers of people who are signed in."""
