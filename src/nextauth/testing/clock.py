"""Owns a clock that stands still until a test turns it."""

from __future__ import annotations

__all__ = ["FakeClock"]


class FakeClock:
    """Stands in for the system's clock: ``Auth(clock=FakeClock())``.

    Args:
        now: Unix seconds to begin with.
    """

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Answer the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass.

        Args:
            seconds: How much; negative turns it back.
        """
        self.now += seconds
