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
from tests.contract.servers.site import PREFIX
from tests.contract.site import PASSWORD, SAME_ORIGIN
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

# The bare routes have no pages, and their mounts only work in the outermost application.
KINDS = [kind for kind in WITH_PAGES if not kind.endswith(("-mount", "-router"))]
SITES = [
    *((kind, server, "async") for kind in KINDS if kind in ON_ASGI for server in ASGI_SERVERS),
    *((kind, server, "def") for kind in KINDS if kind not in ON_ASGI for server in WSGI_SERVERS),
    *(("wsgi", server, "async") for server in WSGI_SERVERS if server != "gunicorn-gevent"),
]
"""Kind, server and mode. One plain WSGI site shows what ``async def`` does there; not under gevent,
whose greenlets share one thread with the background loop, so that each seems to run on it."""


@dataclass
class Served:
    """One site behind one server, and a browser that looks at it."""

    address: str
    events: Path
    clients: ExitStack = field(default_factory=ExitStack)

    def client(self, headers: Mapping[str, str] | None = None) -> httpx2.Client:
        """Open a browser with no cookies."""
        client = httpx2.Client(base_url=self.address, headers={**SAME_ORIGIN, **(headers or {})})
        return self.clients.enter_context(client)

    def addresses_of(self, user: str) -> list[str]:
        """Answer from where a person signed in, as the events told it."""
        lines = self.events.read_text(encoding="utf-8").splitlines()
        return [row["address"] for row in map(json.loads, lines) if row["user"] == user]


@pytest.fixture(scope="module", params=SITES, ids=lambda site: f"{site[0]}-{site[1]}-{site[2]}")
def process(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server that runs for all tests of a module."""
    kind, server, mode = request.param
    port, events = free_port(), tmp_path_factory.mktemp("events") / "events.jsonl"
    events.touch()
    env = {"KIND": kind, "MODE": mode, "EVENTS": str(events), "PYTHONPATH": str(ROOT)}
    command = [part.replace("{port}", str(port)) for part in SERVERS[server]]
    address = f"http://127.0.0.1:{port}"
    with running(
        [sys.executable, "-m", *command, APP],
        url=f"{address}{PREFIX}/api/auth/session",
        cwd=ROOT,
        env=env,
    ):
        yield Served(address, events)


@pytest.fixture
def served(process: Served) -> Iterator[Served]:
    """The server's site, with browsers of the test's own."""
    with ExitStack() as clients:
        yield Served(process.address, process.events, clients)


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
    return client.post(f"{PREFIX}/api/auth/callback/{provider}", data=form, **given)
