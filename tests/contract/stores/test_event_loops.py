"""A shared store goes with every way of running: many loops, no loop at all, and forked workers."""

import asyncio
import gc
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from starlette.applications import Starlette
from starlette.testclient import TestClient

from nextauth import Auth, Credentials, FormField, Request, Revocation, User
from nextauth.integrations import asgi, wsgi
from nextauth.stores import SessionStore
from nextauth.stores.backends.redis import RedisStore
from nextauth.stores.backends.sqlalchemy import SQLAlchemyStore
from nextauth.testing import FakeClock, mint_session
from tests.contract.stores.conftest import SQL, OpenSessions
from tests.contract.stores.services import REDIS, redis_server

pytestmark = pytest.mark.service

on_every_store = pytest.mark.parametrize("kind", ["redis", *SQL])

NOW = 4_102_444_800.5
HOUR = 3600.0
SECRET = "kV3q-of-the-event-loops-alone-9Zx7LwTe"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}

# Asks in the parent, so that it has a loop and connections; then the child asks, and goes.
FORKING = """
import os, sys
from nextauth import Auth, Credentials, Revocation, User
from nextauth.stores.backends.{module} import {name} as Store

auth = Auth(
    providers=[Credentials(authorize=lambda credentials: User(id=1), account="email")],
    secret={secret!r},
    revocation=Revocation(Store({place!r}, {options})),
    environ={{}},
)
if "preload" in sys.argv:
    auth.revoke_sync("of-the-parent")
for number in range(3):
    child = os.fork()
    if not child:
        auth.revoke_user_sync("credentials", f"child-{{number}}")
        print("child", auth.sessions_of_sync("credentials", "1"), flush=True)
        sys.exit()
    _, status = os.waitpid(child, 0)
    assert status == 0, status
    auth.revoke_sync("of-the-parent-again")
print("parent", flush=True)
"""


def site(store: SessionStore, **options: Any) -> Auth:  # noqa: ANN401
    return Auth(
        providers=[
            Credentials(
                authorize=lambda form: (
                    User(id="1", name="Ada") if form["password"] == "x" else None
                ),
                fields={"email": FormField("Email"), "password": FormField("Password")},
            )
        ],
        secret=SECRET,
        base_url="http://localhost",
        revocation=Revocation(store, staleness=0),
        environ={},
        **options,
    )


@on_every_store
def test_threads_with_loops_of_their_own_share_a_store(open_sessions: OpenSessions) -> None:
    store = open_sessions()

    async def scenario(number: int) -> list[bool]:
        sids = [f"s{number}-{each}" for each in range(5)]
        for sid in sids:
            await store.end(sid, until=NOW + HOUR, now=NOW)
        found = [await store.standing(sid, "credentials", "1", now=NOW) for sid in sids]
        return [standing.is_ended for standing in found]

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: asyncio.run(scenario(number)), range(8)))
    assert answers == [[True] * 5] * 8


def signs_in_and_out(ask: Callable[[str, dict[str, str] | None], str]) -> None:
    """Go the way of a person who signs in, looks, signs out, and looks again."""
    assert ask("session", None) == "null"
    ask("callback/credentials", {"email": "ada@example.com", "password": "x"})
    for _ in range(3):
        assert "Ada" in ask("session", None)
    ask("signout", {})
    assert ask("session", None) == "null"


@on_every_store
def test_a_test_client_that_has_a_loop_for_each_request_leaves_nothing_open(
    open_sessions: OpenSessions,
) -> None:
    app = asgi.AuthMiddleware(Starlette(), site(open_sessions()))
    client = TestClient(app, base_url="http://localhost", headers=SAME_ORIGIN)

    def ask(path: str, form: dict[str, str] | None) -> str:
        url = f"/api/auth/{path}"
        reply = client.get(url) if form is None else client.post(url, data=form)
        return reply.text

    client.follow_redirects = False
    signs_in_and_out(ask)
    gc.collect()  # what was left open would say so now, and fail the test


@on_every_store
def test_a_synchronous_site_uses_a_store_that_waits(open_sessions: OpenSessions) -> None:
    app = Flask("site")
    app.wsgi_app = wsgi.AuthMiddleware(app.wsgi_app, site(open_sessions()))  # type: ignore[method-assign]
    client = app.test_client()

    def ask(path: str, form: dict[str, str] | None) -> str:
        url = f"/api/auth/{path}"
        if form is None:
            return client.get(url, headers=SAME_ORIGIN).text
        return client.post(url, data=form, headers=SAME_ORIGIN).text

    signs_in_and_out(ask)


@on_every_store
def test_a_test_signs_in_looks_and_ends_all_in_one_second(open_sessions: OpenSessions) -> None:
    auth = site(open_sessions(), clock=FakeClock())

    async def scenario() -> None:
        for _ in range(3):
            cookies = mint_session(auth, User(id="1"))
            sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
            request = Request("GET", "/", headers=[(b"cookie", sent.encode())])
            assert await auth.session(request) is not None
            await auth.revoke_user("credentials", 1)
            assert await auth.session(request) is None

    asyncio.run(scenario())


def test_a_store_that_nobody_holds_any_more_lets_go_of_its_connections(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server, Redis.from_url(server.url) as client:

        def connections() -> int:
            return int(client.info("clients")["connected_clients"])

        async def scenario() -> None:
            before = connections()
            for _ in range(20):
                await RedisStore(server.url, timeout=60).epoch("credentials", "1", now=NOW)
            gc.collect()
            while connections() > before:  # noqa: ASYNC110 - Redis cannot call us
                await asyncio.sleep(0.01)

        asyncio.run(asyncio.wait_for(scenario(), 60))


@on_every_store
@pytest.mark.parametrize("parent", ["preload", ""])
def test_workers_may_be_forked_after_the_site_was_made(
    open_sessions: OpenSessions, parent: str
) -> None:
    store = open_sessions()
    if isinstance(store, RedisStore):
        place, options = REDIS, f"prefix={store._prefix[1:-2]!r}, timeout=60"
    else:
        assert isinstance(store, SQLAlchemyStore)
        place, options = store._database.place, "timeout=60"
    name = type(store).__name__
    module = name.removesuffix("Store").lower()
    program = FORKING.format(module=module, name=name, secret=SECRET, place=place, options=options)
    done = subprocess.run(
        # A thread may hold a lock when a process is forked, as newer Pythons warn; ours copes.
        [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", program, parent],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["child ()"] * 3 + ["parent"]
