"""Owns two real servers on one Redis, and people who sign in to them."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx2

from tests.processes.site import PASSWORD
from tests.servers import free_port, running

__all__ = ["Person", "client", "end", "end_all", "pair", "sign_in", "who"]

_ROOT = Path(__file__).parents[2]
_SITE = "tests.processes.site:site"
_COOKIE = "authjs.session-token"
_SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
_LONGEST_ANSWER = 300.0


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in.

    Args:
        email: Who it is.
        cookie: Their session.
    """

    email: str
    cookie: str


@contextmanager
def pair(redis: str, *, staleness: float) -> Iterator[tuple[str, str]]:
    """Run two processes of the site; answer where they are.

    Args:
        redis: Where Redis is.
        staleness: Seconds for which an answer of the store is believed.
    """
    # A server that closes what is idle may do so just when a request is on its way.
    patient = ("--timeout-keep-alive", "600")
    uvicorn = (sys.executable, "-m", "uvicorn", "--log-level", "warning", *patient)
    env = {"SITE_REDIS": redis, "SITE_STALENESS": str(staleness)}
    with ExitStack() as stack:
        places = []
        for _ in range(2):
            port = free_port()
            place = f"http://127.0.0.1:{port}"
            command = [*uvicorn, "--port", str(port), "--factory", _SITE]
            stack.enter_context(running(command, url=f"{place}/none", cwd=_ROOT, env=env))
            places.append(place)
        yield places[0], places[1]


def client() -> httpx2.AsyncClient:
    """Answer a client that keeps no cookies: each person brings their own."""
    nowhere = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx2.AsyncClient(timeout=_LONGEST_ANSWER, headers=_SAME_ORIGIN, cookies=nowhere)


async def sign_in(
    http: httpx2.AsyncClient, place: str, email: str, password: str = PASSWORD, **headers: str
) -> httpx2.Response:
    """Try to sign in."""
    form = {"email": email, "password": password, "json": "true"}
    return await http.post(f"{place}/api/auth/callback/credentials", data=form, headers=headers)


def person(email: str, reply: httpx2.Response) -> Person | None:
    """Answer who a reply has signed in, if it has."""
    for line in reply.headers.get_list("set-cookie"):
        name, _, value = line.partition(";")[0].partition("=")
        if name == _COOKIE and value:
            return Person(email, value)
    return None


async def who(http: httpx2.AsyncClient, place: str, one: Person) -> tuple[str | None, float]:
    """Answer who a session's cookie is taken for, and when that was asked."""
    asked_at = time.monotonic()
    reply = await http.get(f"{place}/api/auth/session", headers=_with(one))
    session: Any = reply.json()
    return (session["user"]["name"] if session else None), asked_at


async def end(http: httpx2.AsyncClient, place: str, one: Person) -> int:
    """Answer the status of the request to end a session: 204 if it is over for sure."""
    return (await http.post(f"{place}/end", headers=_with(one))).status_code


async def end_all(http: httpx2.AsyncClient, place: str, one: Person) -> int:
    """Answer the status of the request to end all sessions of a person."""
    return (await http.post(f"{place}/end-all", headers=_with(one))).status_code


def _with(one: Person) -> dict[str, str]:
    return {"cookie": f"{_COOKIE}={one.cookie}"}
