"""The directory in a SQL database: what it refuses when it is made, and where it hashes."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nextauth import CredentialsSignin, User
from nextauth.directories import Breaker, Directory, UserMap
from nextauth.directories.sql import SqlDirectory
from nextauth.directories.sql_hashing import HashWorkers
from nextauth.directories.sql_rows import as_key, is_set
from nextauth.errors import Busy, CallbackError, SystemUnavailable
from nextauth.fields import FormField
from nextauth.models import SubmittedCredentials
from nextauth.passwords import CHEAPEST, FoundPasswords

USERS = UserMap(id="id")
HASHES = FoundPasswords(profile=CHEAPEST)
PASSWORD = "correct horse battery"
NOWHERE = "sqlite+aiosqlite:///nowhere.db"
STATEMENT = "SELECT * FROM people WHERE username = :account"
BY_KEY = "SELECT * FROM people WHERE id = :key"
RENEW = "UPDATE people SET password = :new WHERE id = :key AND password = :old"


def directory(database: Any = NOWHERE, **options: Any) -> SqlDirectory:  # noqa: ANN401
    options.setdefault("users", USERS)
    if "statement" not in options:
        options.setdefault("table", "people")
    return SqlDirectory(database, hashes=HASHES, **options)


def submitted(name: str = "ada", password: str = PASSWORD) -> SubmittedCredentials:
    return SubmittedCredentials({"username": name, "password": password})


@pytest.fixture
def engine(tmp_path: Path) -> Callable[[], AsyncEngine]:
    """A database with Ada in it."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'people.db'}"

    async def fill() -> None:
        made = create_async_engine(url)
        async with made.begin() as connection:
            await connection.execute(text("CREATE TABLE people (id, username, email, password)"))
            row = {"hash": HASHES.hash(PASSWORD)}
            await connection.execute(text("INSERT INTO people VALUES (1, 'ada', '', :hash)"), row)
        await made.dispose()

    asyncio.run(fill())
    return lambda: create_async_engine(url)


# --- what it is made with


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"table": None}, "table=..., or statement"),
        ({"statement": STATEMENT}, "by_key"),
        ({"statement": STATEMENT, "by_key": BY_KEY, "table": "people"}, "either"),
        ({"table": ""}, "empty name"),
        ({"disabled": ""}, "empty name"),
        ({"identifiers": ()}, "identifiers"),
        ({"identifiers": "username"}, "identifiers"),
        ({"identifiers": ("username", "")}, "identifiers"),
        ({"account": "email"}, "account='email'"),
        ({"password": "pin"}, "password='pin'"),
        ({"key_type": float}, "key_type"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"workers": 0}, "workers"),
        ({"upgrade": RENEW}, "write True"),
        ({"statement": STATEMENT, "by_key": BY_KEY, "upgrade": True}, "UPDATE"),
        ({"statement": "SELECT 1", "by_key": BY_KEY}, "statement lacks the parameter :account"),
        ({"statement": STATEMENT, "by_key": STATEMENT}, "by_key lacks the parameter :key"),
        (
            {"statement": f"{STATEMENT} AND password = :password", "by_key": BY_KEY},
            "never goes into a statement",
        ),
        ({"statement": f"{STATEMENT} AND x = :other", "by_key": BY_KEY}, ":other"),
        (
            {
                "statement": STATEMENT,
                "by_key": BY_KEY,
                "upgrade": "UPDATE people SET password = :new WHERE id = :key",
            },
            "upgrade lacks the parameter :old",
        ),
        ({"statement": 7, "by_key": BY_KEY}, "write SQL as a str"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(options: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        directory(**options)


@pytest.mark.parametrize(
    ("database", "error", "named"),
    [
        ("postgresql+pg8000://ada:secret-word@localhost/site", ValueError, "asyncio"),
        ("oracle+oracledb_async://ada:secret-word@localhost/site", ImportError, "asyncpg"),
        ("secret-word", ValueError, "SQLAlchemy knows"),
        ("sqlite+aiosqlite://", ValueError, "in memory"),
        (7, TypeError, "int is no database"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused(
    database: Any,  # noqa: ANN401
    error: type[Exception],
    named: str,
) -> None:
    with pytest.raises(error, match=named) as caught:
        directory(database)
    assert "secret-word" not in str(caught.value)


def test_its_repr_shows_no_password() -> None:
    url = URL.create("postgresql+asyncpg", "ada", "secret-word", "localhost", 1, "site")
    made = directory(url)
    assert repr(made) == "SqlDirectory('postgresql+asyncpg://ada@localhost:1/site')"
    assert isinstance(made, Directory)


def test_it_says_its_fields() -> None:
    fields = {"email": FormField("E-mail"), "pin": FormField("PIN", type="password")}
    made = directory(fields=fields, account="email", password="pin")
    assert (made.fields, made.account) == (fields, "email")


# --- where it hashes


class Watching(FoundPasswords):
    """Notes in which thread it hashes, and whether the event loop runs meanwhile."""

    def __init__(self) -> None:
        super().__init__(profile=CHEAPEST)
        self.threads: list[str] = []
        self.began, self.may_go_on = threading.Event(), threading.Event()

    def verify(self, password: str, known: str | None) -> bool:
        self.threads.append(threading.current_thread().name)
        self.began.set()
        assert self.may_go_on.wait(60)
        return super().verify(password, known)


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_it_hashes_beside_the_event_loop_for_whoever_it_is(
    engine: Callable[[], AsyncEngine], name: str
) -> None:
    hashes = Watching()

    async def scenario() -> User | None:
        made = SqlDirectory(engine, users=USERS, table="people", hashes=hashes)
        check = asyncio.create_task(made.check(submitted(name)))
        assert await asyncio.to_thread(hashes.began.wait, 60)
        hashes.may_go_on.set()
        return await check

    assert (asyncio.run(scenario()) is not None) is (name == "ada")
    [thread] = hashes.threads
    assert thread.startswith("nextauth-hash")


def test_more_than_can_wait_are_told_to_try_again() -> None:
    workers, may_end = HashWorkers(1), threading.Event()

    async def scenario() -> None:
        jobs = [asyncio.create_task(workers.run(may_end.wait, 60)) for _ in range(65)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await workers.run(may_end.wait, 60)
        may_end.set()
        assert all(await asyncio.gather(*jobs))
        assert await workers.run(lambda: "again") == "again"

    asyncio.run(scenario())


# --- what it is told


def test_a_column_that_a_statement_lacks_is_named(engine: Callable[[], AsyncEngine]) -> None:
    statement = "SELECT id, username FROM people WHERE username = :account"
    made = directory(engine, statement=statement, by_key=BY_KEY)
    with pytest.raises(CallbackError, match="answers no column 'password'; it answers id"):
        asyncio.run(made.check(submitted()))


def test_whoever_is_in_ten_rows_or_more_is_nobody(
    engine: Callable[[], AsyncEngine], caplog: pytest.LogCaptureFixture
) -> None:
    statement = (
        "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 100000) "
        "SELECT people.* FROM people, many WHERE username = :account"
    )
    made = directory(engine, statement=statement, by_key=BY_KEY)
    with caplog.at_level(logging.ERROR, "nextauth.directories"):
        assert asyncio.run(made.check(submitted())) is None
    assert "several rows" in caplog.text


def test_a_lent_engine_on_a_second_loop_is_explained(engine: Callable[[], AsyncEngine]) -> None:
    lent = engine()
    made = directory(lent)
    first = asyncio.new_event_loop()
    try:
        assert first.run_until_complete(made.check(submitted())) == User(id="1")
        with pytest.raises(SystemUnavailable, match="second event loop"):
            asyncio.run(made.check(submitted()))
        first.run_until_complete(made.aclose())
        first.run_until_complete(lent.dispose())
    finally:
        first.close()


def test_a_database_that_does_not_answer_in_time_is_down() -> None:
    breaker = Breaker("people", failures=1, pause=3_600)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = URL.create("postgresql+asyncpg", "ada", "secret-word", "127.0.0.1", port, "site")
        made = directory(url, timeout=0.05, breaker=breaker)
        with pytest.raises(SystemUnavailable, match="no answer within"):
            asyncio.run(made.check(submitted()))
        with pytest.raises(SystemUnavailable, match="left alone"):
            asyncio.run(made.check(submitted()))


# --- what a row says


def test_a_flag_is_read_as_people_write_it() -> None:
    yes = (1, True, "1", "t", "Y", "yes", "ON", b"\1", Decimal(1), date(2026, 1, 1))
    no = (None, 0, False, "", "0", "F", " no ", b"\0", b"", "off", Decimal(0))
    for otherwise in (True, False):
        assert all(is_set(value, otherwise=otherwise) for value in yes)
        assert not any(is_set(value, otherwise=otherwise) for value in no)


def test_a_flag_that_nobody_understands_keeps_people_out(
    engine: Callable[[], AsyncEngine],
) -> None:
    for flag in ("disabled", "active"):
        columns = "SELECT *, 'perhaps' AS flag FROM people WHERE"
        made = directory(
            engine,
            statement=f"{columns} username = :account",
            by_key=f"{columns} id = :key",
            **{flag: "flag"},
        )
        with pytest.raises(CredentialsSignin):
            asyncio.run(made.check(submitted()))


@pytest.mark.parametrize(
    ("key", "kind", "made"),
    [
        ("17", int, 17),
        ("-1", int, -1),
        ("1_7", int, None),
        ("१७", int, None),
        ("9" * 30, int, None),
        ("", int, None),
        ("1.50", Decimal, Decimal("1.50")),
        ("x", Decimal, None),
        ("x", UUID, None),
        ("00000000-0000-0000-0000-000000000001", UUID, UUID(int=1)),
        ("x", str, "x"),
        ("2026-01-01", date, "2026-01-01"),
    ],
)
def test_a_key_is_read_as_its_column_has_it(key: str, kind: type, made: object) -> None:
    assert as_key(key, kind) == made
