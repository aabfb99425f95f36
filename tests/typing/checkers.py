"""Owns how tests run the type checkers, as an application that uses `nextauth` would run them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Finding", "mypy", "pyright"]

LONGEST = 300


@dataclass(frozen=True)
class Finding:
    """One error of a checker.

    Args:
        file: The name of the file.
        line: The number of the line.
        text: What the checker says.
    """

    file: str
    line: int
    text: str


def mypy(files: Sequence[Path], *, cache: Path) -> list[str]:
    """Answer the errors of `mypy --strict`, with none of this project's own settings.

    Args:
        files: What is checked, in one go.
        cache: An empty folder.
    """
    done = _run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--config-file=",
            "--scripts-are-modules",
            "--no-pretty",
            "--no-error-summary",
            f"--cache-dir={cache}",
            *map(str, files),
        ]
    )
    assert done.returncode in {0, 1}, f"mypy did not run:\n{done.stdout}{done.stderr}"
    return done.stdout.splitlines()


def pyright(files: Sequence[Path], *, settings: Mapping[str, object]) -> list[Finding]:
    """Answer the errors of pyright.

    Args:
        files: What is checked, in one go. All are in one folder, where its settings are put.
        settings: Those of ``pyrightconfig.json``.
    """
    (folder,) = {file.parent for file in files}
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps({**settings, "include": [file.name for file in files]}), "utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = _run([*command, "--project", str(config)])
    try:
        told = json.loads(done.stdout)
    except ValueError:
        message = f"pyright did not run; it needs node on PATH:\n{done.stdout}{done.stderr}"
        raise AssertionError(message) from None
    assert told["summary"]["filesAnalyzed"] == len(files), told
    return [
        Finding(Path(each["file"]).name, each["range"]["start"]["line"] + 1, str(each["message"]))
        for each in told["generalDiagnostics"]
        if each["severity"] == "error"
    ]


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # Else it asks the package index whether there is a newer version of it.
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False
    )
