"""Owns programs that measure on demand: a line to one is a round, a line from it the result."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Worker", "working"]


class Worker:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def answer(self, line: str = "go") -> float:
        self.say(line)
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())


@contextmanager
def working(
    command: list[str], first: object, cwd: Path, environ: Mapping[str, str] | None = None
) -> Iterator[Worker]:
    """Run a worker, and tell it what it works on, as JSON."""
    process = subprocess.Popen(
        command, cwd=cwd, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        worker = Worker(process)
        worker.say(json.dumps(first))
        yield worker
    finally:
        process.terminate()
        process.communicate()
