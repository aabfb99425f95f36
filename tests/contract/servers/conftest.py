"""Owns the fixtures of the real servers: each integration behind each server that can run it."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.contract.applications import ON_ASGI, WITH_PAGES
from tests.contract.servers.site import PASSWORD, prefix_of
from tests.contract.site import SAME_ORIGIN
from tests.servers import free_port, running

ROOT = Path(__file__).parents[3]
APP = "tests.contract.servers.process:app"
_GUNICORN = ["gunicorn", "--bind", "127.0.0.1:{port}", "--log-level", "warning"]
_GRANIAN = ["granian", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning"]

ASGI_SERVERS = {
    "uvicorn": ["uvicorn", "--port", "{port}", "--log-level", "warning"],
    "hypercorn": ["hypercorn", "--bind", "127.0.0.1:{port}", "--log-level", "WARNING"],
    "granian": [*_GRANIAN, "--interface", "asgi"],
}
WSGI_SERVERS = {
    "gunicorn-sync": [*_GUNICORN, "--worker-class", "sync"],
    "gunicorn-gthread": [*_GUNICORN, "--worker-class", "gthread", "--threads", "4"],
    "gunicorn-gevent": [*_GUNICORN, "--worker-class", "gevent"],
    # Waitress drops X-Forwarded-* of proxies that it was not told of.
    "waitress": [
        *("waitress", "--listen", "127.0.0.1:{port}"),
        "--no-clear-untrusted-proxy-headers",
    ],
    "granian-wsgi": [*_GRANIAN, "--interface", "wsgi"],
}
SERVERS = {**ASGI_SERVERS, **WSGI_SERVERS}
LONGEST_ANSWER = 60.0
"""Seconds after which an answer that does not come fails the test, on a machine that is busy."""


@dataclass(frozen=True)
class Choice:
    """An integration, a server, and whether there is an ``async def`` among the functions."""

    kind: str
    server: str
    mode: str

    def __str__(self) -> str:
        """Name the site in the tests' ids; `tests.scheduling` reads them."""
        return f"{self.kind}:{self.server}:{self.mode}"


# ASGI has one way for both; WSGI has another one where all is `def`.
CHOICES = [
    Choice(kind, server, mode)
    for kind in WITH_PAGES  # a bare `AuthApp` is within the middleware of the plain sites
    for server in (ASGI_SERVERS if kind in ON_ASGI else WSGI_SERVERS)
    for mode in (["async"] if kind in ON_ASGI else ["def", "async"])
]


@dataclass
class Served:
    """One site behind one server, and a browser that looks at it."""

    prefix: str
    origin: str
    events: Path
    clients: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        """Where the site is, its prefix included."""
        return f"{self.origin}{self.prefix}"

    def client(self, headers: Mapping[str, str] | None = None) -> httpx2.Client:
        """Open a browser with no cookies."""
        client = httpx2.Client(
            base_url=self.address,
            headers={**SAME_ORIGIN, **(headers or {})},
            timeout=LONGEST_ANSWER,
        )
        return self.clients.enter_context(client)

    def addresses_of(self, user: str) -> list[str]:
        """Answer from where a person signed in, as the events told it."""
        lines = self.events.read_text(encoding="utf-8").splitlines()
        return [row["address"] for row in map(json.loads, lines) if row["user"] == user]


_PARAMS = [
    pytest.param(choice, marks=[pytest.mark.django] if choice.kind.startswith("django") else [])
    for choice in CHOICES
]


@pytest.fixture(scope="module", params=_PARAMS, ids=str)
def process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server that runs for all tests of a module."""
    choice: Choice = request.param
    port, events = free_port(), tmp_path_factory.mktemp("events") / "events.jsonl"
    events.touch()
    env = {"KIND": choice.kind, "MODE": choice.mode, "EVENTS": str(events)}
    command = [part.replace("{port}", str(port)) for part in SERVERS[choice.server]]
    site = Served(prefix_of(choice.kind), f"http://127.0.0.1:{port}", events)
    with running(
        [sys.executable, "-m", *command, APP],
        url=f"{site.address}/api/auth/session",
        cwd=ROOT,
        env={**env, "PYTHONPATH": str(ROOT)},
    ):
        yield site


@pytest.fixture
def served(process: Served) -> Iterator[Served]:
    """The server's site, with browsers of the test's own."""
    with ExitStack() as clients:
        yield Served(process.prefix, process.origin, process.events, clients)


@pytest.fixture
def client(served: Served) -> httpx2.Client:
    """A browser that is not signed in."""
    return served.client()


def sign_in(
    client: httpx2.Client,
    name: str = "ada",
    password: str = PASSWORD,
    *,
    provider: str = "credentials",
    **given: Any,  # noqa: ANN401
) -> httpx2.Response:
    form = {"email": f"{name}@example.com", "password": password, **given.pop("form", {})}
    return client.post(f"/api/auth/callback/{provider}", data=form, **given)
