"""Owns the circuit breaker: a system that fails is left alone for a while, and then tried by one.

While it is open, whoever signs in is told at once that the system cannot be asked; nobody waits for
a time limit, and a system that comes back is not met by everybody who waited.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic  # noqa: TID251 - directories talk to the world; tests hand in another

from nextauth.errors import SystemUnavailable

__all__ = ["Breaker"]

_log = logging.getLogger("nextauth.directories")


class Breaker:
    """Counts how often a system failed in a row. Thread-safe, bound to no event loop.

    Args:
        system: What it is called in messages, without a secret.
        failures: How many in a row open it.
        pause: Seconds for which it stays open.
        timer: Answers seconds of a clock that never goes back.
    """

    __slots__ = (
        "_failed",
        "_failures",
        "_is_tried",
        "_lock",
        "_opened",
        "_pause",
        "_timer",
        "system",
    )

    def __init__(
        self,
        system: str,
        *,
        failures: int = 5,
        pause: float = 5.0,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        if failures < 1 or not pause > 0:
            msg = f"Breaker(failures={failures!r}, pause={pause!r}): use 1 or more, and seconds"
            raise ValueError(msg)
        self.system: str = system
        self._failures = failures
        self._pause = pause
        self._timer = timer
        self._lock = Lock()
        self._failed = 0
        self._opened: float | None = None
        self._is_tried = False

    def __repr__(self) -> str:
        return f"Breaker({self.system!r}, {'open' if self._opened is not None else 'closed'})"

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Ask the system within; a `SystemUnavailable` from there is counted.

        Raises:
            SystemUnavailable: It is left alone at present; or what was raised within.
        """
        self._enter()
        try:
            yield
        except SystemUnavailable as error:
            self._note_failure(error)
            raise
        except BaseException:
            self._release()
            raise
        self._note_success()

    def _enter(self) -> None:
        with self._lock:
            if self._opened is None:
                return
            is_over = self._timer() - self._opened >= self._pause
            if is_over and not self._is_tried:
                self._is_tried = True  # one goes first, and the others wait for what it finds
                return
        message = f"{self.system} has failed, and is left alone for a while"
        raise SystemUnavailable(message)

    def _note_failure(self, error: SystemUnavailable) -> None:
        with self._lock:
            self._failed += 1
            self._is_tried = False
            opens = self._failed >= self._failures
            was_open = self._opened is not None
            if opens:
                self._opened = self._timer()
        level = logging.ERROR if opens and not was_open else logging.WARNING
        _log.log(level, "%s cannot be asked: %s", self.system, error, extra={"code": error.code})

    def _note_success(self) -> None:
        with self._lock:
            was_open = self._opened is not None
            self._failed, self._opened, self._is_tried = 0, None, False
        if was_open:
            _log.info("%s can be asked again.", self.system, extra={"code": "system-back"})

    def _release(self) -> None:
        with self._lock:
            self._is_tried = False
