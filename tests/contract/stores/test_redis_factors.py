"""What Redis keeps of factors and pending states: for how long, and under which keys."""

import asyncio
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio import RedisCluster

from nextauth.stores.backends.redis import RedisStore
from tests.contract.stores.factor_scenarios import (
    ADA,
    HOUR,
    NOW,
    OPERATIONS,
    confirmed,
    enrolment,
    known,
)
from tests.contract.stores.services import REDIS, RedisServer, own_prefix

pytestmark = pytest.mark.service

CODES = ("d1", "d2")


@pytest.fixture
def prefix() -> Iterator[str]:
    with own_prefix() as prefix:
        yield prefix


@pytest.fixture
def redis(prefix: str) -> Iterator[Redis]:
    with Redis.from_url(REDIS, decode_responses=True) as client:
        yield client


@pytest.fixture
def store(prefix: str) -> RedisStore:
    return RedisStore(REDIS, prefix=prefix, timeout=60)


def lasting(redis: Redis, prefix: str) -> dict[str, int]:
    """Answer how many milliseconds each kind of key stays; -1 is for good."""
    keys = redis.scan_iter(f"{{{prefix}}}:*", count=1000)
    return {key.removeprefix(f"{{{prefix}}}:").partition(":")[0]: redis.pttl(key) for key in keys}


def test_what_waits_goes_by_itself_and_what_is_confirmed_stays(
    redis: Redis, prefix: str, store: RedisStore
) -> None:
    async def scenario() -> None:
        await store.enrol(enrolment(digests=CODES), now=NOW)
        before = lasting(redis, prefix)
        assert before.keys() == {"factor", "digests", "factors"}
        assert all((HOUR - 60) * 1000 < each <= (HOUR + 60) * 1000 for each in before.values())
        await store.confirm(*ADA, "f1", counter=1, now=NOW)
        assert set(lasting(redis, prefix).values()) == {-1}
        await store.enrol(enrolment("f2", expires=NOW + 1), now=NOW)
        await store.remove(*ADA, "f2", now=NOW)
        assert set(lasting(redis, prefix).values()) == {-1}
        await store.enrol(enrolment("f2"), now=NOW)
        await store.remove(*ADA, "f1", now=NOW)
        after = lasting(redis, prefix)
        assert after.keys() == {"factor", "factors"}
        assert all(0 < each <= (HOUR + 60) * 1000 for each in after.values())

    asyncio.run(scenario())


def test_what_was_removed_leaves_no_key(redis: Redis, prefix: str, store: RedisStore) -> None:
    async def scenario() -> None:
        for made in (confirmed("f1", digests=CODES), confirmed("f2"), enrolment("f3")):
            await store.enrol(made, now=NOW)
        await store.remove(*ADA, "f1", now=NOW)
        assert await store.remove_all(*ADA, now=NOW) == 2
        await store.put("key", "record", until=NOW + HOUR, now=NOW)
        assert 0 < lasting(redis, prefix)["pending"] <= (HOUR + 60) * 1000
        await store.redeem("key", now=NOW)
        await store.put("key", "record", until=NOW + HOUR, now=NOW)
        await store.drop("key", now=NOW)

    asyncio.run(scenario())
    assert lasting(redis, prefix) == {}


def test_an_id_that_is_free_again_is_no_more_in_the_list_of_who_had_it(
    redis: Redis, prefix: str, store: RedisStore
) -> None:
    async def scenario() -> None:
        await store.enrol(enrolment(digests=CODES), now=NOW)
        later = NOW + HOUR
        await store.enrol(confirmed(user_id="bob"), now=later)
        assert [key.split(":")[1] for key in redis.scan_iter(f"{{{prefix}}}:factors:*")] == [
            "factors"
        ]
        assert "digests" not in lasting(redis, prefix)
        assert await known(store, "bob", now=later) == [confirmed(user_id="bob")]

    asyncio.run(scenario())


def test_no_key_holds_an_id_or_what_the_browser_has(
    redis: Redis, prefix: str, store: RedisStore
) -> None:
    async def scenario() -> None:
        made = confirmed("secret-id", user_id="ada@example.com", digests=("secret-digest",))
        await store.enrol(made, now=NOW)
        await store.put("secret-key", "record", until=NOW + HOUR, now=NOW)

    asyncio.run(scenario())
    keys = list(redis.scan_iter(f"{{{prefix}}}:*", count=1000))
    assert len(keys) == 4
    assert not any("secret" in key or "@" in key for key in keys)
    [pending] = [key for key in keys if ":pending:" in key]
    assert "secret-key" not in str(redis.get(pending))


def test_a_client_of_ones_own_may_decode_what_it_gets(prefix: str) -> None:
    def client() -> AsyncRedis:
        return AsyncRedis.from_url(REDIS, decode_responses=True, protocol=3)

    async def scenario() -> None:
        store = RedisStore(client, prefix=prefix, timeout=60)
        made = confirmed(name="nul \0 and \ud800", digests=CODES)
        await store.enrol(made, now=NOW)
        assert await known(store) == [made]
        assert await store.find("f2", now=NOW) is None
        found = await store.find("f1", now=NOW)
        assert found is not None
        assert (found.name, set(found.digests)) == (made.name, set(CODES))
        assert await store.replace_data(*ADA, "f1", "\0\ud800", expected="sealed", now=NOW)
        assert await store.spend(*ADA, "f1", "d1", now=NOW) == 1
        await store.put("key", "🦉 \ud800", until=NOW + HOUR, now=NOW)
        assert await store.peek("key", now=NOW) == "🦉 \ud800"
        assert await store.redeem("key", now=NOW) == "🦉 \ud800"

    asyncio.run(scenario())


def test_a_client_of_a_cluster_will_do(cluster: RedisServer) -> None:
    def client() -> RedisCluster:
        return RedisCluster.from_url(cluster.url)

    async def scenario() -> None:
        store = RedisStore(client, prefix="factors-of-a-cluster", timeout=60)
        answers = {operation: await ask(store) for operation, ask in OPERATIONS.items()}
        assert answers == {
            "enrolments": (),
            "enrol": True,
            "confirm": True,
            "advance": True,
            "note_use": True,
            "find": confirmed(counter=2, used=NOW, digests=("d1",)),
            "replace_data": True,
            "spend": 0,
            "rename": True,
            "remove": True,
            "remove_all": 0,
            "put": None,
            "peek": "record",
            "redeem": "record",
            "drop": None,
        }

    asyncio.run(scenario())
