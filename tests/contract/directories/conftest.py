"""Owns the databases in which tests of directories find people."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.contract.directories.sql_tables import execute, filled
from tests.contract.stores.services import MARIADB, POSTGRESQL, made_database

KINDS = ("sqlite", "postgresql", "mariadb")


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> URL:
    path = tmp_path_factory.mktemp("people") / "people.db"
    # It waits for a lock, and a test that holds one need not.
    return URL.create("sqlite+aiosqlite", database=str(path), query={"timeout": "0.05"})


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[URL]:
    with made_database(POSTGRESQL, "NEXTAUTH_TEST_POSTGRESQL") as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[URL]:
    with made_database(MARIADB, "NEXTAUTH_TEST_MARIADB") as url:
        yield url


@pytest.fixture
def latin1_url(postgresql_url: URL) -> Iterator[URL]:
    """A database of PostgreSQL that has no more than 256 characters."""
    name = f"{postgresql_url.database}_latin1"
    asyncio.run(
        execute(
            postgresql_url,
            f"CREATE DATABASE {name} ENCODING LATIN1 LOCALE 'C' TEMPLATE template0",
        )
    )
    try:
        yield postgresql_url.set(database=name)
    finally:
        asyncio.run(execute(postgresql_url, f"DROP DATABASE {name}"))


@pytest.fixture(params=KINDS)
def sql_url(request: pytest.FixtureRequest) -> URL:
    url: URL = request.getfixturevalue(f"{request.param}_url")
    asyncio.run(filled(url))
    return url
