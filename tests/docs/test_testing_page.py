"""docs/testing.md: each of its blocks is a file, as its first line says, and its tests pass.

`tests/typing` checks their types; the test of a browser runs in `tests/browser`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nextauth.testing
from tests.docs.testing_page import FILES, IN_A_BROWSER, PAGE

TESTS = [name for name in FILES if name.startswith("test_") and name != IN_A_BROWSER]
LONGEST_RUN = 300


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(*command: str, cwd: Path) -> str:
    own = {name: text for name, text in os.environ.items() if not name.startswith("AUTH_")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=own,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_of_python_is_a_file() -> None:
    assert len(FILES) == PAGE.count("```py")
    assert {"accounts.py", "conftest.py", IN_A_BROWSER} <= set(FILES)


def test_every_framework_has_its_test() -> None:
    frameworks = ("fastapi", "starlette", "flask", "quart", "django", "litestar", "wsgi")
    assert {f"test_{name}.py" for name in frameworks} <= set(TESTS)


def test_all_tests_of_the_page_pass(folder: Path) -> None:
    printed = run("-m", "pytest", "-W", "error", "-p", "no:cacheprovider", *TESTS, cwd=folder)
    count = sum(FILES[name].count("def test_") for name in TESTS)
    assert f" {count} passed" in printed


def test_every_name_of_the_package_is_told() -> None:
    assert [name for name in nextauth.testing.__all__ if f"`{name}" not in PAGE] == []
