"""What is particular to the store in Redis: its keys, its connections, and how it fails."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio import RedisCluster

from nextauth.errors import StoreUnavailable
from nextauth.stores import Bucket, Limit, SessionRecord, Standing
from nextauth.stores.backends.redis import RedisStore
from tests.contract.stores import factor_scenarios
from tests.contract.stores.services import REDIS, RedisServer, own_prefix, redis_server

pytestmark = pytest.mark.service

NOW = 4_102_444_800.5
HOUR = 3600.0
FIVE = [Bucket("five", (Limit(5, 100.0),))]


def record(sid: str = "s1", user_id: str = "1", *, expires: float = NOW + HOUR) -> SessionRecord:
    return SessionRecord(sid, "credentials", user_id, NOW, NOW, expires, "192.0.2.1", "Browser")


@pytest.fixture
def prefix() -> Iterator[str]:
    with own_prefix() as prefix:
        yield prefix


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
def redis(prefix: str) -> Iterator[Redis]:
    with Redis.from_url(REDIS, decode_responses=True) as client:
        yield client


def keys_of(redis: Redis, prefix: str) -> list[str]:
    return sorted(redis.scan_iter(f"{{{prefix}}}:*", count=1000))


async def fill(store: RedisStore, *, now: float = NOW) -> None:
    """Do everything that a store can keep."""
    await store.begin(record(), now=now)
    await store.end("s2", until=now + HOUR, now=now)
    await store.end_all("credentials", "2", until=now + HOUR, now=now)
    await store.take(FIVE, now=now)
    await store.link("name", "account", until=now + HOUR, now=now)


# --- keys


def test_every_key_is_the_sites_own_and_goes_by_itself(redis: Redis, prefix: str) -> None:
    asyncio.run(fill(RedisStore(REDIS, prefix=prefix, timeout=60)))
    keys = keys_of(redis, prefix)
    kinds = {key.removeprefix(f"{{{prefix}}}:").partition(":")[0] for key in keys}
    assert kinds == {"session", "sessions", "ended", "epoch", "tries", "link"}
    for key in keys:
        # A minute longer than by the given time; Redis's own clock has already taken a bit.
        assert 0 < redis.pttl(key) <= (HOUR + 60) * 1000


def test_what_is_over_already_does_not_stay(redis: Redis, prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        await store.begin(record(expires=NOW - HOUR), now=NOW)
        await store.end("s2", until=NOW - HOUR, now=NOW)
        await store.link("name", "account", until=NOW - HOUR, now=NOW)
        assert await store.standing("s2", "credentials", "1", now=NOW) == Standing(
            is_ended=False, epoch=0, seen=None
        )

    asyncio.run(scenario())
    # It stays for a minute, for those whose clocks are behind.
    lasting = [redis.pttl(key) for key in keys_of(redis, prefix)]
    assert len(lasting) == 3
    assert all(0 < lasts <= 60_000 for lasts in lasting)


def test_the_longest_session_decides_how_long_the_list_of_them_stays(
    redis: Redis, prefix: str
) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        await store.begin(record("long", expires=NOW + 100 * HOUR), now=NOW)
        await store.begin(record("short"), now=NOW)

    asyncio.run(scenario())
    [listed] = [key for key in keys_of(redis, prefix) if ":sessions:" in key]
    assert redis.pttl(listed) > 99 * HOUR * 1000


def test_when_all_sessions_of_a_user_end_their_list_goes_too(redis: Redis, prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        await store.begin(record("s1"), now=NOW)
        await store.begin(record("s2"), now=NOW)
        await store.end_all("credentials", "1", until=NOW + HOUR, now=NOW)

    asyncio.run(scenario())
    assert [key.split(":")[1] for key in keys_of(redis, prefix)] == ["epoch"]


def test_what_is_to_be_remembered_for_longer_stays(redis: Redis, prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        for hours in (100, 1):
            await store.end("s1", until=NOW + hours * HOUR, now=NOW)
            await store.end_all("credentials", "1", until=NOW + hours * HOUR, now=NOW)

    asyncio.run(scenario())
    keys = keys_of(redis, prefix)
    assert len(keys) == 2
    assert all(redis.pttl(key) > 99 * HOUR * 1000 for key in keys)


def test_the_list_of_sessions_holds_none_that_are_over(redis: Redis, prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        for number in range(5):
            await store.begin(record(f"s{number}"), now=NOW)
        await store.end("s0", until=NOW + HOUR, now=NOW)
        assert redis.zcard(listed_key()) == 4
        await store.begin(record("late", expires=NOW + 9 * HOUR), now=NOW + HOUR)
        assert redis.zcard(listed_key()) == 1

    def listed_key() -> str:
        [key] = [key for key in keys_of(redis, prefix) if ":sessions:" in key]
        return key

    asyncio.run(scenario())


def test_a_bucket_that_is_counts_is_no_key(redis: Redis, prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        await store.take(FIVE, now=NOW)
        await store.give_back(FIVE, now=NOW)

    asyncio.run(scenario())
    assert keys_of(redis, prefix) == []


def test_no_key_holds_an_id(redis: Redis, prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        await store.begin(record("secret-sid", "ada@example.com"), now=NOW)
        await store.end("other-sid", until=NOW + HOUR, now=NOW)
        await store.end_all("credentials", "bob@example.com", until=NOW + HOUR, now=NOW)

    asyncio.run(scenario())
    assert not any("sid" in key or "@" in key for key in keys_of(redis, prefix))


def test_sites_with_different_prefixes_know_nothing_of_each_other(prefix: str) -> None:
    async def scenario() -> None:
        with own_prefix() as other:
            one, two = (
                RedisStore(REDIS, prefix=prefix, timeout=60),
                RedisStore(REDIS, prefix=other, timeout=60),
            )
            await fill(one)
            assert not (await two.standing("s2", "credentials", "2", now=NOW)).is_ended
            assert await two.epoch("credentials", "2", now=NOW) == 0
            assert await two.sessions_of("credentials", "1", now=NOW) == ()

    asyncio.run(scenario())


def test_more_sessions_than_are_read_at_once_are_all_listed(prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        await asyncio.gather(*(store.begin(record(f"s{n}"), now=NOW) for n in range(1100)))
        listed = await store.sessions_of("credentials", "1", now=NOW)
        assert {each.sid for each in listed} == {f"s{n}" for n in range(1100)}
        await store.end_all("credentials", "1", until=NOW + HOUR, now=NOW)
        assert await store.sessions_of("credentials", "1", now=NOW) == ()

    asyncio.run(scenario())


def test_a_policy_may_get_another_limit_while_its_counts_live_on(prefix: str) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        limits = Limit(2, 100.0), Limit(3, 1000.0)
        for count, expected in ((1, [True, True, False]), (2, [False]), (1, [False])):
            buckets = [Bucket("key", limits[:count])]
            answers = [(await store.take(buckets, now=NOW)).by is None for _ in expected]
            assert answers == expected

    asyncio.run(scenario())


# --- clients


def test_a_client_of_ones_own_may_decode_what_it_gets(prefix: str) -> None:
    async def scenario() -> None:
        def client() -> AsyncRedis:
            return AsyncRedis.from_url(REDIS, decode_responses=True, protocol=3)

        store = RedisStore(client, prefix=prefix, timeout=60)
        await fill(store)
        assert await store.sessions_of("credentials", "1", now=NOW) == (record(),)
        standing = await store.standing("s1", "credentials", "2", now=NOW)
        assert standing == Standing(is_ended=False, epoch=int(NOW), seen=NOW)
        assert (await store.take(FIVE, now=NOW)).by is None

    asyncio.run(scenario())


def test_a_client_of_a_cluster_will_do(cluster: RedisServer) -> None:
    async def scenario() -> None:
        def client() -> RedisCluster:
            return RedisCluster.from_url(cluster.url)

        store = RedisStore(client, prefix="of-a-cluster", timeout=60)
        for ask in OPERATIONS.values():
            await ask(store)
        await fill(store)
        assert await store.sessions_of("credentials", "1", now=NOW) == ()
        assert (await store.standing("s2", "credentials", "2", now=NOW)).is_ended

    asyncio.run(scenario())


def test_scripts_are_sent_again_when_redis_forgot_them(server: RedisServer) -> None:
    async def scenario() -> None:
        store = RedisStore(server.url, timeout=60)
        await fill(store)
        with Redis.from_url(server.url) as client:
            client.script_flush()
        await fill(store)
        await store.give_back(FIVE, now=NOW)
        assert (await store.take(FIVE, now=NOW)).by is None

    asyncio.run(scenario())


def test_asking_for_a_standing_is_one_command(server: RedisServer) -> None:
    async def scenario() -> None:
        store = RedisStore(server.url, timeout=60)
        await store.standing("s1", "credentials", "1", now=NOW)
        with Redis.from_url(server.url) as client:
            before = int(client.info("stats")["total_commands_processed"])
            await store.standing("s1", "credentials", "1", now=NOW)
            after = int(client.info("stats")["total_commands_processed"])
        assert after - before == 1 + 1  # and the question itself

    asyncio.run(scenario())


def test_more_at_once_than_there_are_connections_wait_their_turn(server: RedisServer) -> None:
    async def scenario() -> None:
        store = RedisStore(server.url, timeout=60)
        asked = (store.standing("s1", "credentials", "1", now=NOW) for _ in range(300))
        assert len(await asyncio.gather(*asked)) == 300
        with Redis.from_url(server.url) as client:
            assert int(client.info("clients")["connected_clients"]) <= 50 + 1

    asyncio.run(scenario())


# --- failures


OPERATIONS: dict[str, Callable[[RedisStore], Awaitable[Any]]] = {
    "standing": lambda store: store.standing("s1", "credentials", "1", now=NOW),
    "epoch": lambda store: store.epoch("credentials", "1", now=NOW),
    "begin": lambda store: store.begin(record(), now=NOW),
    "touch": lambda store: store.touch(record(), now=NOW),
    "end": lambda store: store.end("s1", until=NOW + HOUR, now=NOW),
    "end_all": lambda store: store.end_all("credentials", "1", until=NOW + HOUR, now=NOW),
    "sessions_of": lambda store: store.sessions_of("credentials", "1", now=NOW),
    "take": lambda store: store.take(FIVE, now=NOW),
    "give_back": lambda store: store.give_back(FIVE, now=NOW),
    "link": lambda store: store.link("name", "account", until=NOW + HOUR, now=NOW),
    **factor_scenarios.OPERATIONS,
}


async def refusal(store: RedisStore, operation: str) -> str:
    with pytest.raises(StoreUnavailable) as caught:
        await OPERATIONS[operation](store)
    return str(caught.value)


def test_every_operation_says_that_redis_is_down(server: RedisServer) -> None:
    async def scenario() -> None:
        store = RedisStore(server.url, timeout=60)
        await fill(store)
        server.kill()
        for operation in OPERATIONS:
            assert f"RedisStore.{operation}: " in await refusal(store, operation)

    asyncio.run(scenario())


def test_redis_may_be_started_anew_without_a_failure(server: RedisServer) -> None:
    async def scenario() -> None:
        store = RedisStore(server.url, timeout=60)
        await asyncio.gather(*(store.epoch("credentials", "1", now=NOW) for _ in range(5)))
        server.kill()
        server.start()
        for ask in OPERATIONS.values():
            await ask(store)

    asyncio.run(scenario())


def test_a_redis_that_hangs_is_down_and_its_late_answers_are_nobodys(server: RedisServer) -> None:
    async def scenario() -> None:
        patient, hasty = RedisStore(server.url, timeout=60), RedisStore(server.url, timeout=0.1)
        await patient.end("ended", until=NOW + HOUR, now=NOW)
        await asyncio.gather(*(patient.epoch("credentials", "1", now=NOW) for _ in range(3)))
        server.send(signal.SIGSTOP)
        try:
            for operation in OPERATIONS:
                told = await refusal(hasty, operation)
                assert told == f"RedisStore.{operation}: no answer within 0.1 seconds"
        finally:
            server.send(signal.SIGCONT)
        for sid in ("ended", "good") * 5:
            standing = await patient.standing(sid, "credentials", "3", now=NOW)
            assert standing.is_ended == (sid == "ended")

    asyncio.run(scenario())


def test_an_answer_that_was_given_up_on_is_not_taken_for_the_next(server: RedisServer) -> None:
    async def scenario() -> None:
        store = RedisStore(server.url, timeout=60)
        await store.end("ended", until=NOW + HOUR, now=NOW)
        server.send(signal.SIGSTOP)
        given_up = asyncio.ensure_future(store.standing("ended", "credentials", "1", now=NOW))
        await asyncio.sleep(0)  # it is on its way
        for _ in range(20):
            await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        server.send(signal.SIGCONT)
        for _ in range(5):
            assert not (await store.standing("good", "credentials", "1", now=NOW)).is_ended

    asyncio.run(scenario())


def test_what_redis_refuses_is_a_failure_too(prefix: str, redis: Redis) -> None:
    async def scenario() -> None:
        store = RedisStore(REDIS, prefix=prefix, timeout=60)
        await store.epoch("credentials", "1", now=NOW)
        await store.end_all("credentials", "1", until=NOW + HOUR, now=NOW)
        [key] = keys_of(redis, prefix)
        redis.delete(key)
        redis.lpush(key, "no text")
        redis.expire(key, 600)
        assert "WRONGTYPE" in await refusal(store, "epoch")
        assert "WRONGTYPE" in await refusal(store, "end_all")

    asyncio.run(scenario())


def test_no_message_tells_a_password(server: RedisServer) -> None:
    place = f"127.0.0.1:{server.port}"
    with Redis.from_url(server.url) as client:
        client.config_set("requirepass", "right")
    for url in (f"redis://:hunter2@{place}/0", f"redis://{place}/0?password=hunter2"):
        store = RedisStore(url, timeout=60)
        told = asyncio.run(refusal(store, "standing"))
        assert "AuthenticationError" in told
        assert "hunter2" not in told + repr(store)
        assert repr(store) == f"RedisStore('redis://{place}/0', prefix='nextauth')"
    admitted = RedisStore(f"redis://:right@{place}", timeout=60)
    assert asyncio.run(admitted.epoch("credentials", "1", now=NOW)) == 0


def test_what_is_no_redis_is_a_failure() -> None:
    async def scenario() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()
            await writer.wait_closed()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            for scheme in ("redis", "rediss"):
                store = RedisStore(f"{scheme}://127.0.0.1:{port}", timeout=60)
                assert "RedisStore.standing: " in await refusal(store, "standing")

    asyncio.run(scenario())


# --- arguments


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("localhost:6379", {}),
        ("http://localhost", {}),
        (REDIS, {"prefix": ""}),
        (REDIS, {"prefix": None}),
        (REDIS, {"timeout": 0}),
        (REDIS, {"timeout": -1.0}),
        (REDIS, {"timeout": True}),
        (REDIS, {"timeout": "1"}),
        (REDIS, {"timeout": float("nan")}),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused(url: str, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Redis URL|prefix=|timeout="):
        RedisStore(url, **options)
