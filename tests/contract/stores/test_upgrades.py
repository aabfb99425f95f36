"""The tables are made and brought up to date by numbered steps, and missed with clear words."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, func, insert, select
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from nextauth.cli.commands import app as command
from nextauth.errors import StoreUnavailable
from nextauth.stores import SessionRecord
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore, metadata, tables, upgrades
from tests.contract.stores.conftest import SQL
from tests.contract.stores.factor_scenarios import ADA, confirmed
from tests.contract.stores.services import (
    MARIADB,
    POSTGRESQL,
    connected,
    made_database,
)

pytestmark = pytest.mark.service

on_every_database = pytest.mark.parametrize("kind", SQL)

NOW = 4_102_444_800.5

SITE = """
from nextauth import Auth, Credentials, Revocation, User
from nextauth.stores import MemoryStore
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore


def site(revocation):
    return Auth(
        providers=[Credentials(authorize=lambda credentials: User(id=1), account="email")],
        secret="kV3q-of-the-db-command-alone-9Zx7LwTe",
        revocation=revocation,
        environ={{}},
    )


auth = site(Revocation(SQLAlchemyStore({url!r})))
in_memory = site(Revocation(MemoryStore()))
without = site(None)
"""


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[URL]:
    """A database without any table."""
    if kind == "sqlite":
        yield URL.create("sqlite+aiosqlite", database=str(tmp_path / "new.db"))
        return
    server = {"postgresql": POSTGRESQL, "mariadb": MARIADB}[kind]
    with made_database(server, f"NEXTAUTH_TEST_{kind.upper()}") as url:
        yield url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/new.db"


async def differences(url: URL) -> list[Any]:
    """Answer what Alembic would change, to get from the database's tables to `metadata`."""

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with connected(url) as connection:
        return await connection.run_sync(compare)


@on_every_database
def test_the_steps_lead_to_the_tables_of_the_metadata(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        assert len(await differences(url)) > 3
        assert await store.upgrade() == (0, tables.LATEST)
        assert await differences(url) == []
        assert await store.upgrade() == (tables.LATEST, tables.LATEST)
        assert await differences(url) == []

    asyncio.run(scenario())


@on_every_database
def test_upgrading_keeps_what_is_known(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        await store.upgrade()
        await store.end("s1", until=NOW + 60, now=NOW)
        await store.upgrade()
        assert (await store.standing("s1", "credentials", "1", now=NOW)).is_ended

    asyncio.run(scenario())


@on_every_database
def test_of_several_upgrades_at_once_one_is_done(url: URL) -> None:
    async def scenario() -> None:
        done = await asyncio.gather(*(SQLAlchemyStore(url, timeout=60).upgrade() for _ in range(6)))
        assert sorted(done) == [(0, tables.LATEST)] + [(tables.LATEST, tables.LATEST)] * 5
        assert await differences(url) == []

    asyncio.run(scenario())


@on_every_database
def test_two_programs_may_upgrade_at_once(url: URL) -> None:
    async def scenario() -> None:
        program = [sys.executable, "-c", "from nextauth.cli import main; main()", "db", "upgrade"]
        address = url.render_as_string(hide_password=False)
        programs = [
            await asyncio.create_subprocess_exec(
                *program, address, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
            )
            for _ in range(3)
        ]
        printed = [(await each.communicate())[0].decode() for each in programs]
        assert [each.returncode for each in programs] == [0, 0, 0], printed
        assert sum("were brought to" in text for text in printed) == 1
        assert await differences(url) == []

    asyncio.run(scenario())


@on_every_database
def test_a_step_that_was_cut_short_is_repeated(url: URL) -> None:
    async def scenario() -> None:
        async with connected(url) as connection:
            await connection.run_sync(tables.SESSIONS.create)
        assert await SQLAlchemyStore(url, timeout=60).upgrade() == (0, tables.LATEST)
        assert await differences(url) == []

    asyncio.run(scenario())


@on_every_database
def test_each_step_is_taken_once_and_a_failed_one_again(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    latest = tables.LATEST

    def further(connection: Connection) -> None:
        taken.append("further")
        if taken == ["further"]:
            message = "no more disk"
            raise OSError(message)
        connection.exec_driver_sql("CREATE TABLE nextauth_new (id INTEGER)")

    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        assert await store.upgrade() == (0, latest)
        monkeypatch.setattr(upgrades, "STEPS", (*tables.STEPS, further))
        with pytest.raises(StoreUnavailable, match="no more disk"):
            await store.upgrade()
        done = [await store.upgrade() for _ in range(2)]
        assert done == [(latest, latest + 1), (latest + 1, latest + 1)]
        assert taken == ["further", "further"]

    asyncio.run(scenario())


@on_every_database
def test_a_database_of_the_version_before_gets_what_is_new_and_keeps_what_is_known(
    url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        with monkeypatch.context() as before:
            before.setattr(upgrades, "STEPS", tables.STEPS[:1])
            assert await store.upgrade() == (0, 1)
        await store.end("s1", until=NOW + 60, now=NOW)
        assert (await store.standing("s1", *ADA, now=NOW)).is_ended  # as ever, until then
        for asked in (store.enrol(confirmed(), now=NOW), store.peek("key", now=NOW)):
            with pytest.raises(StoreUnavailable, match="run `nextauth db upgrade`"):
                await asked
        assert await store.upgrade() == (1, tables.LATEST)
        assert await differences(url) == []
        assert (await store.standing("s1", *ADA, now=NOW)).is_ended
        assert await store.enrol(confirmed(digests=("d1",)), now=NOW)
        assert await store.spend(*ADA, "f1", "d1", now=NOW) == 0

    asyncio.run(scenario())


@on_every_database
def test_tables_of_a_newer_release_stay_as_they_are(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        await store.upgrade()
        async with connected(url) as connection:
            await connection.execute(insert(tables.SCHEMA).values(version=99))
        assert await store.upgrade() == (99, 99)

    asyncio.run(scenario())


@on_every_database
def test_missing_tables_are_told_with_what_to_do(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        noted = SessionRecord("s1", "credentials", "1", NOW, NOW, NOW + 60, "192.0.2.1", "Browser")
        for asked in (
            store.standing("s1", "credentials", "1", now=NOW),
            store.begin(noted, now=NOW),
            store.end_all("credentials", "1", until=NOW, now=NOW),
        ):
            with pytest.raises(StoreUnavailable, match="run `nextauth db upgrade`") as caught:
                await asked
            assert "192.0.2.1" not in str(caught.value)
            assert caught.value.__suppress_context__

    asyncio.run(scenario())


@on_every_database
def test_a_missing_column_is_told_with_what_to_do(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        await store.upgrade()
        async with connected(url) as connection:
            await connection.exec_driver_sql("ALTER TABLE nextauth_session DROP COLUMN details")
        with pytest.raises(StoreUnavailable, match="run `nextauth db upgrade`"):
            await store.sessions_of("credentials", "1", now=NOW)
        assert await store.epoch("credentials", "1", now=NOW) == 0

    asyncio.run(scenario())


@on_every_database
def test_an_applications_own_migrations_may_make_the_tables(url: URL) -> None:
    async def scenario() -> None:
        engine = create_async_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()
        store = SQLAlchemyStore(url, timeout=60)
        await store.end("s1", until=NOW + 60, now=NOW)
        assert (await store.standing("s1", "credentials", "1", now=NOW)).is_ended

    asyncio.run(scenario())


# --- the command


def test_the_command_makes_the_tables_and_says_so(sqlite: str) -> None:
    for done in ("were brought to", "are at"):
        result = CliRunner().invoke(command, ["db", "upgrade", sqlite])
        assert result.exit_code == 0, result.output
        expected = f"The tables of SQLAlchemyStore('{sqlite}') {done} version {tables.LATEST}.\n"
        assert result.stdout == expected
    store = SQLAlchemyStore(sqlite, timeout=60)
    assert asyncio.run(store.epoch("credentials", "1", now=NOW)) == 0


@pytest.fixture
def site(sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module in the folder where the command runs."""
    name = f"site_{uuid4().hex}"
    (tmp_path / f"{name}.py").write_text(SITE.format(url=sqlite), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return name


def test_the_command_finds_the_database_of_an_application(site: str, sqlite: str) -> None:
    result = CliRunner().invoke(command, ["db", "upgrade", f"{site}:auth"])
    assert result.exit_code == 0, result.output
    assert f"'{sqlite}'" in result.stdout

    async def look() -> int | None:
        async with connected(URL.create("sqlite+aiosqlite", database="new.db")) as connection:
            asked = select(func.max(tables.SCHEMA.c.version))
            version: int | None = (await connection.execute(asked)).scalar()
            return version

    assert asyncio.run(look()) == tables.LATEST


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("{site}:in_memory", "has MemoryStore(); only a SQLAlchemyStore has tables"),
        ("{site}:without", "has no store; only a SQLAlchemyStore has tables"),
        ("{site}:SQLAlchemyStore", "is a type; name the variable that holds your Auth"),
        ("{site}:nothing", "there is no 'nothing' in "),
        ("{site}", "is not MODULE:AUTH; write it as"),
        (":auth", "is not MODULE:AUTH; write it as"),
        ("no_such_module:auth", "there is no module 'no_such_module'; run this in"),
        ("sqlite:///new.db", "'sqlite' does not go with asyncio"),
        ("sqlite+aiosqlite:///{site}.py", "file is not a database"),
    ],
)
def test_the_command_says_what_is_wrong_in_one_line(site: str, where: str, told: str) -> None:
    result = CliRunner().invoke(command, ["db", "upgrade", where.format(site=site)])
    assert result.exit_code == 1
    assert told in result.stderr
    assert result.stderr.startswith("nextauth db upgrade: ")
    assert result.stderr.count("\n") == 1
