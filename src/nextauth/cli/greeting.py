"""Owns how a server of the command line says that it is there."""

from __future__ import annotations

import socket

import typer
import uvicorn

__all__ = ["GreetingServer"]


class GreetingServer(uvicorn.Server):
    """A server that greets when it listens, since before that the address may be someone else's.

    Args:
        config: What it serves, and where.
        greeting: What it prints.
    """

    def __init__(self, config: uvicorn.Config, greeting: str) -> None:
        super().__init__(config)
        self._greeting = greeting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and print the greeting.

        Args:
            sockets: Those to listen on; None for new ones.
        """
        await super().startup(sockets)
        if self.started:
            typer.echo(self._greeting)
