"""``python -m bench [--quick] [--to DIRECTORY] [NAME …]``: measure; exit 1 if a bound is missed.

A line of the list that was not measured is an error, so that none is missed for lack of a figure.

A full run of everything writes README.md, chart.svg and figures.json into ``bench/``; any other
writes only where it is told to.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.bounds import MEASURED, measured, unmeasured
from bench.chart import chart
from bench.figures import Figure
from bench.machine import described, missing, versions
from bench.pace import FULL, QUICK
from bench.report import Run, figures_json, readme

NAMES = tuple(dict.fromkeys(each.bench for each in MEASURED))
# Each is a process of its own: what one has imported or pinned is not in the way of the next.
ONE = (
    "import importlib, json, sys; from bench.pace import Pace; "
    "bench = importlib.import_module(f'bench.{sys.argv[1]}'); "
    "found = bench.main(Pace(quick=sys.argv[2] == 'True')); "
    "rows = [[f.measured.what, f.measured.peer, f.ours, f.peer] for f in found]; "
    "print('FIGURES', json.dumps(rows))"
)


def run(name: str, *, quick: bool) -> list[Figure]:
    print(f"== {name}", flush=True)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ONE, name, str(quick)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    (line,) = (each for each in done.stdout.splitlines() if each.startswith("FIGURES "))
    rows = json.loads(line.removeprefix("FIGURES "))
    figures = [measured(what, peer).found(ours, theirs) for what, peer, ours, theirs in rows]
    if lost := unmeasured(name, figures):
        message = f"bench {name} did not measure {lost}, which bench/bounds.py lists"
        raise LookupError(message)
    for figure in figures:
        print(figure.line(), flush=True)
    return figures


def write(found: Run, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "README.md").write_text(readme(found), encoding="utf-8")
    (directory / "chart.svg").write_text(chart(found.figures, found.note), encoding="utf-8")
    (directory / "figures.json").write_text(figures_json(found), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="short rounds, to try it out")
    parser.add_argument("--to", type=Path, help="write README.md, chart.svg, figures.json there")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    if lacks := missing():
        print("\n".join(f"missing: {each}" for each in lacks), file=sys.stderr)
        return 1
    pace = QUICK if chosen.quick else FULL
    figures = [each for name in chosen.names or NAMES for each in run(name, quick=pace.quick)]
    whole = not chosen.names and not pace.quick
    directory = chosen.to or (Path(__file__).parent if whole else None)
    if directory is not None:
        date = datetime.now(UTC).date().isoformat()
        write(Run(date, described(), versions(), figures, pace.quick), directory)
    return 0 if all(each.holds for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
