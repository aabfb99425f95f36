"""Owns the service connections that are kept: one thread has one, and a lost one is made anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from nextauth.directories.ldap.answers import ConnectionLost
from nextauth.directories.ldap.connections import Connection

__all__ = ["Pool"]

T = TypeVar("T")


class Pool:
    """Keeps connections between questions. Thread-safe, bound to no event loop.

    Args:
        opens: Makes one, as the service account.
        size: How many are kept at most while nobody needs them.
        longest_idle: Seconds after which one is not used again: firewalls forget connections.
        timer: Answers seconds of a clock that never goes back.
    """

    def __init__(
        self,
        opens: Callable[[], Connection],
        *,
        size: int,
        longest_idle: float,
        timer: Callable[[], float],
    ) -> None:
        self._opens = opens
        self._size = size
        self._longest_idle = longest_idle
        self._timer = timer
        self._lock = Lock()
        self._idle: list[tuple[float, Connection]] = []
        self._process = os.getpid()
        self._of_parent: list[object] = []

    def ask(self, question: Callable[[Connection], T]) -> T:
        """Ask a question on a connection; again on a new one if the kept one was lost meanwhile.

        Args:
            question: What is asked; it changes nothing, so that it may be asked twice.

        Raises:
            SystemUnavailable: The server cannot be asked.
        """
        kept = self._take()
        if kept is not None:
            try:
                return self._asked(kept, question)
            except ConnectionLost:
                self.close()  # the server was started anew: the others are lost too
        return self._asked(self._opens(), question)

    def close(self) -> None:
        """Close those that are kept. The pool can be used on."""
        with self._lock:
            self._leave_to_parent()
            idle, self._idle = self._idle, []
        for _, each in idle:
            each.close()

    def _asked(self, connection: Connection, question: Callable[[Connection], T]) -> T:
        try:
            answer = question(connection)
        except BaseException:
            connection.close()
            raise
        self._give(connection)
        return answer

    def _take(self) -> Connection | None:
        stale: list[Connection] = []
        found = None
        with self._lock:
            self._leave_to_parent()
            while self._idle and found is None:
                since, each = self._idle.pop()
                if self._timer() - since < self._longest_idle:
                    found = each
                else:
                    stale.append(each)
        for each in stale:
            each.close()
        return found

    def _give(self, connection: Connection) -> None:
        with self._lock:
            is_kept = len(self._idle) < self._size and self._process == os.getpid()
            if is_kept:
                self._idle.append((self._timer(), connection))
        if not is_kept:
            connection.close()

    def _leave_to_parent(self) -> None:
        """In a forked child, hold its parent's connections and never touch them.

        Even to close one would say goodbye to the server, on the parent's connection.
        """
        if self._process != os.getpid():
            self._of_parent.extend(self._idle)
            self._idle, self._process = [], os.getpid()
