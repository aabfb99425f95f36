"""Owns what a figure is: two things of one run, their ratio, and whether its bound holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Figure", "Measured", "Way"]


class Way(Enum):
    """How ours and the peer become one ratio, and on which side of it the bound is."""

    RATE = "ours / peer, at least"  # more of it is better
    TIME = "peer / ours, at least"  # how many times as fast
    COST = "ours / peer, at most"  # what we may cost


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the list of what is measured; without a bound it is told and not held."""

    bench: str
    what: str
    peer: str
    unit: str
    way: Way
    bound: float | None = None

    def __post_init__(self) -> None:
        if self.bound is not None and self.bound <= 0:
            message = f"{self.what}, {self.peer}: a bound is above 0, not {self.bound:g}"
            raise ValueError(message)

    def found(self, ours: float, peer: float) -> Figure:
        return Figure(self, ours, peer)


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run found for one line of the list."""

    measured: Measured
    ours: float
    peer: float

    def __post_init__(self) -> None:
        if min(self.ours, self.peer) <= 0:
            what = f"{self.measured.what}, {self.measured.peer}"
            message = f"{what}: {self.ours:g} and {self.peer:g} are no measurement"
            raise ValueError(message)

    @property
    def ratio(self) -> float:
        if self.measured.way is Way.TIME:
            return self.peer / self.ours
        return self.ours / self.peer

    @property
    def holds(self) -> bool:
        bound = self.measured.bound
        if bound is None:
            return True
        return self.ratio <= bound if self.measured.way is Way.COST else self.ratio >= bound

    @property
    def verdict(self) -> str:
        if self.measured.bound is None:
            return "told"
        return "ok" if self.holds else "MISS"

    @property
    def promise(self) -> str:
        """The bound, as a reader sees it."""
        if self.measured.bound is None:
            return "-"
        return f"{'≤' if self.measured.way is Way.COST else '≥'} {self.measured.bound:g}"

    def line(self) -> str:
        """The figure as the terminal shows it."""
        one = self.measured
        values = f"{number(self.ours)} : {number(self.peer)} {one.unit}"
        bound = f" (bound {self.promise})" if one.bound is not None else ""
        return f"{self.verdict:4}  {one.what}, {one.peer}: {self.ratio:.2f}{bound}; {values}"


def number(value: float) -> str:
    """Three digits that mean something, thousands parted."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.3g}"
