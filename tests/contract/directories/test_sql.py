"""The directory in a SQL database: the contract, on SQLite, PostgreSQL and MariaDB."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from nextauth import CredentialsSignin, User
from nextauth.directories import Breaker
from nextauth.directories.sql import SqlDirectory
from nextauth.errors import SystemUnavailable
from nextauth.models import SubmittedCredentials
from tests.contract.directories.contract import (
    NAME,
    OTHER,
    OTHER_PASSWORD,
    PASSWORD,
    DirectoryContract,
)
from tests.contract.directories.sql_desk import (
    PATIENT,
    USERS,
    SqlDesk,
    made_desk,
)
from tests.contract.directories.sql_tables import HASHES, Proxy, filled

pytestmark = pytest.mark.service


@pytest.fixture
def desk(sql_url: URL) -> Iterator[SqlDesk]:
    if sql_url.get_backend_name() == "sqlite":
        with made_desk(sql_url) as desk:
            yield desk
        return
    default = {"postgresql": 5432}.get(sql_url.get_backend_name(), 3306)
    proxy = Proxy(sql_url.host or "127.0.0.1", sql_url.port or default)
    with proxy.running(), made_desk(sql_url, proxy=proxy) as desk:
        yield desk


class TestSqlDirectory(DirectoryContract):
    """What every directory must do, with a table."""


# --- names


def test_either_column_names_the_account(sql_url: URL) -> None:
    with made_desk(sql_url) as desk:
        user = desk.check("ada@example.com")
        assert user == User(id="1", name="Ada", email="ada@example.com")
        assert user == desk.check(NAME)


def test_case_is_as_it_was_said_whatever_the_database_thinks(sql_url: URL) -> None:
    with made_desk(sql_url) as desk:
        assert desk.check("ADA") is None
        assert desk.check("àda") is None
    with made_desk(sql_url, identifiers_fold_case=True) as desk:
        assert desk.check("ADA") == desk.check("ada")
        assert desk.check("Ada@Example.COM") == desk.check("ada")
        assert desk.check("àda") is None


def test_a_name_of_two_people_is_nobodys(sql_url: URL, caplog: pytest.LogCaptureFixture) -> None:
    with made_desk(sql_url) as desk:
        desk.execute("UPDATE people SET username = 'ada@example.com' WHERE id = 2")
        with caplog.at_level(logging.ERROR, "nextauth.directories"):
            assert desk.check("ada@example.com", PASSWORD) is None
            assert desk.check("ada@example.com", OTHER_PASSWORD) is None
        assert isinstance(desk.check(NAME), User)
    assert "(1, 2)" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_row_without_a_password_is_nobodys(sql_url: URL) -> None:
    with made_desk(sql_url) as desk:
        for value in ("NULL", "''", "'!'", "'*'", f"'{PASSWORD}'"):
            desk.execute(f"UPDATE people SET password = {value} WHERE id = 1")  # noqa: S608
            assert desk.check() is None, value


def test_a_value_that_the_column_cannot_hold_is_no_outage(mariadb_url: URL) -> None:
    asyncio.run(filled(mariadb_url))
    with made_desk(mariadb_url, breaker=Breaker("people", failures=1, pause=3_600)) as desk:
        desk.execute("ALTER TABLE people CONVERT TO CHARACTER SET latin1")
        for name in ("\N{HORSE}", "Ωmega", "ada\N{HORSE}"):
            assert desk.check(name) is None
        assert isinstance(desk.check(), User)


def test_a_value_that_the_database_cannot_hold_is_no_outage(latin1_url: URL) -> None:
    asyncio.run(filled(latin1_url))
    with made_desk(latin1_url, breaker=Breaker("people", failures=1, pause=3_600)) as desk:
        for name in ("\N{HORSE}", "Ωmega", "ada\N{HORSE}"):
            assert desk.check(name) is None
        assert isinstance(desk.check(), User)


# --- in use, or not


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_only_who_knows_the_password_is_told_that_it_is_disabled(
    sql_url: URL, password: str
) -> None:
    with made_desk(sql_url) as desk:
        desk.disable(NAME)
        if password == PASSWORD:
            with pytest.raises(CredentialsSignin) as caught:
                desk.check()
            assert caught.value.public_code == "disabled"
        else:
            assert desk.check(NAME, password) is None


@pytest.mark.parametrize(
    ("value", "is_active"),
    [("'Y'", True), ("'t'", True), ("'1'", True), ("'N'", False), ("'0'", False), ("NULL", False)],
)
def test_a_flag_may_be_a_letter(sql_url: URL, value: str, is_active: bool) -> None:  # noqa: FBT001
    with made_desk(sql_url, disabled=None, active="flag") as desk:
        desk.execute("ALTER TABLE people ADD COLUMN flag CHAR(1)")
        desk.execute(f"UPDATE people SET flag = {value}")  # noqa: S608
        assert desk.revalidate(User(id="1")) is is_active
        if is_active:
            assert isinstance(desk.check(), User)
        else:
            with pytest.raises(CredentialsSignin):
                desk.check()


# --- loops and engines


def test_it_is_asked_on_several_event_loops(sql_url: URL) -> None:
    directory = SqlDirectory(sql_url, users=USERS, table="people", hashes=HASHES, timeout=PATIENT)
    sent = SubmittedCredentials({"username": OTHER, "password": OTHER_PASSWORD})
    for _ in range(3):
        assert isinstance(asyncio.run(directory.check(sent)), User)


def test_an_engine_may_be_lent(sql_url: URL) -> None:
    async def scenario() -> None:
        engine = create_async_engine(sql_url)
        directory = SqlDirectory(engine, users=USERS, table="people", hashes=HASHES)
        sent = SubmittedCredentials({"username": NAME, "password": PASSWORD})
        assert isinstance(await directory.check(sent), User)
        await directory.aclose()
        async with engine.connect():
            pass
        await engine.dispose()

    asyncio.run(scenario())


def test_a_missing_table_is_told_without_what_was_typed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    directory = SqlDirectory(url, users=USERS, table="people", hashes=HASHES)
    sent = SubmittedCredentials({"username": "a-private-name", "password": "a-private-word"})
    with pytest.raises(SystemUnavailable, match="no such table: people"):
        asyncio.run(directory.check(sent))
    assert "a-private" not in caplog.text
