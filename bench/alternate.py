"""Owns how two things are compared: in rounds that alternate, on one core, by their medians."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Mapping

__all__ = ["medians", "pin", "report"]


def pin(core: int) -> None:
    """Keep this process, and what it starts from now on, on one core."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def medians(measures: Mapping[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Measure each thing once a round, in turn; answer the medians."""
    seen: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            seen[name].append(measure())
    return {name: statistics.median(values) for name, values in seen.items()}


def report(what: str, ratio: float, bound: float, *, at_most: bool = False) -> bool:
    """Print one ratio beside its bound; answer whether it holds."""
    holds = ratio <= bound if at_most else ratio >= bound
    sign = "<=" if at_most else ">="
    print(f"{'ok  ' if holds else 'MISS'}  {what}: {ratio:.2f} (bound {sign} {bound:g})")
    return holds
