"""Resident memory of the demo before it hashes, against the same FastAPI pages without `nextauth`.

Each is a process of its own, as its command starts it, and has answered its first page. The demo's
database is there already: making it would hash.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.alternate import medians
from bench.bounds import compare
from bench.figures import Figure
from bench.load import Asked
from bench.pace import Pace
from bench.serving import free_port, memory_mib, serving
from nextauth.cli.demo import ExistingUsers

ROUNDS = 3


def resident(command: Callable[[str], list[str]]) -> Callable[[], float]:
    def measure() -> float:
        port = free_port()
        with serving([sys.executable, *command(str(port))], port) as process:
            Asked("/", "<h1>Welcome").probe(port)
            return memory_mib(process)

    return measure


def main(pace: Pace) -> tuple[Figure, ...]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.db"
        ExistingUsers(database)
        command = ["-c", "from nextauth.cli import main; main()", "demo"]
        demo = [*command, "--host", "127.0.0.1", "--database", str(database)]
        found = medians(
            {
                "demo": resident(lambda port: [*demo, "--port", port]),
                "plain": resident(lambda port: ["-m", "bench.memory_site", port, str(database)]),
            },
            rounds=pace.rounds(ROUNDS),
        )
    without = {"the same site without": found["plain"]}
    return compare("the demo's memory before a hash", found["demo"], without)
