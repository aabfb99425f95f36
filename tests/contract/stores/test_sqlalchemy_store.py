"""What is particular to the store in a SQL database: its rows, its engines, and how it fails."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, func, select
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from nextauth import Auth, Credentials, Revocation, User
from nextauth.errors import StoreUnavailable
from nextauth.stores import LimitStore, SessionRecord
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore
from nextauth.stores.backends.sqlalchemy.tables import EPOCHS, SESSIONS
from tests.contract.stores import factor_scenarios
from tests.contract.stores.conftest import SQL
from tests.contract.stores.services import connected, emptied
from tests.servers import free_port

pytestmark = pytest.mark.service

on_every_database = pytest.mark.parametrize("kind", SQL)

NOW = 4_102_444_800.5
HOUR = 3600.0


def record(sid: str = "s1", user_id: str = "1", *, expires: float = NOW + HOUR) -> SessionRecord:
    return SessionRecord(sid, "credentials", user_id, NOW, NOW, expires, "192.0.2.1", "Browser")


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest) -> URL:
    url: URL = request.getfixturevalue(f"{kind}_url")
    emptied(url)
    return url


@pytest.fixture
def sqlite(sqlite_url: URL) -> URL:
    emptied(sqlite_url)
    return sqlite_url


async def rows(url: URL) -> tuple[int, int]:
    """Answer how many rows there are, whether or not they are over."""
    async with connected(url) as connection:
        sessions = await connection.execute(select(func.count()).select_from(SESSIONS))
        epochs = await connection.execute(select(func.count()).select_from(EPOCHS))
        return sessions.scalar_one(), epochs.scalar_one()


# --- rows


@on_every_database
def test_purging_deletes_all_that_is_over_and_nothing_else(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        for number in range(20):
            await store.begin(record(f"old{number}"), now=NOW)
        await store.begin(record("good", expires=NOW + 9 * HOUR), now=NOW)
        await store.end("ended", until=NOW + 9 * HOUR, now=NOW)
        await store.end_all("credentials", "2", until=NOW + HOUR, now=NOW)
        await store.end_all("credentials", "3", until=NOW + 9 * HOUR, now=NOW)
        assert await store.purge(now=NOW + HOUR) == 21
        assert await rows(url) == (2, 1)
        assert await store.purge(now=NOW + HOUR) == 0
        later = NOW + 2 * HOUR
        assert (await store.standing("ended", "credentials", "1", now=later)).is_ended
        assert (await store.standing("good", "credentials", "1", now=later)).seen == NOW
        assert await store.epoch("credentials", "3", now=later) == int(NOW)

    asyncio.run(scenario())


@on_every_database
def test_writing_deletes_what_is_over_a_little_at_a_time(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        async with connected(url) as connection:
            old = [
                {"session_key": b"%032d" % n, "is_ended": True, "expires": NOW} for n in range(700)
            ]
            await connection.execute(SESSIONS.insert(), old)
        left = {}
        for number in range(1, 102):
            await store.touch(record("unknown"), now=NOW)
            if number in {1, 100, 101}:
                left[number] = (await rows(url))[0]
        assert left == {1: 200, 100: 200, 101: 0}

    asyncio.run(scenario())


def test_a_clearing_that_fails_harms_nothing(sqlite: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(sqlite, timeout=60)
        async with connected(sqlite) as connection:
            await connection.exec_driver_sql(
                "CREATE TRIGGER no_delete BEFORE DELETE ON nextauth_session "
                "BEGIN SELECT RAISE(ABORT, 'not now'); END"
            )
        try:
            await store.end("old", until=NOW, now=NOW)
            await SQLAlchemyStore(sqlite, timeout=60).end("s1", until=NOW + HOUR, now=NOW)
            assert (await store.standing("s1", "credentials", "1", now=NOW)).is_ended
            with pytest.raises(StoreUnavailable, match="not now"):
                await store.purge(now=NOW)
        finally:
            async with connected(sqlite) as connection:
                await connection.exec_driver_sql("DROP TRIGGER no_delete")

    asyncio.run(scenario())


@on_every_database
def test_of_an_ended_session_nothing_personal_is_left(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        await store.begin(record(), now=NOW)
        await store.end("s1", until=NOW + HOUR, now=NOW)
        async with connected(url) as connection:
            [row] = (await connection.execute(select(SESSIONS))).mappings()
        kept = {name for name, value in row.items() if value is not None}
        assert kept == {"session_key", "is_ended", "expires"}

    asyncio.run(scenario())


@on_every_database
def test_endings_that_meet_in_one_user_do_not_fail(url: URL) -> None:
    async def scenario() -> None:
        stores = [SQLAlchemyStore(url, timeout=60) for _ in range(2)]
        work: list[Awaitable[object]] = []
        for number in range(60):
            store, sid = stores[number % 2], f"s{number % 7}"
            work += [
                store.begin(record(sid), now=NOW),
                store.end(sid, until=NOW + HOUR, now=NOW),
                store.end_all("credentials", "1", until=NOW + HOUR, now=NOW),
                store.touch(record(sid), now=NOW),
                store.purge(now=NOW + number),
            ]
        await asyncio.gather(*work)
        for number in range(7):
            assert (await stores[0].standing(f"s{number}", "credentials", "1", now=NOW)).is_ended

    asyncio.run(scenario())


# --- engines


@on_every_database
def test_an_application_may_lend_its_engine_and_keeps_it(url: URL) -> None:
    async def scenario() -> None:
        engine = create_async_engine(url)
        store = SQLAlchemyStore(engine, timeout=60)
        await store.begin(record(), now=NOW)
        await store.aclose()
        assert len(await store.sessions_of("credentials", "1", now=NOW)) == 1
        await store.end_all("credentials", "1", until=NOW + HOUR, now=NOW)
        async with engine.begin() as connection:  # as it was: its transactions are transactions
            await connection.execute(SESSIONS.insert().values(**_row()))
            await connection.rollback()
        assert (await rows(url))[0] == 0
        await engine.dispose()

    def _row() -> dict[str, Any]:
        return {"session_key": b"k" * 32, "is_ended": True, "expires": NOW}

    asyncio.run(scenario())


def test_a_lent_engine_is_not_used_on_two_loops_at_once(sqlite: URL) -> None:
    engine = create_async_engine(sqlite)
    store = SQLAlchemyStore(engine, timeout=60)

    async def ask() -> int:
        return await store.epoch("credentials", "1", now=NOW)

    async def scenario() -> None:
        assert await ask() == 0
        with pytest.raises(StoreUnavailable, match="a second event loop"):
            await asyncio.to_thread(asyncio.run, ask())
        await store.aclose()
        assert await ask() == 0
        await engine.dispose()

    for _ in range(2):
        asyncio.run(scenario())


def test_a_function_makes_an_engine_for_each_loop_and_all_are_closed(sqlite: URL) -> None:
    made: list[AsyncEngine] = []

    def make() -> AsyncEngine:
        made.append(create_async_engine(sqlite))
        return made[-1]

    store = SQLAlchemyStore(make, timeout=60)
    before = len(made)

    async def scenario() -> None:
        await store.begin(record(), now=NOW)
        await store.epoch("credentials", "1", now=NOW)

    for _ in range(3):
        asyncio.run(scenario())
    assert len(made) == before + 3
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:  # of the driver: one a connection
            thread.join(60)
            assert not thread.is_alive()


def test_a_database_counts_no_tries_and_a_site_cannot_be_told_to_do_so(sqlite: URL) -> None:
    store = SQLAlchemyStore(sqlite, timeout=60)
    wanted = {name for name in vars(LimitStore) if not name.startswith("_")}
    assert wanted - set(dir(store)) == {"take", "give_back", "link"}


def test_a_site_with_such_a_store_waits(sqlite: URL) -> None:
    auth = Auth(
        providers=[Credentials(authorize=lambda _credentials: User(id="1"), account="email")],
        secret="kV3q-of-the-sql-store-alone-9Zx7LwTe",
        revocation=Revocation(SQLAlchemyStore(sqlite, timeout=60)),
        environ={},
    )
    assert not auth.steps_without_loop
    auth.revoke_user_sync("credentials", "1")
    assert auth.sessions_of_sync("credentials", "1") == ()


# --- failures


OPERATIONS: dict[str, Callable[[SQLAlchemyStore], Awaitable[Any]]] = {
    "standing": lambda store: store.standing("s1", "credentials", "1", now=NOW),
    "epoch": lambda store: store.epoch("credentials", "1", now=NOW),
    "begin": lambda store: store.begin(record(), now=NOW),
    "touch": lambda store: store.touch(record(), now=NOW),
    "end": lambda store: store.end("s1", until=NOW + HOUR, now=NOW),
    "end_all": lambda store: store.end_all("credentials", "1", until=NOW + HOUR, now=NOW),
    "sessions_of": lambda store: store.sessions_of("credentials", "1", now=NOW),
    "purge": lambda store: store.purge(now=NOW),
    **factor_scenarios.OPERATIONS,
}


async def refusal(store: SQLAlchemyStore, operation: str) -> str:
    with pytest.raises(StoreUnavailable) as caught:
        await OPERATIONS[operation](store)
    return str(caught.value)


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "mariadb+asyncmy"])
def test_every_operation_says_that_the_database_is_down(driver: str) -> None:
    async def scenario() -> None:
        url = f"{driver}://ada:hunter2@127.0.0.1:{free_port()}/site"
        store = SQLAlchemyStore(url, timeout=60)
        for operation in OPERATIONS:
            told = await refusal(store, operation)
            assert told.startswith(f"SQLAlchemyStore.{operation}: ")
            assert "Connect call failed" in told
            assert "hunter2" not in told + repr(store)
        with pytest.raises(StoreUnavailable, match=r"SQLAlchemyStore\.upgrade: "):
            await store.upgrade()

    asyncio.run(scenario())


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "mariadb+asyncmy"])
def test_a_database_that_says_nothing_is_down(driver: str) -> None:
    async def scenario() -> None:
        done = asyncio.Event()

        async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await done.wait()
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            store = SQLAlchemyStore(f"{driver}://ada@127.0.0.1:{port}/site", timeout=0.2)
            for operation in OPERATIONS:
                told = await refusal(store, operation)
                assert told == f"SQLAlchemyStore.{operation}: no answer within 0.2 seconds"
            done.set()

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_database_that_is_not_there_is_told(url: URL) -> None:
    async def scenario() -> None:
        store = SQLAlchemyStore(url.set(database="nextauth_no_such_database"), timeout=60)
        for operation in OPERATIONS:
            assert "nextauth_no_such_database" in await refusal(store, operation)
        with pytest.raises(StoreUnavailable, match="nextauth_no_such_database"):
            await store.upgrade()

    asyncio.run(scenario())


@on_every_database
def test_connections_that_the_database_ended_are_made_anew(url: URL, kind: str) -> None:
    if kind == "sqlite":
        return  # it has no connections that somebody else could end

    ours = {
        "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "mariadb": "SELECT id FROM information_schema.processlist "
        "WHERE db = database() AND id <> connection_id()",
    }

    async def scenario() -> None:
        store = SQLAlchemyStore(url, timeout=60)
        for ask in OPERATIONS.values():
            await asyncio.gather(*(store.epoch("credentials", "1", now=NOW) for _ in range(3)))
            async with connected(url) as connection:
                found = (await connection.exec_driver_sql(ours[kind])).scalars().all()
                for number in found if kind == "mariadb" else ():
                    await connection.exec_driver_sql(f"KILL {number}")
            await ask(store)

    asyncio.run(scenario())


@asynccontextmanager
async def locked(path: str) -> AsyncIterator[None]:
    """Hold an SQLite database so that nobody else can write."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def test_a_database_that_is_locked_for_too_long_is_down_and_then_up_again(sqlite: URL) -> None:
    async def scenario() -> None:
        assert sqlite.database is not None
        store = SQLAlchemyStore(sqlite, timeout=0.2)
        async with locked(sqlite.database):
            for operation in ("standing", "end", "end_all"):
                told = await refusal(store, operation)
                # Whoever is faster: our limit, or SQLite's own, which is the same.
                assert "no answer within 0.2 seconds" in told or "database is locked" in told
        patient = SQLAlchemyStore(sqlite, timeout=60)
        await patient.end("s2", until=NOW + HOUR, now=NOW)
        assert (await patient.standing("s2", "credentials", "1", now=NOW)).is_ended
        # The driver gives up connections that are still busy in threads, which tell this loop.
        while any("connection_worker" in each.name for each in threading.enumerate()):
            await store.aclose()
            await patient.aclose()
            await asyncio.sleep(0.05)

    asyncio.run(scenario())


# --- arguments


@pytest.mark.parametrize(
    ("database", "error", "told"),
    [
        ("sqlite:///site.db", ValueError, "does not go with asyncio"),
        ("mysql://ada:hunter2@localhost/site", ValueError, "does not go with asyncio"),
        ("unheard-of://ada:hunter2@localhost/site", ValueError, "none that SQLAlchemy knows"),
        ("ada:hunter2@localhost", ValueError, "none that SQLAlchemy knows"),
        ("postgresql+asyncpg://ada:hunter2@localhost:hunter2/site", ValueError, "none that"),
        ("sqlite+aiosqlite://", ValueError, "one connection's alone"),
        ("sqlite+aiosqlite:///:memory:", ValueError, "one connection's alone"),
        (5, TypeError, "a int is no database"),
        (create_engine("sqlite://"), TypeError, "a Engine is no database"),
    ],
)
def test_what_is_no_database_for_it_is_refused(
    database: Any,  # noqa: ANN401
    error: type[Exception],
    told: str,
) -> None:
    with pytest.raises(error, match=told) as caught:
        SQLAlchemyStore(database)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1.0, True, "5", float("nan")])
def test_a_timeout_that_is_no_time_is_refused(
    timeout: Any,  # noqa: ANN401
    tmp_path: Path,
) -> None:
    with pytest.raises(ValueError, match="timeout="):
        SQLAlchemyStore(f"sqlite+aiosqlite:///{tmp_path}/site.db", timeout=timeout)


def test_its_repr_tells_where_and_no_secret() -> None:
    url = "postgresql+asyncpg://ada:hunter2@db.example:5433/site?password=hunter2"
    store = SQLAlchemyStore(url, timeout=60)
    assert repr(store) == "SQLAlchemyStore('postgresql+asyncpg://ada@db.example:5433/site')"
