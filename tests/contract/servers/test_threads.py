"""Under WSGI: no thread and no event loop where all is plain ``def``; else one in each process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest

from tests.contract.servers.conftest import LONGEST_ANSWER, ROOT
from tests.contract.site import PASSWORD, SAME_ORIGIN, writes_session
from tests.servers import free_port, running

pytestmark = pytest.mark.servers

APP = "tests.contract.servers.threads:app"
SIGN_IN = "/api/auth/callback/credentials"

# A server of the standard library's own parts, in the main thread, that answers what it is told to.
DRIVE = f"""
import io, json
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from tests.contract.servers.threads import app

def ask(path, body=b"", cookies=()):
    environ = {{"PATH_INFO": path, "HTTP_HOST": "localhost", "HTTP_COOKIE": "; ".join(cookies)}}
    if body:
        environ |= {{
            "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)), "HTTP_SEC_FETCH_SITE": "same-origin",
        }}
    setup_testing_defaults(environ)
    seen = []
    answer = b"".join(app(environ, lambda status, headers: seen.extend(headers)))
    return answer, [v.partition(";")[0] for name, v in seen if name.lower() == "set-cookie"]

_, cookies = ask("{SIGN_IN}", urlencode({{"password": {PASSWORD!r}}}).encode())
ask("/api/auth/signin", cookies=cookies)
ask("/api/auth/session", cookies=cookies)
print(ask("/", cookies=cookies)[0].decode())
"""


def driven(mode: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", DRIVE],
        cwd=ROOT,
        env={"MODE": mode, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    state = json.loads(done.stdout)
    assert isinstance(state, dict)
    return state


def test_with_everything_def_there_is_no_thread_and_no_event_loop() -> None:
    state = driven("def")
    assert state["name"] == "Ada"
    assert state["threads"] == ["MainThread"]
    assert state["loaded"] == []


def test_with_an_async_def_there_is_one_thread_with_one_loop() -> None:
    state = driven("async")
    assert state["name"] == "Ada"
    assert state["threads"] == ["MainThread", "nextauth-background"]
    assert state["loaded"] == ["asyncio", "nextauth.background"]


@contextmanager
def preloaded(workers: int = 2, worker_class: str = "sync", **env: str) -> Iterator[str]:
    """Run gunicorn, which imports the site and then forks."""
    port = free_port()
    address = f"http://localhost:{port}"
    command = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--preload"]
    how_many = ["--workers", str(workers), "--worker-class", worker_class]
    with running(
        [sys.executable, "-m", *command, *how_many, APP],
        url=f"http://127.0.0.1:{port}/api/auth/providers",
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), **env},
    ):
        yield address


def signed_in_states(address: str, workers: int = 2) -> list[dict[str, object]]:
    """Sign in, and ask with several connections at once until all workers have answered."""
    states: list[dict[str, object]] = []
    headers = {**SAME_ORIGIN, "connection": "close"}
    with (
        httpx2.Client(base_url=address, headers=headers, timeout=LONGEST_ANSWER) as client,
        ThreadPoolExecutor(8) as askers,
    ):
        assert writes_session(client.post(SIGN_IN, data={"password": PASSWORD}))
        while len({state["process"] for state in states}) < workers and len(states) < 800:
            states.extend(reply.json() for reply in askers.map(client.get, ["/"] * 8))
    assert {state["name"] for state in states} == {"Ada"}
    assert len({state["process"] for state in states}) == workers
    return states


def test_with_everything_def_a_forked_worker_has_no_thread_of_ours() -> None:
    with preloaded(MODE="def") as address:
        for state in signed_in_states(address):
            assert state["threads"] == ["MainThread"]
            assert "nextauth.background" not in state["loaded"]  # type: ignore[operator]


@pytest.mark.parametrize("warm", ["", "1"], ids=["loop-after-fork", "loop-before-fork"])
def test_with_an_async_def_each_forked_worker_has_a_loop_of_its_own(warm: str) -> None:
    with preloaded(MODE="async", WARM=warm) as address:
        for state in signed_in_states(address):
            assert state["threads"] == ["MainThread", "nextauth-background"]


def test_under_gevent_a_request_does_not_believe_that_it_is_on_the_loop() -> None:
    with preloaded(workers=1, worker_class="gevent", MODE="async") as address:
        for state in signed_in_states(address, workers=1):
            assert "nextauth-background" in state["threads"]  # type: ignore[operator]
            assert not state["is_on_a_loop"]
