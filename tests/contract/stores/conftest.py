"""Owns the fixtures of the stores' contract: each test runs over every kind of store."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from redis import Redis
from sqlalchemy import URL

from nextauth.stores import LimitStore, MemoryStore, SessionStore
from nextauth.stores.backends.redis import RedisStore
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore
from tests.contract.stores.factor_scenarios import FactorsAndPending
from tests.contract.stores.services import (
    MARIADB,
    POSTGRESQL,
    REDIS,
    RedisServer,
    emptied,
    made_database,
    own_prefix,
    redis_server,
)
from tests.servers import free_port

SQL = ("sqlite", "postgresql", "mariadb")
# A new kind of store is one name here, of what it can do, and a fixture ``open_NAME``.
COUNTS_TRIES = ("memory", "redis", "cluster")
KEEPS_SESSIONS = (*COUNTS_TRIES, *SQL)
KEEPS_FACTORS = (*COUNTS_TRIES, *SQL)
"""Stores of factors, and of pending states as well."""

# Opens one more store on the same data, as another process would; memory answers the same one.
OpenSessions = Callable[[], SessionStore]
OpenLimits = Callable[[], LimitStore]
OpenFactors = Callable[[], FactorsAndPending]


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> URL:
    path = tmp_path_factory.mktemp("sqlite") / "stores.db"
    return URL.create("sqlite+aiosqlite", database=str(path))


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[URL]:
    with made_database(POSTGRESQL, "NEXTAUTH_TEST_POSTGRESQL") as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[URL]:
    with made_database(MARIADB, "NEXTAUTH_TEST_MARIADB") as url:
        yield url


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A cluster of one, which refuses a script whose keys are not all in one slot."""
    folder = tmp_path_factory.mktemp("cluster")
    bus = ("--cluster-port", str(free_port()))
    with redis_server(folder, "--cluster-enabled", "yes", *bus) as server:
        with Redis.from_url(server.url) as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            while b"cluster_state:ok" not in client.execute_command("CLUSTER", "INFO"):
                pass
        yield server


@pytest.fixture
def resources() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def open_redis(resources: ExitStack) -> Callable[[], RedisStore]:
    prefix = resources.enter_context(own_prefix())
    return lambda: RedisStore(REDIS, prefix=prefix, timeout=60)


@pytest.fixture
def open_cluster(cluster: RedisServer) -> Callable[[], RedisStore]:
    with Redis.from_url(cluster.url) as client:
        client.flushall()
    return lambda: RedisStore(cluster.url, timeout=60)


@pytest.fixture
def open_memory() -> Callable[[], MemoryStore]:
    store = MemoryStore()
    return lambda: store


@pytest.fixture
def open_sql(kind: str, request: pytest.FixtureRequest) -> Callable[[], SQLAlchemyStore]:
    url = request.getfixturevalue(f"{kind}_url")
    emptied(url)
    return lambda: SQLAlchemyStore(url, timeout=60)


@pytest.fixture
def open_sessions(kind: str, request: pytest.FixtureRequest) -> OpenSessions:
    name = "open_sql" if kind in SQL else f"open_{kind}"
    opens: OpenSessions = request.getfixturevalue(name)
    return opens


@pytest.fixture
def open_limits(kind: str, request: pytest.FixtureRequest) -> OpenLimits:
    opens: OpenLimits = request.getfixturevalue(f"open_{kind}")
    return opens


@pytest.fixture
def open_factors(kind: str, request: pytest.FixtureRequest) -> OpenFactors:
    name = "open_sql" if kind in SQL else f"open_{kind}"
    opens: OpenFactors = request.getfixturevalue(name)
    return opens
