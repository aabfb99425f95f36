"""Owns how a test serves an ASGI application over real HTTP from a thread of its own."""

import socket
import threading
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from typing import Any

import uvicorn

__all__ = ["ASGIApp", "Message", "Receive", "Scope", "Send", "bound_socket", "serving"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_PATIENCE = 30.0


class _Server(uvicorn.Server):
    """Says when it listens, so that nobody has to ask again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.is_ready.set()


def bound_socket() -> tuple[socket.socket, int]:
    """Answer a socket on a free port of this machine, and the port."""
    bound = socket.create_server(("127.0.0.1", 0))
    return bound, bound.getsockname()[1]


@contextmanager
def serving(app: ASGIApp, bound: socket.socket, **options: Any) -> Generator[None]:  # noqa: ANN401
    """Serve an application until the block ends.

    Args:
        app: The application.
        bound: The socket to listen on.
        options: Of uvicorn.
    """
    config = uvicorn.Config(app, log_config=None, date_header=False, **options)
    server = _Server(config)
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    try:
        assert server.is_ready.wait(_PATIENCE), "uvicorn did not start"
        yield
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)
        bound.close()
