"""The directory in a SQL database: keys, types of columns, and statements."""

import asyncio

import pytest
from sqlalchemy import URL

from nextauth import User
from nextauth.directories import UserMap
from nextauth.directories.sql import SqlDirectory
from nextauth.errors import CallbackError
from nextauth.models import SubmittedCredentials
from tests.contract.directories.contract import (
    NAME,
    OTHER_PASSWORD,
    PASSWORD,
)
from tests.contract.directories.sql_desk import (
    OLD,
    PATIENT,
    made_desk,
    with_statement,
)
from tests.contract.directories.sql_tables import HASHES, filled

pytestmark = pytest.mark.service


# --- keys


@pytest.mark.parametrize("key", ["1x", "01", " 1", "1 ", "٣", "9" * 40, "-1", "1.0", "nobody", "'"])
def test_what_is_no_key_is_nobodys(sql_url: URL, key: str) -> None:
    with made_desk(sql_url) as desk:
        assert desk.revalidate(User(id="1"))
        assert not desk.revalidate(User(id=key))


def test_keys_may_be_text(sql_url: URL) -> None:
    with made_desk(sql_url) as desk:
        desk.execute("DROP TABLE people")
        desk.execute(
            "CREATE TABLE people (id VARCHAR(40) PRIMARY KEY, username VARCHAR(40), email "
            "VARCHAR(40), full_name VARCHAR(40), password VARCHAR(190), is_disabled INTEGER)"
        )
        assert not desk.revalidate(User(id="a1"))
        desk.execute(
            f"INSERT INTO people VALUES ('a1', 'ada', NULL, NULL, '{HASHES.hash(PASSWORD)}', 0)"  # noqa: S608
        )
        assert desk.check() == User(id="a1")
        assert desk.revalidate(User(id="a1"))
        for other in ("A1", "a1 ", "á1", "a1\0", "\ud800", "' OR '1'='1", "a" * 5_000):
            assert not desk.revalidate(User(id=other)), other


def test_columns_may_have_the_types_of_postgresql(postgresql_url: URL) -> None:
    asyncio.run(filled(postgresql_url))
    key = "12345678-1234-4234-8234-123456789abc"
    users = UserMap(id="Key", extra={"level": "level"})
    with made_desk(postgresql_url) as desk:
        desk.execute("DROP SCHEMA IF EXISTS staff CASCADE")
        desk.execute("CREATE SCHEMA staff")
        desk.execute(
            'CREATE TABLE staff."Person" ("Key" UUID PRIMARY KEY, "Login" CHAR(20), email TEXT, '
            "password CHAR(200), left_on DATE, level NUMERIC(5, 2))"
        )
        desk.execute(
            f"""INSERT INTO staff."Person" VALUES ('{key}', 'ada', NULL, """  # noqa: S608
            f"'{HASHES.hash(PASSWORD)}', NULL, 1.5)"
        )
        directory = SqlDirectory(
            postgresql_url,
            users=users,
            table="staff.Person",
            identifiers=("Login", "email"),
            disabled="left_on",
            upgrade=True,
            hashes=HASHES,
            timeout=PATIENT,
        )
        try:
            user = desk.run(directory.check(desk.credentials()))
            assert (user.id, user.extra["level"]) == (key, "1.50")
            assert desk.run(directory.revalidate(user))
            for other in (key.upper(), key[:-1], f"{{{key}}}", "1"):
                assert not desk.run(directory.revalidate(User(id=other)))
            desk.execute(f"""UPDATE staff."Person" SET password = '{OLD}'""")  # noqa: S608
            sent = desk.credentials(password="test12345")
            assert desk.run(directory.check(sent)) == user
            rows = desk.execute('SELECT password FROM staff."Person"')
            assert rows[0]["password"].startswith("$argon2id$")
            desk.execute("""UPDATE staff."Person" SET left_on = '2026-01-01'""")
            assert not desk.run(directory.revalidate(user))
        finally:
            desk.run(directory.aclose())


def test_columns_may_have_the_types_of_mariadb(mariadb_url: URL) -> None:
    asyncio.run(filled(mariadb_url))
    with made_desk(mariadb_url, disabled=None, active="is_on") as desk:
        desk.execute("ALTER TABLE people MODIFY password VARBINARY(190), ADD is_on BIT(1)")
        desk.execute("UPDATE people SET is_on = b'1'")
        assert isinstance(desk.check(), User)
        desk.execute("UPDATE people SET is_on = b'0'")
        assert not desk.revalidate(User(id="1"))


def test_a_binary_key_is_refused_since_two_could_look_the_same(mariadb_url: URL) -> None:
    asyncio.run(filled(mariadb_url))
    with made_desk(mariadb_url) as desk:
        desk.execute("ALTER TABLE people MODIFY id BINARY(16)")
        with pytest.raises(CallbackError, match="hex"):
            desk.check()


# --- statements


def test_a_statement_says_who_it_is(sql_url: URL) -> None:
    with made_desk(sql_url, **with_statement()) as desk:
        user = desk.check("ada@example.com")
        assert user == User(id="1", name="Ada", email="ada@example.com")
        assert desk.check("grace@example.com", OTHER_PASSWORD) is None
        assert desk.revalidate(user)
        assert not desk.revalidate(User(id="nobody"))


def test_a_statement_may_take_another_field(sql_url: URL) -> None:
    fields = dict.fromkeys(("username", "password", "site"))
    statement = "SELECT * FROM people WHERE username = :account AND full_name = :site"
    with made_desk(sql_url, **with_statement(statement=statement, fields=fields)) as desk:
        sent = {"username": NAME, "password": PASSWORD}
        check = desk.directory.check
        assert desk.run(check(SubmittedCredentials({**sent, "site": "Ada"}))).id == "1"
        for site in ("Grace", "", "Ada' OR '1'='1", "Ada\0"):
            assert desk.run(check(SubmittedCredentials({**sent, "site": site}))) is None
        assert desk.run(check(SubmittedCredentials(sent))) is None
