"""Owns the one event loop that nextauth ever starts: for sync servers with ``async def`` functions.

It runs in one thread a process, is started at first use (servers fork before that), and is left
behind by a child that forks later. The application's plain ``def`` functions still run in the
thread that made the request, so that its database connections and context are the right ones.

Under gevent the thread is a greenlet, as all of them are: see `_Aside`.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import queue
import selectors
import sys
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ParamSpec, TypeVar

from nextauth.waiting import LoopWaits
from nextauth.web import Runtime

__all__ = ["run", "shared_loop"]

P = ParamSpec("P")
T = TypeVar("T")

_Ready = tuple[selectors.SelectorKey, int]

# Whether this code was called, however deeply, by a coroutine that `run` runs.
_within: contextvars.ContextVar[bool] = contextvars.ContextVar("within", default=False)

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
    loop = shared_loop()
    # Greenlets of one thread find each other's loops running. And what a callback moves to a thread
    # of its own has the callback's context, but may wait. So it takes both.
    if _within.get() and asyncio._get_running_loop() is loop:  # noqa: SLF001 - the public one raises
        message = (
            "an `async def` callback called a _sync method of Auth, which would wait for itself; "
            "write `await auth.session(...)` there"
        )
        raise RuntimeError(message)
    runtime = _CallingThread(loop)

    async def started() -> T:
        _within.set(True)
        return await start(runtime)

    future = asyncio.run_coroutine_threadsafe(started(), loop)
    future.add_done_callback(lambda _: runtime.jobs.put(None))
    while (job := runtime.jobs.get()) is not None:
        job()
    return future.result()


class _CallingThread(LoopWaits):
    """Runs each function in the thread that waits in `run`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
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


def shared_loop() -> asyncio.AbstractEventLoop:
    """Answer this process's background loop; it is started at first use.

    Raises:
        RuntimeError: Its thread cannot be started.
    """
    global _running  # noqa: PLW0603 - one loop a process is the point
    with _lock:
        if _running is None or _running[0] != os.getpid():
            loop, serve = _new_loop()
            # The loop outlives the request that starts it: that request's context is not its own.
            thread = threading.Thread(
                target=contextvars.Context().run,
                args=(serve,),
                name="nextauth-background",
                daemon=True,
            )
            thread.start()
            _running = (os.getpid(), loop)
        return _running[1]


def _new_loop() -> tuple[asyncio.AbstractEventLoop, Callable[[], None]]:
    gevent = sys.modules.get("gevent.monkey")
    if gevent is not None and gevent.is_module_patched("threading"):
        selector = selectors.DefaultSelector()
        aside = _Aside(selector.select)
        selector.select = aside.select  # type: ignore[method-assign]
        shared = asyncio.SelectorEventLoop(selector)
        return shared, partial(aside.serve, shared)
    loop = asyncio.new_event_loop()
    return loop, loop.run_forever


class _Aside:
    """Hides a loop that waits for work from the other greenlets of its thread.

    A thread has one "running loop", which its greenlets share. The requests run while ours waits,
    and would be taken for a part of it: `asyncio.run` and Django's database layer refuse that.
    """

    def __init__(self, wait: Callable[[float | None], list[_Ready]]) -> None:
        self._wait = wait
        self._theirs: asyncio.AbstractEventLoop | None = None

    def serve(self, loop: asyncio.AbstractEventLoop) -> None:
        self._theirs = asyncio._get_running_loop()  # noqa: SLF001 - it is for authors of loops
        asyncio._set_running_loop(None)  # noqa: SLF001
        loop.run_forever()

    def select(self, timeout: float | None = None) -> list[_Ready]:
        ours = asyncio._get_running_loop()  # noqa: SLF001
        asyncio._set_running_loop(self._theirs)  # noqa: SLF001
        try:
            return self._wait(timeout)
        finally:
            self._theirs = asyncio._get_running_loop()  # noqa: SLF001
            asyncio._set_running_loop(ours)  # noqa: SLF001


def _forget_lock() -> None:
    """Give a forked child a lock that no vanished thread holds."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_lock)
