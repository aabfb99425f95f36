"""Owns how things are compared: in rounds that alternate, on one core, by their medians."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Mapping
from typing import TypeVar

__all__ = ["alternating", "medians", "pin"]

Found = TypeVar("Found")


def pin(core: int) -> None:
    """Keep this process, and what it starts from now on, on one core."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def alternating(
    measures: Mapping[str, Callable[[], Found]], *, rounds: int
) -> dict[str, list[Found]]:
    """Measure each thing once a round, in turn; answer everything that was seen."""
    seen: dict[str, list[Found]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            seen[name].append(measure())
    return seen


def medians(measures: Mapping[str, Callable[[], float]], *, rounds: int) -> dict[str, float]:
    """Measure each thing once a round, in turn; answer the medians."""
    seen = alternating(measures, rounds=rounds)
    return {name: statistics.median(values) for name, values in seen.items()}
