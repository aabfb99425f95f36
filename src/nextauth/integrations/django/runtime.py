"""Owns where plain ``def`` functions run under ASGI: in the thread that Django keeps for a request.

Django ties database connections to that thread, closes them when the request is done, and has its
tests share it. A thread of ours would keep its connections for ever.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async

from nextauth.errors import Busy
from nextauth.integrations.workers import FORM_WORKERS, WORKERS, _without_stop_iteration
from nextauth.waiting import LoopWaits

__all__ = ["POSTING", "READING", "RequestThreads"]

P = ParamSpec("P")
T = TypeVar("T")


class RequestThreads(LoopWaits):
    """Runs plain ``def`` functions in the requests' threads, a few at once.

    Args:
        workers: Calls that run at once on one event loop.
        waiting: Calls that may wait for their turn.
    """

    def __init__(self, workers: int, waiting: int) -> None:
        self._workers = workers
        # Under WSGI, async views have an event loop each, in several threads.
        self._room = threading.BoundedSemaphore(workers + waiting)
        self._lock = threading.Lock()
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` in the request's thread, with the caller's context.

        Raises:
            Busy: As many calls run or wait as may.
        """
        if not self._room.acquire(blocking=False):
            message = f"{self._workers} calls run and the queue behind them is full"
            raise Busy(message)
        try:
            async with self._turn():
                job = partial(_without_stop_iteration, partial(fn, *args, **kwargs))
                return await sync_to_async(job)()
        finally:
            self._room.release()

    def _turn(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._turns:
                self._turns[loop] = asyncio.Semaphore(self._workers)
            return self._turns[loop]


READING = RequestThreads(WORKERS.workers, WORKERS.waiting)
"""For reading sessions."""

POSTING = RequestThreads(FORM_WORKERS.workers, FORM_WORKERS.waiting)
"""For what is posted, so that a flood of sign-ins leaves people who are signed in alone."""
