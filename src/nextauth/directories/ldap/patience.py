"""Owns how long a question may take, whatever the LDAP library does about its own limits.

libldap waits without end where a server falls silent in the midst of a TLS handshake or of an
answer, and for the name of a host. So each question has a thread of its own, which is left behind
when its time is over; it ends when the connection does, and there are never many.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from nextauth.errors import SystemUnavailable

__all__ = ["Patience"]

T = TypeVar("T")


class Patience:
    """Asks in threads, and leaves those behind that take too long. Thread-safe.

    Args:
        most: How many may be left behind; then nothing is asked until one of them ends.
    """

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._lock = Lock()
        self._left = 0

    def ask(self, question: Callable[[], T], seconds: float, leave: Callable[[], None]) -> T:
        """Ask a question, and wait for its answer.

        Args:
            question: What is asked.
            seconds: How long its answer is waited for.
            leave: Called if it was waited for in vain, as soon as it ends after all.

        Raises:
            TimeoutError: Its time is over.
            SystemUnavailable: Too many were left behind.
            Exception: Whatever it raises.
        """
        with self._lock:
            are_many = self._left >= self._most
        if are_many:
            message = f"{self._most} questions hang already"
            raise SystemUnavailable(message)
        asked = _Asked(question)
        Thread(target=self._run, args=(asked, leave), name="nextauth-ldap", daemon=True).start()
        asked.is_over.wait(seconds)
        with self._lock:
            if not asked.is_over.is_set():
                asked.is_left = True
                self._left += 1
        if asked.is_left:
            raise TimeoutError
        return asked.answer()

    def _run(self, asked: _Asked[T], leave: Callable[[], None]) -> None:
        asked.run()
        with self._lock:
            asked.is_over.set()
            was_left = asked.is_left
        if was_left:
            try:
                leave()
            finally:
                with self._lock:
                    self._left -= 1


class _Asked(Generic[T]):
    """A question, and what came of it."""

    def __init__(self, question: Callable[[], T]) -> None:
        self.is_over = Event()
        self.is_left = False
        self._question = question
        self._answers: list[T] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._answers.append(self._question())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            self._error = error

    def answer(self) -> T:
        if self._error is not None:
            raise self._error
        return self._answers[0]
