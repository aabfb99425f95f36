"""Signing in by two steps with every store, over ASGI and WSGI, in one process and in several."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from nextauth import Auth, Callbacks, Credentials, Throttle, background
from nextauth.stores import Limit
from nextauth.stores.backends.redis import RedisStore
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore
from nextauth.testing import FakeClock, RecordingSink
from tests.contract.applications import BUILDERS, ON_WSGI
from tests.contract.conftest import FIELDS, SECRET, ada
from tests.contract.factor_sites import (
    HTML,
    PENDING,
    PROGRAM,
    PROVEN,
    enrol_app,
    enrol_codes,
    showing_amr,
    two_factors,
)
from tests.contract.site import ORIGIN, AsgiCaller, Site, WsgiCaller, writes_session
from tests.contract.stores.conftest import COUNTS_TRIES, KEEPS_FACTORS, OpenFactors, OpenLimits
from tests.contract.stores.factor_scenarios import FactorsAndPending

pytestmark = pytest.mark.service

on_every_store = pytest.mark.parametrize("kind", KEEPS_FACTORS)
on_every_store_of_limits = pytest.mark.parametrize("kind", COUNTS_TRIES)

MANY = 8
TRUSTED = "authjs.trusted-device"

# Opens one more process of the site: an Auth, an application and a browser of its own.
OpenProcess = Callable[..., Site]


@pytest.fixture(params=["starlette", "flask"])
def integration(request: pytest.FixtureRequest) -> str:
    name = request.param
    assert isinstance(name, str)
    return name


@pytest.fixture
def open_store(open_factors: OpenFactors, integration: str, resources: ExitStack) -> OpenFactors:
    """Open stores whose connections are closed before their database is dropped."""

    def open_it() -> FactorsAndPending:
        store = open_factors()
        if integration in ON_WSGI and isinstance(store, RedisStore | SQLAlchemyStore):
            resources.callback(background.run, lambda _: store.aclose())
        return store

    return open_it


@pytest.fixture
def open_process(open_store: OpenFactors, integration: str, resources: ExitStack) -> OpenProcess:
    clock = FakeClock()

    def open_it(throttle: Throttle | None = None, **options: Any) -> Site:  # noqa: ANN401
        sink = RecordingSink()
        options.setdefault("limits", (Limit(1000, 60),))
        auth = Auth(
            providers=[Credentials(authorize=ada, fields=FIELDS)],
            secret=SECRET,
            second_factor=two_factors(open_store(), trust_days=30, **options),
            throttle=throttle or Throttle.for_tests(),
            callbacks=Callbacks(session=showing_amr),
            padding=None,
            clock=clock,
            events=[sink],
            environ={},
        )
        app = BUILDERS[integration](auth)
        caller = WsgiCaller(app) if integration in ON_WSGI else AsgiCaller(app)
        resources.callback(caller.close)
        return Site(auth, clock, sink, caller)

    return open_it


def error_of(reply: httpx2.Response) -> str | None:
    return dict(parse_qsl(urlsplit(reply.headers["location"]).query)).get("error")


def moved(here: Site, there: Site) -> None:
    """Let another process answer a browser from now on."""
    there.caller.client.cookies.update(here.caller.client.cookies)


def at_once(sites: list[Site], answers: Iterable[tuple[str, str]]) -> list[httpx2.Response]:
    """Submit an answer at each site, all at the same time."""
    barrier = Barrier(len(sites), timeout=60)

    def submit(site: Site, answer: tuple[str, str]) -> httpx2.Response:
        method, code = answer
        barrier.wait()
        return site.post(f"factor/{method}", {"code": code})

    with ThreadPoolExecutor(len(sites)) as people:
        return list(people.map(submit, sites, answers))


@on_every_store
def test_the_code_begins_the_session(open_process: OpenProcess, kind: str) -> None:
    site = open_process()
    # A site without any `async def` needs a loop all the same, for a store that waits.
    assert site.auth.steps_without_loop == (kind == "memory")
    app = asyncio.run(enrol_app(site.auth))
    reply = site.sign_in(callbackUrl="/whoami")
    assert reply.headers["location"] == f"{ORIGIN}/api/auth/factor"
    assert (site.session(), site.get("/whoami").text) == (None, "nobody")
    assert site.get("/private").status_code == 401
    assert 'action="/api/auth/factor/totp"' in site.get(site.route("factor"), HTML).text
    offer = site.get(site.route("factor"), PROGRAM).json()
    assert [each["id"] for each in offer["methods"]] == ["totp"]
    assert error_of(site.post("factor/totp", {"code": app.wrong()})) == "SecondFactorRefused"
    assert site.session() is None
    reply = site.post("factor/totp", {"code": app.code()})
    assert reply.headers["location"] == f"{ORIGIN}/whoami"
    assert (site.session()["amr"], site.get("/private").text) == (PROVEN, "Ada")
    assert site.get(site.route("factor"), PROGRAM).status_code == 401


@on_every_store
def test_a_sign_in_goes_on_in_another_process(open_process: OpenProcess) -> None:
    here, there = open_process(), open_process()
    app = asyncio.run(enrol_app(here.auth))
    here.sign_in(callbackUrl="/welcome")
    moved(here, there)
    reply = there.post("factor/totp", {"code": app.code()})
    assert reply.headers["location"] == f"{ORIGIN}/welcome"
    assert there.session()["amr"] == PROVEN
    # It is over in the process where it began, too.
    assert here.get(here.route("factor"), PROGRAM).status_code == 401
    here.clock.advance(30)
    assert error_of(here.post("factor/totp", {"code": app.code()})) == "SecondFactorExpired"
    assert here.session() is None


@on_every_store
def test_a_code_is_good_once_in_all_processes(open_process: OpenProcess) -> None:
    here, there = open_process(), open_process()
    app = asyncio.run(enrol_app(here.auth))
    here.sign_in()
    there.sign_in()
    code = app.code()
    assert writes_session(here.post("factor/totp", {"code": code}))
    assert error_of(there.post("factor/totp", {"code": code})) == "SecondFactorRefused"
    assert there.session() is None
    here.clock.advance(30)
    assert writes_session(there.post("factor/totp", {"code": app.code()}))


@on_every_store
def test_a_recovery_code_is_good_once_in_all_processes(open_process: OpenProcess) -> None:
    here, there = open_process(), open_process()
    asyncio.run(enrol_app(here.auth))
    first, second, *_ = asyncio.run(enrol_codes(here.auth))
    here.sign_in()
    there.sign_in()
    assert writes_session(here.post("factor/recovery", {"code": first}))
    assert error_of(there.post("factor/recovery", {"code": first})) == "SecondFactorRefused"
    assert writes_session(there.post("factor/recovery", {"code": second}))


@on_every_store
def test_signing_out_in_one_process_ends_what_waits_in_all(open_process: OpenProcess) -> None:
    here, there = open_process(), open_process()
    app = asyncio.run(enrol_app(here.auth))
    here.sign_in()
    moved(here, there)
    here.post("signout", {})
    assert PENDING not in here.caller.client.cookies
    assert error_of(there.post("factor/totp", {"code": app.code()})) == "SecondFactorExpired"
    assert there.session() is None


@on_every_store
def test_a_browser_that_one_process_trusts_is_asked_by_none(open_process: OpenProcess) -> None:
    here, there = open_process(), open_process()
    app = asyncio.run(enrol_app(here.auth))
    here.sign_in()
    reply = here.post("factor/totp", {"code": app.code(), "trustDevice": "on"})
    assert TRUSTED in reply.cookies
    there.caller.client.cookies.set(TRUSTED, reply.cookies[TRUSTED])
    assert writes_session(there.sign_in())
    assert open_process().sign_in().headers["location"] == f"{ORIGIN}/api/auth/factor"


@on_every_store_of_limits
def test_guesses_are_counted_over_all_processes(
    open_process: OpenProcess, open_limits: OpenLimits
) -> None:
    here, there = (
        open_process(Throttle.for_tests(store=open_limits()), limits=(Limit(4, 300),))
        for _ in range(2)
    )
    app = asyncio.run(enrol_app(here.auth))
    for site in (here, there):
        site.sign_in()
        for _ in range(2):
            assert site.post("factor/totp", {"code": app.wrong()}, way="header").status_code == 401
    for site in (here, there):
        reply = site.post("factor/totp", {"code": app.code()}, way="header")
        assert reply.status_code == 429
        assert urlsplit(reply.json()["url"]).path == "/api/auth/factor"
        assert site.session() is None
    here.clock.advance(300)
    assert writes_session(there.post("factor/totp", {"code": app.code()}))


@on_every_store
def test_of_many_who_submit_one_code_at_once_one_gets_in(open_process: OpenProcess) -> None:
    sites = [open_process() for _ in range(MANY)]
    app = asyncio.run(enrol_app(sites[0].auth))
    for site in sites:
        site.sign_in()
    replies = at_once(sites, [("totp", app.code())] * MANY)
    assert sorted(map(writes_session, replies)) == [False] * (MANY - 1) + [True]
    assert sum(site.session() is not None for site in sites) == 1


@on_every_store
def test_one_sign_in_begins_one_session_whatever_is_right_at_once(
    open_process: OpenProcess,
) -> None:
    sites = [open_process() for _ in range(MANY)]
    asyncio.run(enrol_app(sites[0].auth))
    codes = asyncio.run(enrol_codes(sites[0].auth))
    sites[0].sign_in()
    for site in sites[1:]:
        moved(sites[0], site)
    replies = at_once(sites, [("recovery", code) for code in codes[:MANY]])
    assert sorted(map(writes_session, replies)) == [False] * (MANY - 1) + [True]
    refused = [error_of(reply) for reply in replies if not writes_session(reply)]
    assert refused == ["SecondFactorExpired"] * (MANY - 1)
