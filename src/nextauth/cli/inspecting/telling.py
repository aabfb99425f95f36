"""Owns how findings are told, as text or JSON; a token or a secret is never part of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from nextauth.cli.inspecting.findings import Finding, Report, Times
from nextauth.cli.inspecting.names import shown_name, shown_text
from nextauth.sessions.claims import KEPT

__all__ = ["as_json", "as_text"]

_SCHEMA = 1  # grows when a member goes or means something else
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_DIALECTS = {
    "authjs": "authjs (Auth.js v5)",
    "bearer": "bearer (of a client without a browser)",
    "next-auth-v4": "next-auth-v4 (NextAuth.js v4)",
}
_LATEST = 253_402_300_799  # the year 9999
_WITHHELD = "[withheld]"


def as_text(report: Report, *, show: bool = False) -> str:
    """Tell findings to a person.

    Args:
        report: What was found.
        show: Also tell the values of the claims.
    """
    decisive = report.decisive
    if decisive.cause is None:
        lines = ["This is a good session.", ""]
    else:
        cause = decisive.cause
        lines = [f"This is no good session: {cause.code}.", f"  {cause.meaning}"]
        lines += [f"  {decisive.detail}"] if decisive.detail else []
        lines += [f"  Fix: {cause.fix}", ""]
    lines += _facts(decisive, show=show)
    for other in report.others:
        verdict = "good" if other.cause is None else other.cause.code
        lines.append(_line("also", f"{_optional(other.cookie)}: {verdict}"))
    lines += [_line("note", note) for note in (*decisive.notes, *report.notes)]
    return "\n".join(lines).rstrip("\n")


def as_json(report: Report, *, show: bool = False) -> str:
    """Tell findings to a program.

    Args:
        report: What was found.
        show: Also tell the values of the claims.
    """
    told = {
        "schema": _SCHEMA,
        "good": report.is_good,
        **_members(report.decisive, show=show),
        "others": [_members(each, show=show) for each in report.others],
    }
    told["notes"] = [*report.decisive.notes, *report.notes]
    return json.dumps(told, indent=2, default=str)  # in ASCII: nothing steers a terminal


def _facts(finding: Finding, *, show: bool) -> Iterator[str]:
    if finding.cookie is not None:
        yield _line("cookie", shown_name(finding.cookie))
    if finding.chunks:
        sizes = ", ".join(f".{number} has {size}" for number, size in finding.chunks)
        yield _line("chunks", f"{len(finding.chunks)} ({sizes})")
    if finding.size:
        yield _line("size", f"{finding.size} characters")
    if finding.dialect is not None:
        yield _line("dialect", _DIALECTS.get(finding.dialect, finding.dialect))
    if finding.enc is not None:
        yield _line("enc", finding.enc)
    if finding.sealed_for is not None and finding.sealed_for != finding.cookie:
        yield _line("sealed for", shown_name(finding.sealed_for))
    if finding.secret is not None:
        yield _line("secret", finding.secret)
    if finding.times is not None:
        yield from _times(finding.times)
    if finding.claims is not None:
        yield from _claims(finding.claims, show=show)


def _times(times: Times) -> Iterator[str]:
    for label, moment in (
        ("issued", times.issued),
        ("not before", times.not_before),
        ("expires", times.expires),
    ):
        if moment is not None:
            yield _line(label, f"{_date(moment)}, {_distance(moment - times.now)}")


def _claims(claims: Mapping[str, Any], *, show: bool) -> Iterator[str]:
    if not show:
        names = ", ".join(shown_text(name) for name in sorted(claims))
        yield _line("claims", f"{names} (values: --show)")
        return
    for name, value in _shown(claims).items():
        told = json.dumps(value, ensure_ascii=True, default=str)
        yield _line("claim", f"{shown_text(name)} = {told}")


def _members(finding: Finding, *, show: bool) -> dict[str, Any]:
    cause, times, claims = finding.cause, finding.times, finding.claims
    return {
        "cause": None if cause is None else cause.code,
        "meaning": None if cause is None else cause.meaning,
        "detail": finding.detail or None,
        "fix": None if cause is None else cause.fix,
        "cookie": _optional(finding.cookie),
        "chunks": [{"number": number, "size": size} for number, size in finding.chunks],
        "size": finding.size,
        "dialect": finding.dialect,
        "enc": finding.enc,
        "sealed_for": _optional(finding.sealed_for),
        "secret": finding.secret,
        "newest_secret": finding.is_newest,
        "issued": None if times is None else times.issued,
        "not_before": None if times is None else times.not_before,
        "expires": None if times is None else times.expires,
        "age": None if times is None or times.issued is None else times.now - times.issued,
        "claims": None if claims is None else _shown(claims) if show else sorted(claims),
    }


def _shown(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the claims with their values, but for what holds credentials, though sealed."""
    return {name: _WITHHELD if name == KEPT else claims[name] for name in sorted(claims)}


def _optional(name: str | None) -> str | None:
    return None if name is None else shown_name(name)


def _line(label: str, value: str) -> str:
    return f"{label:<11}{value}"


def _date(moment: float) -> str:
    if not 0 <= moment <= _LATEST:
        return "no date"
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _distance(seconds: float) -> str:
    """Write how far away a moment is, in its largest unit."""
    size = int(abs(seconds))
    for unit, length in _UNITS:
        if size >= length:
            count = size // length
            amount = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
            return f"in {amount}" if seconds > 0 else f"{amount} ago"
    return "now"
