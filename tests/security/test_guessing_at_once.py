"""The attack script, at once: races, paths, bodies, headers and cookies give no further try."""

import asyncio
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from nextauth import Credentials, Request, Revocation, SubmittedCredentials, Throttle, User
from nextauth.stores import Bucket, Limit, MemoryStore
from nextauth.web.request import step
from tests.security.sieges import (
    CALLBACK,
    DAY,
    OWN,
    VICTIM,
    addresses,
    allowed,
    besiege,
    each_preset,
)
from tests.unit.protocol.guesses import RIGHT, Guesser, Site
from tests.unit.protocol.wire import Reply


@pytest.fixture
def hurry() -> Iterator[None]:
    """Let threads take turns as often as they can, in the middle of whatever they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


SPOOFED = (
    "x-forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "x-originating-ip",
    "x-remote-ip",
    "x-remote-addr",
    "true-client-ip",
    "cf-connecting-ip",
    "fastly-client-ip",
    "x-cluster-client-ip",
    "via",
)


@each_preset
@pytest.mark.parametrize("way", ["header", "json"])
def test_a_header_moves_nobody_to_another_address(throttle: Throttle, way: str) -> None:
    """Spoofed forwarding headers."""
    for proxies, own in ((), ()), (1, ("203.0.113.50",)):
        site = Site(throttle, trusted_proxies=proxies)
        for number in range(300):
            claimed = f"198.51.100.{number % 250}"
            chain = ", ".join((claimed, *own))
            headers = [(name, claimed) for name in SPOOFED if name != "x-forwarded-for"]
            headers += [("x-forwarded-for", chain), ("forwarded", f"for={claimed}")]
            Guesser(site, headers=headers, way=way).guess(f"person-{number}")
        assert len(site.reached) == allowed(throttle.address, 0)


@each_preset
def test_behind_an_unknown_proxy_an_account_is_still_counted(throttle: Throttle) -> None:
    site = Site(throttle)
    for number in range(200):
        headers = [("x-forwarded-for", f"198.51.100.{number}")]
        Guesser(site, "10.0.0.1", headers=headers).guess(VICTIM)
    assert len(site.reached) == allowed(throttle.account, 0)


@each_preset
@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("is_async", [False, True], ids=["def", "async-def"])
def test_threads_that_race_the_counter(throttle: Throttle, *, is_async: bool) -> None:
    """A race between counting and asking gives tries away (GHSA-hc7v-rggr-4hvx, its class)."""
    site = Site(throttle)
    if is_async:

        async def later(credentials: SubmittedCredentials) -> User | None:
            await asyncio.sleep(0)
            return site.authorize(credentials)

        racing = Site(throttle, providers=[Credentials(later, account="email")])
    else:
        racing = site
    barrier = threading.Barrier(16)

    def guess(number: int) -> list[int]:
        guesser = Guesser(racing)
        barrier.wait(60)
        return [guesser.guess(VICTIM).status for _ in range(10)]

    with ThreadPoolExecutor(16) as threads:
        statuses = [status for each in threads.map(guess, range(16)) for status in each]
    most = allowed(throttle.pair, 0)
    assert (statuses.count(401), statuses.count(429)) == (most, 160 - most)
    assert len(site.reached) == most


@pytest.mark.usefixtures("hurry")
def test_the_counter_loses_no_try_to_a_race() -> None:
    store, bucket = MemoryStore(), Bucket("account", (Limit(5_000, DAY), Limit(6_000, DAY)))
    barrier = threading.Barrier(8)

    def take(_: int) -> int:
        barrier.wait(60)
        taken = [step(store.take([bucket], now=1.0)) for _ in range(1_000)]
        return sum(each.by is None for each in taken)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 5_000


@each_preset
def test_requests_on_one_loop_that_race_the_counter(throttle: Throttle) -> None:
    site = Site(throttle)

    async def later(credentials: SubmittedCredentials) -> User | None:
        for _ in range(5):
            await asyncio.sleep(0)
        return site.authorize(credentials)

    racing = Site(throttle, providers=[Credentials(later, account="email")])
    where = addresses()

    async def race() -> list[int]:
        requests = [Guesser(racing, next(where)).request(VICTIM, "x") for _ in range(300)]
        replies = await asyncio.gather(*(racing.auth.handle(each) for each in requests))
        return [each.status for each in replies]

    statuses = asyncio.run(race())
    assert statuses.count(401) == len(site.reached) == allowed(throttle.account, 0)


@each_preset
def test_a_request_that_is_given_up_has_had_its_try(throttle: Throttle) -> None:
    site = Site(throttle)

    async def forever(credentials: SubmittedCredentials) -> None:
        site.authorize(credentials)
        await asyncio.Event().wait()

    hanging = Site(throttle, providers=[Credentials(forever, account="email")])

    async def give_up() -> None:
        task = asyncio.ensure_future(hanging.auth.handle(Guesser(hanging).request(VICTIM, "x")))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def attack() -> None:
        for _ in range(50):
            await give_up()

    asyncio.run(attack())
    assert len(site.reached) == allowed(throttle.pair, 0)


PATHS = (
    CALLBACK,
    f"{CALLBACK}/",
    f"/{CALLBACK}",
    "/api/auth//callback/credentials",
    "/api/auth/callback//credentials",
    "/api/auth/callback/credentials//",
    "/API/auth/callback/credentials",
    "/api/auth/callback/Credentials",
    "/api/auth/./callback/credentials",
    "/api/auth/x/../callback/credentials",
    "/api/auth/callback/credentials;a=b",
    "/api/auth/callback/credentials%2f",
    "/api/auth/callback/credentials\x00",
    "/api/auth/callback/staff",
    "/api/auth/signin/credentials",
    "/api/auth/session",
)


@each_preset
def test_no_path_and_no_method_leads_around(throttle: Throttle) -> None:
    """An empty segment evades limits: ``//`` (Better Auth). Sign-in by GET: allauth 0.47."""
    site = Site()
    fine = [
        Credentials(site.authorize, account="email", id=each) for each in ("credentials", "staff")
    ]
    several = Site(throttle, providers=fine)
    guesser = Guesser(several)
    for _ in range(5):
        for path in PATHS:
            for method in ("POST", "GET", "HEAD", "PUT", "PATCH", "OPTIONS", "post"):
                guesser.guess(VICTIM, path=path, method=method)
                guesser.guess(VICTIM, path=path, method=method, _method="POST")
    assert len(site.reached) == allowed(throttle.pair, 0)


def _body(site: Site, body: bytes, kind: str) -> Reply:
    request = Guesser(site).request(VICTIM, "x")

    async def read_body(_limit: int) -> bytes:
        return body

    headers = [each for each in request.headers if each[0] != b"content-type"]
    headers.append((b"content-type", kind.encode()))
    asked = Request("POST", CALLBACK, headers=headers, client=request.client, read_body=read_body)
    return Reply(site.auth.handle_sync(asked))


@each_preset
def test_no_form_of_the_body_leads_around(throttle: Throttle) -> None:
    site = Site(throttle)
    form, as_json = "application/x-www-form-urlencoded", "application/json"
    for number in range(40):
        fields: Mapping[str, Any] = {"email": VICTIM, "password": f"{number}"}
        _body(site, json.dumps(fields).encode(), as_json)
        _body(site, b'{"email":"x","email":"ada@example.com","password":"y"}', as_json)
        _body(site, f"email=x{number}&email={VICTIM}&password=x".encode(), form)
        _body(site, f"email={VICTIM}&Email=x{number}&password=x".encode(), form)
        _body(site, f"email={VICTIM}&username=x{number}&password=x".encode(), form)
    assert set(site.reached) == {VICTIM}
    assert len(site.reached) == allowed(throttle.pair, 0)


@each_preset
def test_no_device_cookie_but_the_account_s_own_is_worth_a_try(throttle: Throttle) -> None:
    site, where = Site(throttle), addresses()
    own = Guesser(site, next(where))
    own.sign_in(OWN)
    other = Site(throttle, secret="pT8n-another-site-of-the-attack-4Qm2")
    foreign = Guesser(other, next(where))
    foreign.sign_in(VICTIM)
    cookies = [None, own.device, foreign.device, "x", f"{own.device}x"]
    before = len(site.reached)
    for number in range(200):
        Guesser(site, next(where), device=cookies[number % 5]).guess(VICTIM)
    assert len(site.reached) - before == allowed(throttle.account, 0)


@each_preset
def test_a_stolen_device_cookie_is_worth_its_own_tries(throttle: Throttle) -> None:
    site, where = Site(throttle), addresses()
    person = Guesser(site, next(where))
    person.sign_in(VICTIM)
    tries = besiege(site, lambda _: Guesser(site, next(where), device=person.device).guess(VICTIM))
    assert tries == allowed(throttle.device) + allowed(throttle.account)


@each_preset
def test_a_revoked_device_cookie_is_worth_nothing(throttle: Throttle) -> None:
    site, where = Site(throttle, revocation=Revocation(MemoryStore())), addresses()
    person = Guesser(site, next(where))
    person.sign_in(VICTIM)
    site.auth.revoke_user_sync("credentials", "1")
    before = len(site.reached)
    for _ in range(200):
        Guesser(site, next(where), device=person.device).guess(VICTIM)
    assert len(site.reached) - before == allowed(throttle.account, 0)


@each_preset
def test_the_person_gets_in_all_the_while(throttle: Throttle) -> None:
    """An attack on an account is no attack on its person, who was here before."""
    site, where = Site(throttle), addresses()
    person = Guesser(site)
    person.sign_in(VICTIM)
    for _ in range(24):
        besiege(site, lambda _: Guesser(site, next(where)).guess(VICTIM), seconds=3600)
        while Guesser(site, next(where)).guess(VICTIM).status == 401:
            pass  # the one that came back while the siege ended
        assert Guesser(site, next(where)).guess(VICTIM, RIGHT).status == 429
        assert person.sign_in(VICTIM).status == 200
