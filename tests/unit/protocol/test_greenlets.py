"""Under gevent, where threads are greenlets: how the background loop looks to the requests."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(program: str) -> str:
    # Monkey-patching is for a whole process, so each of these is one of its own.
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


_GREENLETS = """
from gevent import monkey, spawn
monkey.patch_all()
import asyncio, time
from nextauth import Callbacks
from tests.unit.protocol.wire import Browser, make_auth

async def jwt(params):
    if len(visits) < 6:
        visits.append(spawn(visit))  # it begins while we wait
    {wait}
    return params.token

def visit():
    browser = Browser(auth)
    return browser.sign_in().signs_in() and browser.session()["user"]["name"]

auth = make_auth(callbacks=Callbacks(jwt=jwt))
visits = [spawn(visit)]
print([each.get() for each in visits])
"""


@pytest.mark.parametrize("wait", ["await asyncio.sleep(0.01)", "time.sleep(0.01)"])
def test_greenlets_share_the_loop(wait: str) -> None:
    # With the second one, gevent lets other requests run while the loop is busy.
    assert run(_GREENLETS.format(wait=wait)) == f"{['Ada'] * 6}\n"


def test_a_greenlet_does_not_take_the_loop_for_its_own() -> None:
    program = """
from gevent import monkey, spawn, joinall
monkey.patch_all()
import asyncio
from tests.unit.protocol.wire import Browser, ada, make_auth

async def authorize(credentials):
    await asyncio.sleep(0.01)
    return ada(credentials)

async def own_loop():
    loop = asyncio.get_running_loop()
    for _ in range(5):
        await asyncio.sleep(0.01)
    return asyncio.get_running_loop() is loop

def sign_in():
    return Browser(auth).sign_in().signs_in()

auth = make_auth(authorize)
# One loop that ours starts within, and then one that starts within ours.
for _ in range(2):
    greenlets = [spawn(asyncio.run, own_loop()), *[spawn(sign_in) for _ in range(5)]]
    joinall(greenlets, raise_error=True)
    print({each.value for each in greenlets}, asyncio._get_running_loop())
"""
    assert run(program) == "{True} None\n" * 2


def test_while_a_body_arrives_no_other_request_seems_to_be_on_a_loop() -> None:
    program = """
from gevent import monkey, sleep, spawn
monkey.patch_all()
import asyncio
from urllib.parse import urlencode
from tests.unit.protocol.wire import PASSWORD, Browser, ada, make_auth

seen = []

class Slow:
    def read(self, size):
        sleep(0.01)  # as a socket does until the body is there
        seen.append(asyncio._get_running_loop())
        return BODY

async def authorize(credentials):
    return ada(credentials)

from nextauth.integrations import wsgi
BODY = urlencode({"email": "ada@example.com", "password": PASSWORD}).encode()

def ask():
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/api/auth/callback/credentials", "SCRIPT_NAME": "",
        "HTTP_HOST": "localhost", "HTTP_SEC_FETCH_SITE": "same-origin", "wsgi.input": Slow(),
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(BODY)),
    }
    app = wsgi.AuthApp(auth)
    statuses = []
    b"".join(app(environ, lambda status, headers: statuses.append(status)))
    return statuses[0]

def watch():
    while len(seen) < 5:
        seen_outside.add(asyncio._get_running_loop())
        sleep(0.001)

seen_outside = set()
auth = make_auth(authorize, base_url="http://localhost")
watcher = spawn(watch)
answers = [spawn(ask) for _ in range(5)]
print({each.get() for each in answers}, set(seen), watcher.join(), seen_outside)
"""
    assert run(program) == "{'302 Found'} {None} None {None}\n"
