"""Owns how long a refusal takes, so that its time does not tell which accounts exist.

A system answers at once about an account that it does not know, and hashes a password for one that
it does. So a refusal is held back to a floor that both stay under, and let go in steps from there
that begin at a random moment: an event loop wakes up to a millisecond late, and how late depends on
when it went to sleep, which would tell again. A step is long enough for that to drown in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import BoundedSemaphore

from nextauth.config import TimePadding
from nextauth.errors import Busy
from nextauth.web import Runtime

__all__ = ["Padding"]

_RANDOM_BYTES = 4
_PARTS = 2.0 ** (8 * _RANDOM_BYTES)


class Padding:
    """Holds refusals back.

    Args:
        options: For how long.
        timer: Answers seconds of a clock that only goes forward.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_entropy", "_options", "_room", "timer")

    def __init__(
        self,
        options: TimePadding,
        *,
        timer: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self.timer: Callable[[], float] = timer
        self._entropy = entropy
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
        part = int.from_bytes(self._entropy(_RANDOM_BYTES), "big") / _PARTS
        first = began + options.floor + part * options.quantum
        steps = max(0, math.ceil((now - first) / options.quantum))
        return min(first + steps * options.quantum, began + options.longest) - now
