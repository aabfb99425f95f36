"""Owns what the doctor can say: a finding, and the diagnosis that it is one of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from nextauth.errors import Problem

__all__ = ["Diagnosis", "Finding", "Severity"]

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LONGEST_VALUE = 400


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The site is unsafe, or people cannot sign in."""

    WARNING = "warning"
    """It works, and will fail or be attacked under circumstances that are common."""

    NOTE = "note"
    """It is a choice that one should know to have made."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    Args:
        code: Stable identifier.
        severity: How much it weighs.
        message: What it is.
        value: What was seen, or None; never a secret, and never a cookie's value.
        fix: What to do.
    """

    code: str
    severity: Severity
    message: str
    value: str | None
    fix: str

    @classmethod
    def of_problem(cls, problem: Problem) -> Self:
        """Answer the finding for something that ``Auth(...)`` was refused for.

        Args:
            problem: One problem of a `ConfigurationError`.
        """
        return cls(problem.code, Severity.ERROR, problem.message, None, problem.fix)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Something that the doctor can find.

    Args:
        code: Stable identifier, in small letters and dashes.
        severity: How much it weighs.
        meaning: What it is, in one sentence.
        fix: What to do about it.

    Raises:
        ValueError: `code` is not of that form, or there is nothing to read.
    """

    code: str
    severity: Severity
    meaning: str
    fix: str

    def __post_init__(self) -> None:
        if not _CODE.match(self.code):
            message = f"Diagnosis(code={self.code!r}): use small letters, digits and dashes"
            raise ValueError(message)
        if not (self.meaning.strip() and self.fix.strip()):
            message = f"Diagnosis({self.code!r}) needs a meaning and a fix"
            raise ValueError(message)

    def found(self, value: str | None = None, *, fix: str | None = None) -> Finding:
        """Answer that it was found.

        Args:
            value: What was seen; never a secret, and never a cookie's value.
            fix: What to do, where that can be said more exactly than in general.
        """
        shown = None if value is None else _shown(value)
        return Finding(self.code, self.severity, self.meaning, shown, fix or self.fix)


def _shown(value: str) -> str:
    """Answer what a site said without what would steer a terminal, and not too much of it."""
    return "".join(each if each.isprintable() else "?" for each in value[:_LONGEST_VALUE])
