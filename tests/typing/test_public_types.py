"""The public types say what applications may write and what they get, to mypy and to pyright.

`make check` runs mypy over both files as well.
"""

import shutil
from pathlib import Path

import pytest

from tests.typing.checkers import mypy, pyright

HERE = Path(__file__).parent
IGNORE = "# type: ignore"
# A mark in a line without an error is an error, as it is for strict mypy.
SETTINGS = {"typeCheckingMode": "standard", "reportUnnecessaryTypeIgnoreComment": "error"}


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [Path(shutil.copy(HERE / name, tmp_path)) for name in ("accepted.py", "refused.py")]


def test_mypy_accepts_the_one_file_and_every_mark_of_the_other(
    files: list[Path], tmp_path: Path
) -> None:
    assert mypy(files, cache=tmp_path / "cache") == []


def test_pyright_accepts_the_one_file_and_every_mark_of_the_other(files: list[Path]) -> None:
    assert pyright(files, settings=SETTINGS) == []


def test_a_mark_without_an_error_would_be_noticed(tmp_path: Path) -> None:
    file = tmp_path / "fine.py"
    file.write_text(f"from nextauth import User\n\nUser(id=1)  {IGNORE}[arg-type]\n", "utf-8")
    assert len(mypy([file], cache=tmp_path / "cache")) == 1
    assert [finding.line for finding in pyright([file], settings=SETTINGS)] == [3]
