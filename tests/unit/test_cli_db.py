"""What ``nextauth db upgrade`` says in plain words; what it does is a contract of the stores."""

import sys
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from nextauth.cli.commands import app as command

SITE = """
from nextauth import Auth, Credentials, Revocation, User
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore

auth = Auth(
    providers=[Credentials(authorize=lambda credentials: User(id=1), account="email")],
    secret={secret!r},
    revocation=Revocation(SQLAlchemyStore({url!r})),
    environ={{}},
)
"""
SECRET = "kV3q-of-the-db-command-alone-9Zx7LwTe"
SQLITE = "sqlite+aiosqlite:///site.db"


def upgrade(where: str) -> Result:
    return CliRunner().invoke(command, ["db", "upgrade", where])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def saved(folder: Path, *, secret: str | None = SECRET, url: str = SQLITE) -> str:
    name = f"site_{uuid4().hex}"
    (folder / f"{name}.py").write_text(SITE.format(secret=secret, url=url), "utf-8")
    return f"{name}:auth"


@pytest.mark.parametrize(("secret", "problem"), [(None, "secret-missing"), ("no", "too-short")])
def test_an_auth_that_is_refused_says_why_without_a_traceback(
    folder: Path, secret: str | None, problem: str
) -> None:
    result = upgrade(saved(folder, secret=secret))
    assert result.exit_code == 2
    assert result.stderr.startswith("nextauth db upgrade: Auth(...) has 1 problem:\n  1. ")
    assert f"{problem}]\n" in result.stderr
    assert "Fix: " in result.stderr
    assert "Traceback" not in result.output
    assert not (folder / "site.db").exists()


@pytest.mark.parametrize("url", ["postgresql://localhost/site", "postgresql+psycopg://db/site"])
@pytest.mark.parametrize("is_named_by_auth", [False, True])
def test_a_driver_that_is_not_there_is_told_with_one_to_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, *, is_named_by_auth: bool
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not installed
    result = upgrade(saved(folder, url=url) if is_named_by_auth else url)
    assert result.exit_code == 1
    assert "postgresql+asyncpg://" in result.stderr
    assert result.stderr.startswith("nextauth db upgrade: ")
    assert result.stderr.count("\n") == 1


def test_a_module_that_is_not_there_is_no_driver(folder: Path) -> None:
    result = upgrade("no_such_module:auth")
    assert result.exit_code == 1
    assert result.stderr.startswith("nextauth db upgrade: there is no module 'no_such_module'; ")
    assert "asyncpg" not in result.stderr
