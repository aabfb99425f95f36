"""Many requests at once, in threads, forked workers and on one loop: each gets its own person."""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import run
from sys import executable
from typing import Any

import pytest

from nextauth import Auth, Callbacks, SubmittedCredentials, User
from nextauth.callbacks import JWTParams
from nextauth.integrations.workers import WorkerRuntime
from tests.unit.protocol.wire import CALLBACK, SESSION, Browser, make_auth

ROUNDS = 1000
ROOT = Path(__file__).parents[2]


def _anybody(credentials: SubmittedCredentials) -> User:
    name = credentials["email"]
    return User(id=name, name=name, extra={"pad": name * 250})


def _token(auth: Auth, name: str) -> str:
    browser = Browser(auth)
    browser.post(CALLBACK, {"email": name, "password": "x"})
    return browser.jar[SESSION]


def _reader(auth: Auth, token: str) -> Browser:
    browser = Browser(auth)
    browser.jar = {SESSION: token}
    return browser


@pytest.mark.parametrize(
    ("dialect", "name"), [("authjs", SESSION), ("next-auth-v4", "next-auth.session-token")]
)
def test_threads_never_see_each_others_sessions(dialect: str, name: str) -> None:
    """One person's session answered to another (class: session cached, GHSA-xg6x-h9c9-2m83)."""
    auth = make_auth(_anybody, dialect=dialect)
    barrier = threading.Barrier(8)

    def read(who: str) -> set[str | None]:
        browser = Browser(auth)
        browser.post(CALLBACK, {"email": who, "password": "x"})
        token = browser.jar[name]
        barrier.wait(10)
        seen: set[str | None] = set()
        for number in range(ROUNDS):
            # Every other token is damaged: a failure must not leave anything behind either.
            browser.jar = {name: token if number % 2 else f"{token[:-4]}AAAA"}
            session = auth.session_sync(browser.request("GET", "/"))
            seen.add(session.user.id if session else None)
        return seen

    with ThreadPoolExecutor(8) as threads:
        people = [f"person-{number}" for number in range(8)]
        for who, seen in zip(people, threads.map(read, people), strict=True):
            assert seen == {who, None}


def test_a_forked_worker_reads_the_right_sessions() -> None:
    """Keys and ciphers made before a fork serve both sides (class: one person's session)."""
    program = """
import os
from tests.security.test_at_the_same_time import _anybody, _reader, _token
from tests.unit.protocol.wire import make_auth
auth = make_auth(_anybody)
tokens = {name: _token(auth, name) for name in ("ada", "alan")}
def check():
    for _ in range(50):
        for name, token in tokens.items():
            reader = _reader(auth, token)
            assert auth.session_sync(reader.request("GET", "/")).user.id == name
check()
child = os.fork()
check()
fresh = _token(auth, "grace")
if not child:
    print("child", fresh, flush=True)
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print("parent", fresh)
"""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = run([executable, "-c", program], cwd=ROOT, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    child, parent = sorted(done.stdout.decode().splitlines())
    # No IV is used twice: neither the whole token nor its third part is the same on both sides.
    assert child.split()[1].split(".")[2] != parent.split()[1].split(".")[2]


def test_requests_on_one_loop_do_not_mix() -> None:
    """A session read while another is being read (class: session cached, GHSA-xg6x-h9c9-2m83)."""

    async def jwt(params: JWTParams) -> dict[str, Any]:
        for _ in range(3):
            await asyncio.sleep(0)
        return {**params.token, "seen": params.token["sub"]}

    auth = make_auth(_anybody, callbacks=Callbacks(jwt=jwt))
    tokens = {f"person-{n}": _token(auth, f"person-{n}") for n in range(20)}

    async def read(who: str) -> bool:
        session = await auth.session(_reader(auth, tokens[who]).request("GET", "/"))
        return session is not None and session.user.id == session.token["seen"] == who

    async def all_at_once() -> list[bool]:
        return await asyncio.gather(*(read(who) for who in list(tokens) * 5))

    assert all(asyncio.run(all_at_once()))


def test_full_workers_refuse_and_sign_nobody_in() -> None:
    """Exhausted workers fail closed: 503, and room again afterwards (fails open: GHSA-8fpg)."""
    gate = threading.Event()

    def slow(credentials: SubmittedCredentials) -> User:
        gate.wait(10)
        return _anybody(credentials)

    auth = make_auth(slow)
    runtime = WorkerRuntime(workers=1, waiting=1)

    async def attempt(number: int) -> tuple[int, bool]:
        browser = Browser(auth, way="header")
        headers = [
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-auth-return-redirect", "1"),
        ]
        body = f"email=p{number}&password=x".encode()
        request = browser.request("POST", f"/api/auth/{CALLBACK}", headers=headers, body=body)
        request.runtime = runtime
        response = await auth.handle(request)
        return response.status, any(cookie.name == SESSION for cookie in response.cookies)

    async def flood() -> list[tuple[int, bool]]:
        tasks = [asyncio.create_task(attempt(number)) for number in range(10)]
        refused = await asyncio.gather(*tasks[2:])
        cancelled = tasks[1]
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        gate.set()
        return [*refused, await tasks[0], await attempt(99), await attempt(100)]

    answers = asyncio.run(flood())
    assert answers[:8] == [(503, False)] * 8
    assert answers[8:] == [(200, True)] * 3


def test_a_callback_that_waits_for_its_own_loop_hangs_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One request hangs the flow of all (as CVE-2022-31093): a sync call on the background loop."""

    async def jwt(params: JWTParams) -> dict[str, Any]:
        auth.session_sync(Browser(auth).request("GET", "/"))
        return params.token

    auth = make_auth(_anybody, callbacks=Callbacks(jwt=jwt))
    browser = Browser(auth)
    form = {"email": "ada", "password": "x"}
    answers: list[dict[str, str]] = []
    work = threading.Thread(
        target=lambda: answers.append(browser.post(CALLBACK, form).query), daemon=True
    )
    work.start()
    work.join(10)
    assert answers == [{"error": "Configuration"}]
    assert "await auth.session(...)" in caplog.text
