"""Every store remembers which sessions are over, in the same way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from nextauth.stores import SessionRecord, SessionStore, Standing
from tests.contract.stores.conftest import KEEPS_SESSIONS, OpenSessions

pytestmark = [
    pytest.mark.service,
    pytest.mark.parametrize("kind", KEEPS_SESSIONS),
]

# In the year 2100, to the microsecond: none of the servers may go by a clock of its own.
NOW = 4_102_444_800.123456
HOUR = 3600.0

UNKNOWN = Standing(is_ended=False, epoch=0, seen=None)

# What a comparison that is not exact takes for the same, and what may be no text at all.
LOOK_ALIKES = [
    ("id", "ID"),
    ("id", "id "),
    ("id", " id"),
    ("id", "id\0"),
    ("", " "),
    ("é", "e\u0301"),
    ("é", "e"),
    ("ß", "ss"),
    ("İ", "i"),
    ("ﬁ", "fi"),
    ("a" * 3000, "a" * 3000 + "b"),
    ("🦉", "🦊"),
    ("\ud800", "\ud801"),
    ("1", "01"),
    ("x%", "x_"),
    ("a:b", "a"),
]


def record(sid: str = "s1", user_id: str = "1", **changes: Any) -> SessionRecord:  # noqa: ANN401
    known = SessionRecord(sid, "credentials", user_id, NOW, NOW, NOW + HOUR, "192.0.2.1", "Browser")
    return replace(known, **changes)


def run(scenario: Callable[[SessionStore], Awaitable[None]], open_sessions: OpenSessions) -> None:
    async def within() -> None:
        await scenario(open_sessions())

    asyncio.run(within())


async def standing(
    store: SessionStore, sid: str = "s1", user_id: str = "1", *, now: float = NOW
) -> Standing:
    return await store.standing(sid, "credentials", user_id, now=now)


async def listed(store: SessionStore, user_id: str = "1", *, now: float = NOW) -> list[str]:
    return [each.sid for each in await store.sessions_of("credentials", user_id, now=now)]


def test_a_session_that_nobody_heard_of_is_good(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        assert await standing(store) == UNKNOWN
        assert await store.epoch("credentials", "1", now=NOW) == 0
        assert await listed(store) == []

    run(scenario, open_sessions)


def test_what_begins_is_on_record_as_it_was_told(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        noted = record(seen=NOW + 1.5, expires=NOW + HOUR + 0.125)
        await store.begin(noted, now=NOW)
        assert await standing(store) == Standing(is_ended=False, epoch=0, seen=NOW + 1.5)
        assert await store.sessions_of("credentials", "1", now=NOW) == (noted,)

    run(scenario, open_sessions)


@pytest.mark.parametrize(
    ("address", "user_agent"),
    [
        (None, None),
        ("", ""),
        ("2001:db8::1", 'Mozilla/5.0 "quoted" \\ 100% {x} :name ?'),
        ("x", "nul \0 and \x7f and \ud800 and 🦉 and \u2028"),
        ("x", "line\r\nline\t" + "y" * 5000),
    ],
)
def test_whatever_a_browser_calls_itself_is_kept(
    open_sessions: OpenSessions, address: str | None, user_agent: str | None
) -> None:
    async def scenario(store: SessionStore) -> None:
        noted = record(address=address, user_agent=user_agent)
        await store.begin(noted, now=NOW)
        assert await store.sessions_of("credentials", "1", now=NOW) == (noted,)
        touched = replace(noted, seen=NOW + 1, address=user_agent, user_agent=address)
        await store.touch(touched, now=NOW + 1)
        assert await store.sessions_of("credentials", "1", now=NOW) == (touched,)

    run(scenario, open_sessions)


@pytest.mark.parametrize("is_on_record", [True, False])
def test_one_session_ends_and_no_other(open_sessions: OpenSessions, *, is_on_record: bool) -> None:
    async def scenario(store: SessionStore) -> None:
        if is_on_record:
            await store.begin(record("s1"), now=NOW)
        await store.begin(record("s2"), now=NOW)
        await store.end("s1", until=NOW + HOUR, now=NOW)
        assert await standing(store, "s1") == Standing(is_ended=True, epoch=0, seen=None)
        assert await standing(store, "s2") == Standing(is_ended=False, epoch=0, seen=NOW)
        assert await listed(store) == ["s2"]

    run(scenario, open_sessions)


def test_an_end_is_remembered_until_its_time_and_then_forgotten(
    open_sessions: OpenSessions,
) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.end("s1", until=NOW + HOUR, now=NOW)
        assert (await standing(store, now=NOW + HOUR - 0.001)).is_ended
        assert await standing(store, now=NOW + HOUR) == UNKNOWN

    run(scenario, open_sessions)


def test_an_end_is_not_remembered_for_as_long_as_the_session_would_have_been(
    open_sessions: OpenSessions,
) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.begin(record(expires=NOW + 9 * HOUR), now=NOW)
        await store.end("s1", until=NOW + HOUR, now=NOW)
        assert (await standing(store, now=NOW + HOUR - 1)).is_ended
        assert await standing(store, now=NOW + HOUR) == UNKNOWN

    run(scenario, open_sessions)


@pytest.mark.parametrize("hours", [(1, 2), (2, 1)])
def test_of_two_ends_the_longer_memory_counts(
    open_sessions: OpenSessions, hours: tuple[int, int]
) -> None:
    async def scenario(store: SessionStore) -> None:
        for each in hours:
            await store.end("s1", until=NOW + each * HOUR, now=NOW)
        assert (await standing(store, now=NOW + 2 * HOUR - 1)).is_ended
        assert await standing(store, now=NOW + 2 * HOUR) == UNKNOWN

    run(scenario, open_sessions)


def test_what_was_ended_begins_no_more_and_is_not_touched(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.begin(record(), now=NOW)
        await store.end("s1", until=NOW + HOUR, now=NOW)
        await store.touch(record(seen=NOW + 1), now=NOW + 1)
        await store.begin(record(expires=NOW + 9 * HOUR), now=NOW + 1)
        assert await standing(store, now=NOW + 1) == Standing(is_ended=True, epoch=0, seen=None)
        assert await listed(store, now=NOW + 1) == []
        later = NOW + HOUR
        await store.begin(record(seen=later, expires=later + 1), now=later)
        assert await standing(store, now=later) == Standing(is_ended=False, epoch=0, seen=later)

    run(scenario, open_sessions)


def test_a_session_takes_the_place_of_what_had_its_id(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.begin(record(expires=NOW + 9 * HOUR), now=NOW)
        anew = record(user_id="2", began=NOW + 1, seen=NOW + 1, address=None)
        await store.begin(anew, now=NOW + 1)
        assert await listed(store, "1") == []
        assert await store.sessions_of("credentials", "2", now=NOW) == (anew,)
        assert await store.sessions_of("credentials", "2", now=NOW + HOUR) == ()

    run(scenario, open_sessions)


def test_being_used_changes_what_is_seen_and_not_when_it_began(
    open_sessions: OpenSessions,
) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.begin(record(), now=NOW)
        used = record(
            began=NOW + 60,
            seen=NOW + 60.5,
            expires=NOW + 2 * HOUR,
            address="2001:db8::1",
            user_agent="Other",
        )
        await store.touch(used, now=NOW + 60)
        [known] = await store.sessions_of("credentials", "1", now=NOW + HOUR)
        assert known == replace(used, began=NOW)
        assert (await standing(store, now=NOW + HOUR)).seen == NOW + 60.5

    run(scenario, open_sessions)


def test_being_used_brings_nothing_back(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.touch(record("unknown"), now=NOW)
        await store.begin(record("old"), now=NOW)
        later = NOW + HOUR
        await store.touch(record("old", seen=later, expires=later + HOUR), now=later)
        assert await standing(store, "unknown") == UNKNOWN
        assert await standing(store, "old", now=later) == UNKNOWN
        assert await listed(store, now=later) == []

    run(scenario, open_sessions)


def test_a_record_is_forgotten_when_it_expires(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.begin(record("short", expires=NOW + 1), now=NOW)
        await store.begin(record("long", seen=NOW + 1), now=NOW)
        assert await listed(store, now=NOW + 0.999) == ["long", "short"]
        assert await listed(store, now=NOW + 1) == ["long"]
        assert await standing(store, "short", now=NOW + 1) == UNKNOWN

    run(scenario, open_sessions)


def test_the_last_used_session_is_the_first(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        for number, sid in enumerate(["a", "b", "c"]):
            await store.begin(record(sid, seen=NOW + number), now=NOW + number)
        await store.touch(record("b", seen=NOW + 10), now=NOW + 10)
        assert await listed(store, now=NOW + 10) == ["b", "c", "a"]

    run(scenario, open_sessions)


def test_all_sessions_of_a_user_end_and_nobody_elses(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.begin(record("s1"), now=NOW)
        await store.begin(record("s2"), now=NOW)
        await store.begin(record("s3", user_id="2"), now=NOW)
        epoch = await store.end_all("credentials", "1", until=NOW + HOUR, now=NOW)
        assert epoch == int(NOW)
        assert await standing(store) == Standing(is_ended=False, epoch=epoch, seen=None)
        assert await store.epoch("credentials", "1", now=NOW) == epoch
        assert await listed(store) == []
        assert await standing(store, "s3", "2") == Standing(is_ended=False, epoch=0, seen=NOW)
        assert await store.epoch("other", "1", now=NOW) == 0
        assert await listed(store, "2") == ["s3"]
        await store.begin(record("s4"), now=NOW)
        assert await listed(store) == ["s4"]

    run(scenario, open_sessions)


def test_an_epoch_only_grows_and_is_never_behind_the_time(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        async def next_at(now: float) -> int:
            return await store.end_all("credentials", "1", until=NOW + HOUR, now=now)

        first = int(NOW)
        assert [await next_at(NOW) for _ in range(3)] == [first, first + 1, first + 2]
        assert await next_at(NOW + 100) == first + 100
        assert await next_at(NOW - 1000) == first + 101  # a clock that was set back
        assert await store.epoch("credentials", "1", now=NOW) == first + 101

    run(scenario, open_sessions)


@pytest.mark.parametrize("hours", [(1, 2), (2, 1)])
def test_an_epoch_is_remembered_until_the_later_of_the_times_and_not_met_again(
    open_sessions: OpenSessions, hours: tuple[int, int]
) -> None:
    async def scenario(store: SessionStore) -> None:
        for each in hours:
            await store.end_all("credentials", "1", until=NOW + each * HOUR, now=NOW)
        later = NOW + 2 * HOUR
        assert await store.epoch("credentials", "1", now=later - 1) == int(NOW) + 1
        assert await store.epoch("credentials", "1", now=later) == 0
        assert (await standing(store, now=later)).epoch == 0
        again = await store.end_all("credentials", "1", until=later + HOUR, now=later)
        assert again == int(later)

    run(scenario, open_sessions)


@pytest.mark.parametrize(("one", "other"), LOOK_ALIKES, ids=range(len(LOOK_ALIKES)))
def test_ids_are_compared_exactly(open_sessions: OpenSessions, one: str, other: str) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.begin(record("mine", user_id=one), now=NOW)
        await store.begin(record("yours", user_id=other), now=NOW)
        await store.end(one, until=NOW + HOUR, now=NOW)
        assert (await standing(store, one)).is_ended
        assert not (await standing(store, other)).is_ended
        await store.end_all("credentials", one, until=NOW + HOUR, now=NOW)
        assert await listed(store, one) == []
        assert await listed(store, other) == ["yours"]
        assert await store.epoch("credentials", other, now=NOW) == 0
        await store.end_all(other, "x", until=NOW + HOUR, now=NOW)
        assert await store.epoch(one, "x", now=NOW) == 0

    run(scenario, open_sessions)


def test_a_provider_and_an_id_are_not_taken_for_two_others(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.end_all("ab", "c", until=NOW + HOUR, now=NOW)
        for provider, user_id in (("a", "bc"), ("abc", ""), ("", "abc"), ("c", "ab")):
            assert await store.epoch(provider, user_id, now=NOW) == 0

    run(scenario, open_sessions)


def test_a_session_id_is_listed_as_it_was_told(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        told = {text for pair in LOOK_ALIKES for text in pair}
        for sid in told:
            await store.begin(record(sid), now=NOW)
        assert set(await listed(store)) == told

    run(scenario, open_sessions)


def test_twenty_endings_at_once_have_twenty_epochs(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        stores = [store, open_sessions()]

        async def end(number: int) -> int:
            one = stores[number % 2]
            return await one.end_all("credentials", "1", until=NOW + HOUR, now=NOW)

        epochs = await asyncio.gather(*map(end, range(20)))
        assert sorted(epochs) == list(range(int(NOW), int(NOW) + 20))
        assert await store.epoch("credentials", "1", now=NOW) == max(epochs)

    run(scenario, open_sessions)


def test_a_session_that_is_noted_twenty_times_at_once_is_one(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        stores = [store, open_sessions()]
        await asyncio.gather(*(stores[n % 2].begin(record(), now=NOW) for n in range(20)))
        assert await store.sessions_of("credentials", "1", now=NOW) == (record(),)

    run(scenario, open_sessions)


def test_an_end_wins_whatever_is_noted_at_the_same_time(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        stores = [store, open_sessions()]
        await store.begin(record(), now=NOW)
        work: list[Awaitable[object]] = []
        for number in range(12):
            one = stores[number % 2]
            work += [one.touch(record(seen=NOW + number), now=NOW), one.begin(record(), now=NOW)]
        work.insert(12, stores[1].end("s1", until=NOW + HOUR, now=NOW))
        await asyncio.gather(*work)
        assert await standing(store) == Standing(is_ended=True, epoch=0, seen=None)
        assert await listed(store) == []

    run(scenario, open_sessions)


def test_what_one_process_ends_another_sees_at_once(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        other = open_sessions()
        await store.begin(record(), now=NOW)
        assert await listed(other) == ["s1"]
        await other.end("s1", until=NOW + HOUR, now=NOW)
        assert (await standing(store)).is_ended

    run(scenario, open_sessions)


def test_a_store_that_was_closed_opens_again(open_sessions: OpenSessions) -> None:
    async def scenario(store: SessionStore) -> None:
        await store.aclose()
        await store.begin(record(), now=NOW)
        await store.aclose()
        await store.aclose()
        assert (await standing(store)).seen == NOW

    run(scenario, open_sessions)


def test_a_store_goes_from_one_event_loop_to_the_next(open_sessions: OpenSessions) -> None:
    store = open_sessions()

    async def begin() -> None:
        await store.begin(record(), now=NOW)

    async def look() -> float | None:
        return (await standing(store)).seen

    asyncio.run(begin())
    assert [asyncio.run(look()) for _ in range(3)] == [NOW] * 3


def test_a_store_says_whether_it_waits(open_sessions: OpenSessions, kind: str) -> None:
    assert open_sessions().waits == (kind != "memory")
