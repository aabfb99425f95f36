"""``import nextauth`` against ``import fastapi``, each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from bench.alternate import medians, report

_PROGRAM = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def importing(name: str) -> Callable[[], float]:
    def measure() -> float:
        said = subprocess.run(
            [sys.executable, "-c", _PROGRAM.format(name)],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return float(said) * 1000

    return measure


def main() -> bool:
    found = medians({name: importing(name) for name in ("nextauth", "fastapi")}, rounds=9)
    print("milliseconds:", {name: round(value, 1) for name, value in found.items()})
    ratio = found["nextauth"] / found["fastapi"]
    return report("import nextauth / import fastapi", ratio, 0.5, at_most=True)
