"""Owns what a check is: a function that judges what was gathered, and what it may find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from nextauth.cli.doctor.findings import Diagnosis, Finding

__all__ = ["Check", "Results", "judged"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Check(Generic[T]):
    """Judges one subject.

    Args:
        looks_at: The subject, in a few words, such as ``"secrets"``.
        diagnoses: All that it may find.
        find: Answers what it found in what was gathered; None: there was nothing to judge.
    """

    looks_at: str
    diagnoses: tuple[Diagnosis, ...]
    find: Callable[[T], Iterable[Finding] | None]


@dataclass(frozen=True, slots=True)
class Results:
    """What several checks came to.

    Args:
        findings: What they found.
        well: The subjects that were looked at and found well.
    """

    findings: tuple[Finding, ...] = ()
    well: tuple[str, ...] = ()

    def __add__(self, other: Results) -> Results:
        """Answer both together."""
        return Results(self.findings + other.findings, self.well + other.well)


def judged(checks: Sequence[Check[T]], gathered: T) -> Results:
    """Run checks over what was gathered.

    Args:
        checks: The checks.
        gathered: What they judge.
    """
    findings: list[Finding] = []
    well: list[str] = []
    for check in checks:
        answer = check.find(gathered)
        if answer is None:
            continue
        found = list(answer)
        findings += found
        if not found:
            well.append(check.looks_at)
    return Results(tuple(findings), tuple(well))
