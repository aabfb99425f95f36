"""The peers' environment: exact versions alone, and those of ours where both run on the same."""

import re
import shlex
import subprocess
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SHARED = {
    *("cryptography", "django", "fastapi", "gunicorn", "httptools", "pydantic", "pydantic-core"),
    *("starlette", "uvicorn", "uvloop"),
}


def pinned(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    found = [re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)", line) for line in lines]
    wrong = [line for line, pin in zip(lines, found, strict=True) if pin is None]
    assert wrong == [], "every line is NAME==VERSION"
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


def requirements(name: str) -> dict[str, str]:
    return pinned((ROOT / "requirements" / name).read_text(encoding="utf-8"))


def test_what_both_run_on_is_the_same_version_in_both() -> None:
    ours, peers = requirements("dev.txt"), requirements("bench.txt")
    assert {name: peers[name] for name in SHARED} == {name: ours[name] for name in SHARED}


def test_and_stays_so_when_the_requirements_are_renewed() -> None:
    planned = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "requirements"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    chosen = re.search(r"^\s*(grep .*) > build/constraints.txt$", planned, re.MULTILINE)
    assert chosen is not None, planned
    written = subprocess.run(
        shlex.split(chosen[1]), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(pinned(written)) == SHARED
