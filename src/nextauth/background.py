"""Owns the one event loop that nextauth ever starts: for sync servers with ``async def`` functions.

It runs in one thread a process, is started at first use (servers fork before that), and is left
behind by a child that forks later. The application's plain ``def`` functions still run in the
thread that made the request, so that its database connections and context are the right ones.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Callable, Coroutine
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from nextauth.web import Runtime

__all__ = ["run"]

P = ParamSpec("P")
T = TypeVar("T")

_lock = threading.Lock()
_running: tuple[int, asyncio.AbstractEventLoop] | None = None


def run(start: Callable[[Runtime], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on the background loop and wait for its end.

    Args:
        start: Makes the coroutine, given where its plain ``def`` functions run: here.

    Returns:
        What the coroutine returns.

    Raises:
        RuntimeError: The caller is on that loop itself, which would wait for itself for ever.
        Exception: Whatever the coroutine raises.
    """
    loop = _loop()
    if asyncio._get_running_loop() is loop:  # noqa: SLF001 - the public one raises where there is none
        message = (
            "an `async def` callback called a _sync method of Auth, which would wait for itself; "
            "write `await auth.session(...)` there"
        )
        raise RuntimeError(message)
    runtime = _CallingThread(loop)
    future = asyncio.run_coroutine_threadsafe(start(runtime), loop)
    future.add_done_callback(lambda _: runtime.jobs.put(None))
    while (job := runtime.jobs.get()) is not None:
        job()
    return future.result()


class _CallingThread:
    """Runs each function in the thread that waits in `run`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._loop = loop

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        answer: asyncio.Future[tuple[T | None, BaseException | None]] = self._loop.create_future()

        def settle(value: T | None, error: BaseException | None) -> None:
            if not answer.done():
                answer.set_result((value, error))

        def job() -> None:
            try:
                value = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it is raised again by who awaits
                self._loop.call_soon_threadsafe(settle, None, error)
            else:
                self._loop.call_soon_threadsafe(settle, value, None)

        self.jobs.put(job)
        value, error = await answer
        if error is not None:
            raise error
        return value  # type: ignore[return-value]


def _loop() -> asyncio.AbstractEventLoop:
    global _running  # noqa: PLW0603 - one loop a process is the point
    with _lock:
        if _running is None or _running[0] != os.getpid():
            loop = asyncio.new_event_loop()
            # The loop outlives the request that starts it: that request's context is not its own.
            thread = threading.Thread(
                target=contextvars.Context().run,
                args=(loop.run_forever,),
                name="nextauth-background",
                daemon=True,
            )
            thread.start()
            _running = (os.getpid(), loop)
        return _running[1]


def _forget_lock() -> None:
    """Give a forked child a lock that no vanished thread holds."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_lock)
