"""Owns how a code is good for one sign-in only, however many come at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from threading import Lock
from typing import Protocol

from nextauth.errors import StoreUnavailable

__all__ = ["MemorySteps", "StepStore"]

_KEPT = 3_600  # seconds: longer than any `TotpOptions` lets a code live
_MOST = 200_000  # some 30 MB
_SWEPT = 2  # entries looked at for each that is added


class StepStore(Protocol):
    """Remembers for each account the last step that was accepted (RFC 6238, 5.2).

    In a database that is one statement: ``UPDATE account SET totp_step = :step WHERE id = :id AND
    totp_step < :step``, which has changed one row, or none, and is committed before the answer.
    The column is NOT NULL: nothing is greater than NULL, so no code would be accepted.
    """

    def accept_once(self, account: str, step: int) -> bool:
        """Take a step if it is later than any that was taken before: one atomic move.

        Args:
            account: Opaque, such as the provider's id and the user's.
            step: What `verify_totp` answered.

        Returns:
            Whether it was taken; False means that nobody is signed in.
        """
        ...


class MemorySteps:
    """Remembers steps in this process alone; see `StepStore`. Thread-safe, bound to no event loop.

    A restart forgets them: a code that was used just before is good once more just after.
    Each process has its own, so where there are several, a code would be good once in each of
    them: keep the step beside the account then.

    Args:
        clock: Answers Unix seconds, as ``time.time`` does.
        most: Accounts that are remembered at once.
    """

    def __init__(self, clock: Callable[[], float], *, most: int = _MOST) -> None:
        if most < 1:
            msg = f"MemorySteps(most={most!r}): use 1 or more"
            raise ValueError(msg)
        self._clock = clock
        self._most = most
        self._lock = Lock()
        # For each account its last step, and when that is forgotten; the oldest first.
        self._taken: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def __repr__(self) -> str:
        return f"MemorySteps({len(self._taken)} accounts)"

    def accept_once(self, account: str, step: int) -> bool:
        """Take a step if it is later than any that was taken before.

        Args:
            account: Opaque, such as the provider's id and the user's.
            step: What `verify_totp` answered.

        Raises:
            StoreUnavailable: So many accounts signed in within an hour that this one's step could
                be remembered only by forgetting another's, which would let that code in again.
        """
        with self._lock:
            now = self._clock()
            known = self._taken.get(account)
            if known is not None and known[1] > now and step <= known[0]:
                return False
            self._sweep(now)
            if account not in self._taken and len(self._taken) >= self._most:
                msg = "the memory of accepted steps is full; keep them in a database"
                raise StoreUnavailable(msg)
            self._taken[account] = step, now + _KEPT
            self._taken.move_to_end(account)
            return True

    def _sweep(self, now: float) -> None:
        for account in list(islice(self._taken, _SWEPT)):
            if self._taken[account][1] > now:
                break
            del self._taken[account]
