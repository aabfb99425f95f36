"""Owns how what was found is told: to people as text, to programs as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from nextauth.cli.doctor.findings import Finding, Severity

__all__ = ["SCHEMA", "Report"]

SCHEMA = 1
"""The version of the JSON; it grows when a member goes or means something else."""

_NO_ERROR, _SOME_ERROR = 0, 1
_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What the doctor found.

    Args:
        auth: What was examined, as the command names it.
        url: The site's address, or None.
        findings: What was found.
        well: What was looked at and found well.
        measured: Sizes and times.
        left_out: What could not be looked at, and why.
        requests: How many requests the site was sent.
    """

    auth: str
    url: str | None
    findings: tuple[Finding, ...]
    well: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    requests: int = 0

    @property
    def status(self) -> int:
        """The command's exit status: 1 if there is an error, else 0."""
        return _SOME_ERROR if self.count(Severity.ERROR) else _NO_ERROR

    def count(self, severity: Severity) -> int:
        """Answer how many findings weigh that much.

        Args:
            severity: The weight.
        """
        return sum(each.severity is severity for each in self.findings)

    def text(self) -> str:
        """Answer the report for people."""
        return "\n".join(self._lines())

    def json(self) -> str:
        """Answer the report for programs."""
        return json.dumps(
            {
                "schema": SCHEMA,
                "auth": self.auth,
                "url": self.url,
                "findings": [asdict(each) for each in self._ordered()],
                "well": list(self.well),
                "measured": list(self.measured),
                "left_out": list(self.left_out),
                "requests": self.requests,
                "errors": self.count(Severity.ERROR),
                "warnings": self.count(Severity.WARNING),
                "notes": self.count(Severity.NOTE),
            },
            indent=2,
        )

    def _ordered(self) -> list[Finding]:
        order = list(Severity)
        return sorted(self.findings, key=lambda each: order.index(each.severity))

    def _lines(self) -> Iterator[str]:
        for finding in self._ordered():
            yield f"{finding.severity}: {finding.message} [{finding.code}]"
            if finding.value is not None:
                yield f"  seen: {finding.value}"
            yield f"  fix: {finding.fix}"
        if self.well:
            yield _filled(f"found well: {', '.join(self.well)}")
        yield from (_filled(f"measured: {each}") for each in self.measured)
        yield from (_filled(f"not looked at: {each}") for each in self.left_out)
        counts = (_counted(self.count(each), each) for each in Severity)
        sent = f", {_counted(self.requests, 'request')} sent" if self.url else ""
        yield f"{', '.join(counts)}{sent}"


def _filled(text: str) -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent="  ")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
