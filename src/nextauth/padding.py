"""Owns how long a refusal takes, so that its time does not tell which accounts exist.

A system answers at once about an account that it does not know, and hashes a password for one that
it does. So a refusal is held back to a floor that both stay under, and let go at the next tick of a
clock that runs on by itself: what is left of a difference below a tick drowns in when the request
happened to come.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import BoundedSemaphore

from nextauth.config import TimePadding
from nextauth.errors import Busy
from nextauth.web import Runtime

__all__ = ["Padding"]


class Padding:
    """Holds refusals back.

    Args:
        options: For how long.
        timer: Answers seconds of a clock that only goes forward.
    """

    __slots__ = ("_options", "_room", "timer")

    def __init__(self, options: TimePadding, *, timer: Callable[[], float]) -> None:
        self.timer: Callable[[], float] = timer
        self._options = options
        self._room = BoundedSemaphore(options.most_held)

    async def hold(self, began: float, runtime: Runtime) -> None:
        """Wait until a refusal may go out.

        Args:
            began: What the timer said when the try came.
            runtime: Where this request can wait; no worker is kept.

        Raises:
            Busy: As many refusals are held back as may be. To let this one go would tell.
        """
        seconds = self._seconds(began, self.timer())
        if seconds <= 0:
            return
        if not self._room.acquire(blocking=False):
            message = f"{self._options.most_held} refusals are held back already"
            raise Busy(message)
        try:
            await runtime.sleep(seconds)
        finally:
            self._room.release()

    def _seconds(self, began: float, now: float) -> float:
        options = self._options
        ready = max(began + options.floor, now)
        tick = math.ceil(ready / options.quantum) * options.quantum
        return min(tick, began + options.longest) - now
