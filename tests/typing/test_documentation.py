"""Every Python block of README.md and docs/*.md is well typed, for mypy and for pyright."""

from pathlib import Path

import pytest

from tests.docs.programs import FROM_NOTHING, PROGRAMS, Program
from tests.docs.testing_page import FILES
from tests.typing.checkers import Finding, mypy, pyright

# Strict, but for what is about habits and not about types.
STRICT = {
    "typeCheckingMode": "strict",
    "reportConstantRedefinition": False,  # Django's settings are added to
    "reportMatchNotExhaustive": False,  # a sink may look at some events only
}
# What passes "standard" and not "strict": the page, the section, and why.
STANDARD_ONLY = {
    ("django.md", FROM_NOTHING): "a lambda has no place for the type of the request",
}
# Pages about a library that has no types: their blocks are files of its applications.
UNTYPED = {"migrating-from-flask-login.md": "flask_login"}
WRONG = """
from nextauth import Auth, Session


def name(session: Session) -> int:
    return session.user.name


Auth(secrets=["a secret"])
"""


def page_of(program: Program) -> str:
    return program.name.partition(":")[0]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Program]:
    """Answer the programs, each with the file that it was written to."""
    folder = tmp_path_factory.mktemp("examples")
    typed = [program for program in PROGRAMS if page_of(program) not in UNTYPED]
    files = {folder / program.file_name: program for program in typed}
    assert len(files) == len(typed)
    for name, text in FILES.items():
        files[folder / name] = Program(f"testing.md:{name}", "", text)
    for file, program in files.items():
        file.write_text(program.text, encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def strict_findings(written: dict[Path, Program]) -> list[Finding]:
    return pyright(list(written), settings=STRICT)


@pytest.mark.parametrize("page", UNTYPED)
def test_a_page_is_left_out_for_its_library_alone(page: str, tmp_path: Path) -> None:
    file = tmp_path / "alone.py"
    file.write_text(f"import {UNTYPED[page]}\n", encoding="utf-8")
    assert any("import-untyped" in line for line in mypy([file], cache=tmp_path))
    assert any(page_of(program) == page for program in PROGRAMS)


def test_strict_mypy_finds_nothing(written: dict[Path, Program], tmp_path: Path) -> None:
    assert mypy(list(written), cache=tmp_path) == []


def test_strict_pyright_finds_nothing_but_where_it_is_listed(
    written: dict[Path, Program], strict_findings: list[Finding]
) -> None:
    programs = {file.name: program for file, program in written.items()}
    found = [
        finding
        for finding in strict_findings
        if (page_of(programs[finding.file]), programs[finding.file].section) not in STANDARD_ONLY
    ]
    assert found == []


def test_the_list_is_needed_and_standard_pyright_finds_nothing_there(
    written: dict[Path, Program], strict_findings: list[Finding]
) -> None:
    wrong = {finding.file for finding in strict_findings}
    files = [file for file in written if file.name in wrong]
    assert {(page_of(written[file]), written[file].section) for file in files} == set(STANDARD_ONLY)
    assert pyright(files, settings={"typeCheckingMode": "standard"}) == []


def test_both_checkers_see_the_types_of_nextauth(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(WRONG, encoding="utf-8")
    lines = [int(error.split(":")[1]) for error in mypy([file], cache=tmp_path) if "error" in error]
    assert lines == [6, 9]
    found = pyright([file], settings=STRICT)
    assert [finding.line for finding in found] == [6, 9]
