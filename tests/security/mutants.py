"""Takes one control after the other out of a copy of the package, and has its test fail.

A test that passes without the control that it is said to show would show nothing. The lists are in
``taken_out/``; ``python -m tests.security.mutants [ID …]`` tries some of them, or all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.security.taken_out.browsers import ANSWERS, COOKIES, REQUESTS
from tests.security.taken_out.factors import FACTORS
from tests.security.taken_out.mutant import Mutant
from tests.security.taken_out.signing_in import SESSIONS, SIGN_IN
from tests.security.taken_out.tokens import TOKENS

__all__ = ["MUTANTS", "ROOT", "is_noticed", "passes", "plant"]

MUTANTS: dict[str, Mutant] = {
    mutant.id: mutant
    for mutant in (*COOKIES, *ANSWERS, *REQUESTS, *SIGN_IN, *FACTORS, *SESSIONS, *TOKENS)
}
ROOT = Path(__file__).parents[2]
LONGEST_RUN = 300

# The package is installed by a path file, and the copy must win over it.
CHILD = """
import sys

import nextauth
import pytest

if not nextauth.__file__.startswith(sys.argv[1]):
    raise SystemExit(f"{nextauth.__file__} is not the copy in {sys.argv[1]}")
raise SystemExit(pytest.main(sys.argv[2:]))
"""
# A test of these needs no plugin; without them it starts in half the time.
ALONE = (
    *("--quiet", "--exitfirst", "--no-header", "--tb=short", "--show-capture=no"),
    *("-p", "no:cacheprovider"),
)


def plant(mutant: Mutant | None, folder: Path) -> Path:
    """Copy the package, without the mutant's control, and answer the folder to import it from.

    Args:
        mutant: What is taken out; None for nothing.
        folder: An empty folder.
    """
    copy = folder / "src"
    # With what is compiled already; another process may be at work on more.
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("*.pyc.*"))
    if mutant is not None:
        file = copy / "nextauth" / mutant.file
        text = file.read_text(encoding="utf-8")
        found = text.count(mutant.old)
        if found != 1:
            message = (
                f"mutant {mutant.id!r} wants to replace one place in {mutant.file}, and there are "
                f"{found}: if the code has changed, change tests/security/taken_out with it"
            )
            raise ValueError(message)
        changed = text.replace(mutant.old, mutant.new)
        if file.suffix == ".py":
            compile(changed, str(file), "exec")
        file.write_text(changed, encoding="utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*"):
            compiled.unlink()
    return copy


def _run(tests: Iterable[str], source: Path) -> tuple[int, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        # The measuring of coverage would count the copy, and xdist take the child for a worker.
        if not name.startswith(("COV_", "COVERAGE_", "PYTEST_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(source), *ALONE, *(f"tests/{each}" for each in tests)],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(source), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_RUN,
        check=False,
    )
    return done.returncode, done.stdout


def passes(tests: Iterable[str], source: Path) -> None:
    """Show that tests pass on a copy of the package.

    Args:
        tests: Their paths below ``tests/``, each with its function's name.
        source: The folder to import the package from.
    """
    code, output = _run(tests, source)
    assert code == 0, output


def is_noticed(mutant: Mutant, source: Path) -> None:
    """Show that a mutant's test fails, and that it is an assertion or a call of the test's own.

    Args:
        mutant: What was taken out.
        source: The folder to import the package from.
    """
    code, output = _run([mutant.test], source)
    assert code == 1, f"{mutant.id}: without the control {mutant.test} passes\n{output}"
    assert f"FAILED tests/{mutant.test}" in output, f"{mutant.id}: not for its control\n{output}"
    assert "\nERROR tests/" not in output, output


def main(ids: list[str]) -> None:
    """Try the mutants that are named, or all; say what became of each."""
    for mutant in MUTANTS.values():
        if ids and mutant.id not in ids:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                is_noticed(mutant, plant(mutant, Path(folder)))
                verdict = "noticed"
            except (AssertionError, ValueError) as error:
                verdict = f"NOT NOTICED: {error}"
        sys.stdout.write(f"{mutant.id}: {verdict}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
