"""Owns a table of two people, and the directory that reads it."""

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import URL

from nextauth.directories import Breaker, UserMap
from nextauth.directories.sql import SqlDirectory
from tests.contract.directories.contract import Desk
from tests.contract.directories.sql_tables import HASHES, Proxy, execute

__all__ = ["OLD", "PATIENT", "USERS", "SqlDesk", "kept", "made_desk", "with_statement"]

USERS = UserMap(id="id", name="full_name", email="email")
OLD = "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"  # phpass's, of "test12345"
PATIENT = 60.0


STATEMENT = "SELECT * FROM people WHERE email = :account AND id < 2"


def with_statement(**options: Any) -> dict[str, Any]:  # noqa: ANN401
    by_key = "SELECT * FROM people WHERE id = :key"
    return {"statement": STATEMENT, "by_key": by_key, "key_type": int, **options}


class SqlDesk(Desk):
    """A table of two people.

    Args:
        url: The database, as the test reaches it.
        proxy: What stands before it; None for a file.
        options: Of the directory.
    """

    def __init__(self, url: URL, proxy: Proxy | None = None, **options: Any) -> None:  # noqa: ANN401
        self.url = url
        self._proxy = proxy
        theirs = url if proxy is None else url.set(host="127.0.0.1", port=proxy.port)
        options = {"table": "people", "disabled": "is_disabled", **options}
        options.setdefault("breaker", Breaker("people", pause=0.05))
        if "statement" in options:
            options.pop("table")
        super().__init__(
            SqlDirectory(theirs, users=USERS, hashes=HASHES, timeout=PATIENT, workers=1, **options)
        )

    def execute(self, statement: str) -> list[Any]:
        rows: list[Any] = self.run(execute(self.url, statement))
        return rows

    def disable(self, name: str) -> None:
        self.execute(f"UPDATE people SET is_disabled = 1 WHERE username = '{name}'")  # noqa: S608

    @contextmanager
    def stopped(self) -> Generator[None]:
        if self._proxy is None:
            with closing(sqlite3.connect(self.url.database or "", isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                yield
            return
        self._proxy.go()
        yield
        self._proxy.come()


@contextmanager
def made_desk(url: URL, **options: Any) -> Iterator[SqlDesk]:  # noqa: ANN401
    desk = SqlDesk(url, **options)
    try:
        yield desk
    finally:
        desk.close()


def kept(desk: SqlDesk) -> str:
    [row] = desk.execute("SELECT password FROM people WHERE id = 1")
    return str(row["password"])
