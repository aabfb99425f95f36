"""Two processes on one Redis are one site: what one ends, the other refuses, and tries add up."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import count
from uuid import uuid4

import httpx2
import pytest

from nextauth.throttle import most_within
from tests.contract.stores.services import redis_server
from tests.processes import pair as site
from tests.processes.pair import Person
from tests.processes.site import ACCOUNT_LIMIT

pytestmark = pytest.mark.service

STALENESS = 1.0
CLOCKS = 0.25  # seconds by which two clocks of one machine may differ while one of them is set

Places = tuple[str, str]
End = Callable[[httpx2.AsyncClient, str, Person], Awaitable[int]]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with (
        redis_server(tmp_path_factory.mktemp("redis")) as redis,
        site.pair(redis.url, staleness=STALENESS) as places,
    ):
        yield places


async def signed_in(http: httpx2.AsyncClient, place: str, email: str) -> Person:
    person = site.person(email, await site.sign_in(http, place, email))
    assert person is not None
    return person


async def refused_in_time(http: httpx2.AsyncClient, place: str, one: Person) -> None:
    """Look again and again, until a look that began after the bound has been answered."""
    ended_at = time.monotonic()
    for _ in count():
        email, asked_at = await site.who(http, place, one)
        if asked_at >= ended_at + STALENESS + CLOCKS:
            assert email is None
            return
        assert email in {None, one.email}


@pytest.mark.parametrize("by", [site.end, site.end_all], ids=["its id", "its user"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first", "second"])
def test_a_session_that_one_process_ends_is_refused_by_the_other_within_the_bound(
    places: Places, by: End, order: tuple[int, int]
) -> None:
    here, there = (places[number] for number in order)

    async def scenario() -> None:
        async with site.client() as http:
            one = await signed_in(http, here, f"{uuid4().hex}@example.com")
            for place in (there, here, there):
                assert (await site.who(http, place, one))[0] == one.email
            assert await by(http, here, one) == 204
            await refused_in_time(http, there, one)
            assert (await site.who(http, here, one))[0] is None

    asyncio.run(scenario())


def test_a_thousand_guesses_spread_over_both_get_no_more_tries_than_the_policy_says(
    places: Places,
) -> None:
    guesses, at_once = 1000, 20

    async def scenario() -> None:
        async with site.client() as http:
            numbers = iter(range(guesses))
            statuses: Counter[int] = Counter()

            async def guess() -> None:
                for number in numbers:
                    place = places[number % 2]
                    # Every one from another address, as a botnet would.
                    address = f"198.51.{number // 250}.{number % 250}"
                    reply = await site.sign_in(
                        http,
                        place,
                        "ada@example.com",
                        f"guess {number}",
                        **{"x-forwarded-for": address},
                    )
                    statuses[reply.status_code] += 1

            began = time.monotonic()
            await asyncio.gather(*(guess() for _ in range(at_once)))
            most = most_within([ACCOUNT_LIMIT], time.monotonic() - began)
            assert set(statuses) == {401, 429}
            assert statuses.total() == guesses
            assert ACCOUNT_LIMIT.tries <= statuses[401] <= most
            # Nor does the right password tell that it is right.
            for place in places:
                assert (await site.sign_in(http, place, "ada@example.com")).status_code == 429
                assert (await site.sign_in(http, place, "bob@example.com")).status_code == 200

    asyncio.run(scenario())
