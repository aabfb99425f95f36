"""Owns how long a benchmark takes: full for figures that count, quick to see that it runs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "QUICK", "Pace"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of each measurement is done."""

    quick: bool

    def rounds(self, full: int) -> int:
        return 1 if self.quick else full

    def seconds(self, full: int) -> int:
        return 1 if self.quick else full

    def count(self, full: int) -> int:
        return max(1, full // 10) if self.quick else full


FULL, QUICK = Pace(quick=False), Pace(quick=True)
