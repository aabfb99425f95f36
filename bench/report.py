"""Owns what a run leaves behind: README.md with its tables, and figures.json for the next one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.figures import Figure, number

__all__ = ["Run", "figures_json", "readme"]

MEANINGS = {
    "requests": "Over HTTP, 16 connections; another valid cookie each time, no hash.",
    "tokens": "In one process; another token each time, keys derived once, `exp` checked.",
    "imports": "In a fresh interpreter each time.",
    "memory": "Resident memory of a whole process that has answered one page.",
    "frameworks": "Processor time in process, beside the smallest JSON view and our codec alone.",
    "protected": "Requests a second of processor time; the peer reads the same cookies.",
    "revocation": "With Redis behind, its answer warm.",
    "throttle": "Another account and address each time; OWASP's cheapest Argon2id.",
    "hashing": "How long readers of a session wait while 8 sign-ins hash.",
    "scale": "Processor time in process, as one thing grows.",
}
INTRODUCTION = """\
# Figures

![Bars: nextauth beside its peers](chart.svg)

Written by `make bench`, which installs the peers at exact versions, measures on this machine and
exits 1 if a bound is missed. `make bench ARGS=--quick` tries everything out in short rounds and
writes nothing; `make bench ARGS="tokens requests"` runs some. It needs Linux, two cores, `node`,
`npm`, `wrk`, `taskset` and `redis-server`, and the machine to itself.
"""
RULES = """\
Rules: `Auth` at its defaults; uvicorn with uvloop and httptools; no cache of opened tokens; debug
off at every peer. The server has one core and the load the other. What is compared alternates
within one run, and medians are shown. Figures depend on the machine and move by a tenth from run
to run, more on a busy one: the ratios hold better. Peers whose users are in a database read it,
as they are made to: that is their design, and part of the figure. Their passwords are compared
without a hash, which would be the same work for everybody. Ratios are ours / peer for rates and
costs, and peer / ours for times; "told" has no bound.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run's figures and where they were found."""

    date: str
    machine: str
    versions: Mapping[str, str]
    figures: Sequence[Figure]
    quick: bool = False

    @property
    def note(self) -> str:
        """Where and when, in one line."""
        short = "Short rounds, to try it out: no figure to rely on. " if self.quick else ""
        return f"{short}{self.date}, {self.machine}"


def readme(run: Run) -> str:
    """The page, as Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    short = "**Short rounds, to try it out: no figure to rely on.** " if run.quick else ""
    parts = [INTRODUCTION, f"{short}Measured on {run.date}: {run.machine}.\n", RULES]
    parts.append(f"Versions: {versions}.\n")
    for bench in dict.fromkeys(each.measured.bench for each in run.figures):
        parts.append(f"## {bench}\n\n{MEANINGS[bench]}\n")
        parts.append(table(each for each in run.figures if each.measured.bench == bench))
    return "\n".join(parts)


def table(figures: Iterable[Figure]) -> str:
    lines = ["| what | beside | ours | theirs | | ratio | bound | |"]
    lines.append("| --- | --- | ---: | ---: | --- | ---: | --- | --- |")
    for each in figures:
        one = each.measured
        lines.append(
            f"| {one.what} | {one.peer} | {number(each.ours)} | {number(each.peer)} | {one.unit} "
            f"| {each.ratio:.2f} | {each.promise} | {each.verdict} |"
        )
    return "\n".join(lines) + "\n"


def figures_json(run: Run) -> str:
    """The figures for programs: what `python -m bench.beside` compares."""
    rows = [
        {
            "what": each.measured.what,
            "peer": each.measured.peer,
            "unit": each.measured.unit,
            "ours": round(each.ours, 4),
            "theirs": round(each.peer, 4),
            "ratio": round(each.ratio, 4),
        }
        for each in run.figures
    ]
    whole = {"date": run.date, "machine": run.machine, "quick": run.quick, "figures": rows}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
