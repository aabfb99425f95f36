"""Without an event loop around: where functions run, forking, and when a thread is started."""

import asyncio
import contextvars
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nextauth import Callbacks, Credentials, SubmittedCredentials, User
from nextauth.events import Event, immediate
from nextauth.web import Request
from tests.unit.protocol.wire import ORIGIN, PASSWORD, Browser, ada, make_auth, signed_in

ROOT = Path(__file__).parents[3]
CONTEXT = contextvars.ContextVar("CONTEXT", default="nobody's")


def _pass_on(params: Any) -> Any:  # noqa: ANN401
    return params.token


async def _async_jwt(params: Any) -> Any:  # noqa: ANN401
    return params.token


def test_async_callbacks_work_through_handle_sync() -> None:
    auth = make_auth(callbacks=Callbacks(jwt=_async_jwt))
    assert not auth.steps_without_loop
    browser = signed_in(auth)
    assert browser.session()["user"]["name"] == "Ada"
    assert browser.sign_in("guess").query["error"] == "CredentialsSignin"


def test_a_plain_authorize_runs_in_the_calling_thread_and_its_context() -> None:
    ran: list[tuple[str, threading.Thread, str]] = []

    def note(name: str) -> None:
        ran.append((name, threading.current_thread(), CONTEXT.get()))

    def authorize(credentials: SubmittedCredentials) -> User | None:
        note("authorize")
        return ada(credentials)

    async def jwt(params: Any) -> Any:  # noqa: ANN401
        note("jwt")
        return params.token

    @immediate
    def sink(_event: Event) -> None:
        note("sink")

    browser = Browser(make_auth(authorize, callbacks=Callbacks(jwt=jwt), events=[sink]))
    asked: list[threading.Thread] = []

    def ask() -> None:
        CONTEXT.set("the caller's")
        asked.append(threading.current_thread())
        assert browser.sign_in().signs_in()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert [name for name, _, _ in ran] == ["authorize", "jwt", "sink"]
    threads = {name: each for name, each, _ in ran}
    assert threads["authorize"] is asked[0]
    assert threads["sink"] is threads["jwt"]  # what is immediate moves to no thread
    assert threads["jwt"].name == "nextauth-background"
    assert threads["jwt"].daemon
    assert {context for name, _, context in ran if name != "jwt"} == {"the caller's"}


def test_many_threads_share_one_loop() -> None:
    loops: set[int | None] = set()

    async def jwt(params: Any) -> Any:  # noqa: ANN401
        loops.add(threading.current_thread().ident)
        return params.token

    auth = make_auth(callbacks=Callbacks(jwt=jwt))
    signed: list[bool] = []
    threads = [
        threading.Thread(target=lambda: signed.append(Browser(auth).sign_in().signs_in()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (signed, len(loops)) == ([True] * 8, 1)


def test_a_body_that_comes_slowly_holds_nobody_else_up() -> None:
    async def authorize(credentials: SubmittedCredentials) -> User | None:
        return ada(credentials)

    auth = make_auth(authorize)
    is_reading, may_go_on = threading.Event(), threading.Event()
    readers: list[threading.Thread] = []
    slow = Browser(auth).request("POST", "/api/auth/callback/credentials", body=b"password=x")

    async def read_body(_limit: int) -> bytes:
        readers.append(threading.current_thread())
        is_reading.set()
        assert may_go_on.wait(60)
        return b"email=ada%40example.com&password=wrong"

    slow.read_body = read_body
    thread = threading.Thread(target=lambda: auth.handle_sync(slow))
    thread.start()
    assert is_reading.wait(60)
    assert Browser(auth).sign_in().signs_in()
    may_go_on.set()
    thread.join()
    assert readers == [thread]


def test_an_error_of_a_plain_def_arrives_as_what_it_is(caplog: pytest.LogCaptureFixture) -> None:
    def authorize(_credentials: SubmittedCredentials) -> None:
        message = "directory down"
        raise ConnectionError(message)

    browser = Browser(make_auth(authorize, callbacks=Callbacks(jwt=_async_jwt)))
    assert browser.sign_in().query == {"error": "Configuration"}
    assert "ConnectionError: directory down" in caplog.text


class _AsyncCall:
    async def __call__(self, credentials: SubmittedCredentials) -> User | None:
        return ada(credentials)


class _AsyncSink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def emit(self, event: Event) -> None:
        self.events.append(event)


async def _with_greeting(greeting: str, credentials: SubmittedCredentials) -> User | None:
    user = ada(credentials)
    return user and User(id=user.id, name=f"{greeting} {user.name}")


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({}, True),
        ({"callbacks": Callbacks(jwt=_pass_on)}, True),
        ({"callbacks": Callbacks(jwt=_async_jwt)}, False),
        ({"callbacks": Callbacks(jwt=partial(_async_jwt))}, False),
        ({"providers": [Credentials(_AsyncCall(), account="email")]}, False),
        ({"providers": [Credentials(partial(_with_greeting, "Lady"), account="email")]}, False),
        (
            {
                "providers": [
                    Credentials(ada, account="email"),
                    Credentials(_AsyncCall(), id="two", account="email"),
                ]
            },
            False,
        ),
        ({"events": [_AsyncSink()]}, True),
        ({"events": [print]}, True),
    ],
)
def test_whether_a_loop_is_needed_is_decided_once(options: dict[str, Any], *, steps: bool) -> None:
    auth = make_auth(**options)
    assert auth.steps_without_loop is steps
    assert Browser(auth).sign_in().signs_in()


def test_an_async_sink_is_told() -> None:
    sink = _AsyncSink()
    auth = make_auth(events=[sink])
    Browser(auth).sign_in()
    assert auth.services.events.wait(60)
    assert [type(event).__name__ for event in sink.events] == ["SignedIn"]


def test_through_a_partial_the_bound_argument_arrives() -> None:
    browser = Browser(make_auth(partial(_with_greeting, "Lady")))
    browser.sign_in(PASSWORD)
    assert browser.session()["user"]["name"] == "Lady Ada"


# Threads and forks are those of a whole process, so each of these is one of its own.


def _run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_is_started_when_all_is_def() -> None:
    program = """
import sys, threading
from tests.unit.protocol.wire import signed_in, make_auth
from nextauth import Callbacks
browser = signed_in(make_auth(callbacks=Callbacks(jwt=lambda params: params.token)))
browser.get("session"), browser.post("signout"), browser.sign_in("guess")
print(threading.active_count(), "nextauth.background" in sys.modules)
"""
    assert _run(program) == "1 False\n"


def test_the_thread_is_started_at_first_use() -> None:
    program = """
import threading
from tests.unit.protocol.wire import Browser, ada, make_auth
async def authorize(credentials):
    return ada(credentials)
browser = Browser(make_auth(authorize))
print(threading.active_count())
browser.sign_in(), browser.sign_in()
print([thread.name for thread in threading.enumerate()])
"""
    assert _run(program) == "1\n['MainThread', 'nextauth-background']\n"


def test_it_works_after_a_fork() -> None:
    program = """
import os, sys, threading
from tests.unit.protocol.wire import Browser, ada, make_auth
async def authorize(credentials):
    return ada(credentials)
browser = Browser(make_auth(authorize))
assert browser.sign_in().signs_in()
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        ok = browser.sign_in().signs_in() and browser.session()["user"]["name"] == "Ada"
        threads = sorted(thread.name for thread in threading.enumerate())
        os._exit(0 if ok and threads == ["MainThread", "nextauth-background"] else 1)
    children.append(child)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
assert browser.sign_in().signs_in()
"""
    assert _run(program) == "[0, 0, 0]\n"


def test_it_works_when_the_fork_comes_first() -> None:
    program = """
import os
from tests.unit.protocol.wire import Browser, ada, make_auth
async def authorize(credentials):
    return ada(credentials)
browser = Browser(make_auth(authorize))
child = os.fork()
if child == 0:
    os._exit(0 if browser.sign_in().signs_in() else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), browser.sign_in().signs_in())
"""
    assert _run(program) == "0 True\n"


def test_a_sync_method_on_the_loop_is_refused_and_says_what_to_write() -> None:
    refused: list[str] = []

    async def jwt(params: Any) -> Any:  # noqa: ANN401
        try:
            auth.session_sync(Request("GET", "/", headers=[(b"host", b"localhost")]))
        except RuntimeError as error:
            refused.append(str(error))
        return params.token

    auth = make_auth(callbacks=Callbacks(jwt=jwt))
    assert Browser(auth).sign_in().signs_in()
    assert ["await auth.session(...)" in message for message in refused] == [True]


def test_a_thread_that_a_callback_starts_may_wait_for_the_loop() -> None:
    found: list[object] = []

    async def jwt(params: Any) -> Any:  # noqa: ANN401
        request = Request("GET", "/", headers=[(b"host", b"localhost")])
        found.append(await asyncio.to_thread(auth.session_sync, request))
        return params.token

    auth = make_auth(callbacks=Callbacks(jwt=jwt))
    assert Browser(auth).sign_in().signs_in()
    assert found == [None]


async def _answers(_params: object) -> str:
    await asyncio.sleep(0)  # an event loop is needed for it
    return f"{ORIGIN}/elsewhere"


async def _shows_nothing(_params: object) -> dict[str, str]:
    await asyncio.sleep(0)
    return {}


@pytest.mark.parametrize(
    "options",
    [
        {"callbacks": Callbacks(sign_in=_answers)},
        {"callbacks": Callbacks(redirect=_answers)},
        {"callbacks": Callbacks(session=_shows_nothing)},
    ],
    ids=["sign_in", "redirect", "session"],
)
def test_each_async_function_brings_the_loop(options: dict[str, Any]) -> None:
    auth = make_auth(**options)
    assert not auth.steps_without_loop
    browser = Browser(auth)
    assert browser.sign_in(callbackUrl="/elsewhere").url == f"{ORIGIN}/elsewhere"
    assert browser.get("session").status == 200
