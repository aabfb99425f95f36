"""The directory in a SQL database: old hashes, which are replaced when that was asked for."""

import asyncio
import logging
from typing import Any

import pytest
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from nextauth import User
from nextauth.directories.sql import SqlDirectory
from nextauth.models import SubmittedCredentials
from tests.contract.directories.contract import (
    NAME,
)
from tests.contract.directories.sql_desk import (
    OLD,
    PATIENT,
    USERS,
    kept,
    made_desk,
    with_statement,
)
from tests.contract.directories.sql_tables import HASHES, execute, filled

pytestmark = pytest.mark.service


# --- hashes of the past


RENEW = "UPDATE people SET password = :new WHERE id = :key AND password = :old"
UPGRADING: list[dict[str, Any]] = [{"upgrade": True}, with_statement(upgrade=RENEW)]


@pytest.mark.parametrize("options", UPGRADING, ids=["table", "statement"])
def test_an_old_hash_is_renewed_when_asked_for(sql_url: URL, options: dict[str, Any]) -> None:
    with made_desk(sql_url, **options) as desk:
        desk.execute(f"UPDATE people SET password = '{OLD}' WHERE id = 1")  # noqa: S608
        assert desk.check("ada@example.com", "wrong") is None
        assert kept(desk) == OLD
        assert isinstance(desk.check("ada@example.com", "test12345"), User)
        renewed = kept(desk)
        assert renewed.startswith("$argon2id$")
        assert isinstance(desk.check("ada@example.com", "test12345"), User)
        assert kept(desk) == renewed


def test_nothing_is_written_unless_asked_for(sql_url: URL) -> None:
    with made_desk(sql_url) as desk:
        desk.execute(f"UPDATE people SET password = '{OLD}' WHERE id = 1")  # noqa: S608
        assert isinstance(desk.check(NAME, "test12345"), User)
        assert kept(desk) == OLD


def test_a_password_that_was_changed_meanwhile_stays(sql_url: URL) -> None:
    with made_desk(sql_url, upgrade=True) as desk:
        people = desk.directory._people  # type: ignore[attr-defined]
        row = {"id": 1, "password": OLD}
        before = kept(desk)
        desk.run(people.renew(row, "$argon2id$new"))
        assert kept(desk) == before


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_hash_that_does_not_fit_is_not_written_and_they_sign_in(
    kind: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    url: URL = request.getfixturevalue(f"{kind}_url")
    asyncio.run(filled(url))
    with made_desk(url, upgrade=True) as desk:
        desk.execute(f"UPDATE people SET password = '{OLD}'")  # noqa: S608
        narrow = "MODIFY password" if kind == "mariadb" else "ALTER password TYPE"
        desk.execute(f"ALTER TABLE people {narrow} VARCHAR(40)")
        with caplog.at_level(logging.WARNING, "nextauth.directories"):
            assert isinstance(desk.check(NAME, "test12345"), User)
        assert kept(desk) == OLD
    assert "was not written" in caplog.text
    assert "argon2" not in caplog.text


def test_a_database_that_cuts_off_what_does_not_fit_keeps_the_old_hash(mariadb_url: URL) -> None:
    asyncio.run(filled(mariadb_url))

    def lenient() -> Any:  # noqa: ANN401
        start = {"init_command": "SET sql_mode = ''"}
        return create_async_engine(mariadb_url, connect_args=start)

    async def scenario() -> None:
        await execute(mariadb_url, f"UPDATE people SET password = '{OLD}'")  # noqa: S608
        await execute(mariadb_url, "ALTER TABLE people MODIFY password VARCHAR(40)")
        directory = SqlDirectory(
            lenient, users=USERS, table="people", upgrade=True, hashes=HASHES, timeout=PATIENT
        )
        sent = SubmittedCredentials({"username": NAME, "password": "test12345"})
        try:
            for _ in range(2):
                assert isinstance(await directory.check(sent), User)
        finally:
            await directory.aclose()
        rows = await execute(mariadb_url, "SELECT password FROM people WHERE id = 1")
        assert rows[0]["password"] == OLD

    asyncio.run(scenario())
