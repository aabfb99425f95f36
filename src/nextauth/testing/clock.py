"""Owns a clock that stands still until a test turns it."""

from __future__ import annotations

__all__ = ["FakeClock"]


class FakeClock:
    """Stands in for the system's clock: ``Auth(clock=FakeClock())``.

    Args:
        now: Unix seconds to begin with. The year 2100 by default: the cookie jars of test clients
            go by the system's clock, and would drop what has expired by it.
    """

    def __init__(self, now: float = 4_102_444_800.0) -> None:
        self.now: float = now

    def __call__(self) -> float:
        """Answer the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Args:
            seconds: How much; negative turns it back.
        """
        self.now += seconds
