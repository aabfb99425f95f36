"""``import nextauth`` against others, each in a fresh interpreter of the environment it is in.

Each is compiled before, as what pip installs is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from bench.alternate import medians
from bench.bounds import compare
from bench.figures import Figure
from bench.pace import Pace
from bench.serving import PEERS, peer_environ

_PROGRAM = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
OTHERS = {"fastapi": sys.executable, "fastapi_users": PEERS, "joserfc.jwe": sys.executable}


def importing(name: str, python: str) -> Callable[[], float]:
    environ = peer_environ() if python == PEERS else dict(os.environ)
    environ.pop("PYTHONDONTWRITEBYTECODE", None)

    def measure() -> float:
        said = subprocess.run(
            [python, "-c", _PROGRAM.format(name)],
            env=environ,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return float(said) * 1000

    measure()
    return measure


def main(pace: Pace) -> tuple[Figure, ...]:
    measures = {name: importing(name, python) for name, python in OTHERS.items()}
    measures["nextauth"] = importing("nextauth", sys.executable)
    found = medians(measures, rounds=pace.rounds(9))
    return compare(
        "import nextauth", found["nextauth"], {f"import {name}": found[name] for name in OTHERS}
    )
