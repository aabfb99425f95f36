"""Owns single flight: while one request asks, others with the same question wait for its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from nextauth.web import Runtime

__all__ = ["Flights"]

T = TypeVar("T")

_LONGEST_WAIT = 30.0  # seconds; longer than any system should take to say yes


class _Aborted(Exception):  # noqa: N818 - it is news to those who wait, and no mistake
    """Who asked was called away; another one asks now."""


class Flights(Generic[T]):
    """The questions that are being asked in this process, across its threads and event loops."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: dict[Hashable, Future[T]] = {}

    async def once(
        self, key: Hashable, start: Callable[[], Awaitable[T]], runtime: Runtime
    ) -> tuple[T, bool]:
        """Ask, unless somebody asks already; then wait for the answer.

        Args:
            key: The question.
            start: Asks it.
            runtime: Where this request can wait.

        Returns:
            The answer, and whether this request asked.

        Raises:
            TimeoutError: Somebody else asks for longer than anybody waits.
            Exception: Whatever asking raised, here or there.
        """
        while True:
            with self._lock:
                future = self._asked.get(key)
                if future is None:
                    own = self._asked[key] = Future()
                    own.set_running_or_notify_cancel()  # so that nobody who waits can cancel it
            if future is None:
                return await self._ask(key, own, start), True
            try:
                return await runtime.wait(future, timeout=_LONGEST_WAIT), False
            except _Aborted:
                continue

    async def _ask(self, key: Hashable, own: Future[T], start: Callable[[], Awaitable[T]]) -> T:
        try:
            answer = await start()
        except BaseException as error:
            self._forget(key)
            own.set_exception(error if isinstance(error, Exception) else _Aborted())
            raise
        self._forget(key)
        own.set_result(answer)
        return answer

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            del self._asked[key]
