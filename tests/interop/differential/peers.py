"""Owns the two servers as programs of their own, and the one connection that each is asked over."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.interop.differential.answers import Raw
from tests.interop.differential.sites import npm_configuration
from tests.interop.differential.wire import Sent
from tests.servers import free_port, running

__all__ = ["Peer", "Peers", "both_servers"]

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


class Peer:
    """One server, asked over one connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)

    def send(self, sent: Sent) -> None:
        connection = self._connection
        connection.putrequest(sent.method, sent.target, skip_host=True, skip_accept_encoding=True)
        for name, value in sent.headers:
            connection.putheader(name, value)
        connection.endheaders(sent.body)

    def receive(self) -> Raw:
        response = self._connection.getresponse()
        return Raw(response.status, response.getheaders(), response.read())

    def ask(self, sent: Sent) -> Raw:
        self.send(sent)
        return self.receive()

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class Peers:
    """Both sides: the npm packages, and us."""

    theirs: Peer
    ours: Peer


@contextmanager
def both_servers() -> Generator[Peers]:
    """Run both servers until the block ends."""
    ports = [free_port(), free_port()]
    npm = ["node", "npm_server.mjs", str(ports[0]), json.dumps(npm_configuration())]
    app = "tests.interop.differential.our_server:app"
    uvicorn = [sys.executable, "-m", "uvicorn", app, "--port", str(ports[1])]
    uvicorn += ["--log-level", "critical", "--timeout-keep-alive", "120"]
    with ExitStack() as stack:
        # v4 believes the Host header only where the environment says so.
        environment = {"AUTH_TRUST_HOST": "true"}
        url = "http://127.0.0.1:{}/"
        stack.enter_context(running(npm, url=url.format(ports[0]), cwd=HERE, env=environment))
        stack.enter_context(running(uvicorn, url=url.format(ports[1]), cwd=ROOT))
        peers = Peers(Peer(ports[0]), Peer(ports[1]))
        stack.callback(peers.ours.close)
        stack.callback(peers.theirs.close)
        yield peers
