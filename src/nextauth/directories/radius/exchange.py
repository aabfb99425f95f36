"""Owns one question to one RADIUS server: a UDP socket of its own, time limits, and resending."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing

from nextauth.directories.radius.packets import Answer, Asked, Packets
from nextauth.directories.radius.server import RadiusServer
from nextauth.errors import SystemUnavailable

__all__ = ["Exchange"]

_LONGEST = 4_096  # RFC 2865, 3
_SILENT = (
    "did not answer within {seconds:g} s. Is this machine one of its clients, with this secret?"
)
_DOUBTS = {
    "damaged": "what it sent is no answer",
    "another's": "what it sent was made with another secret, or for another question",
    "unsigned": (
        "its answer has no valid Message-Authenticator, and so anybody may have made it "
        "(CVE-2024-3596). Let the server send one; FreeRADIUS does from 3.2.5 on"
    ),
}


class Exchange:
    """Asks servers. Thread-safe; it blocks.

    Args:
        packets: Makes the requests.
        timeout: Seconds for which an answer is waited for, each time that it is sent.
        retries: How often a request is sent again.
        timer: Answers seconds of a clock that never goes back.
    """

    __slots__ = ("_packets", "_retries", "_timeout", "_timer")

    def __init__(
        self, packets: Packets, *, timeout: float, retries: int, timer: Callable[[], float]
    ) -> None:
        self._packets = packets
        self._timeout = timeout
        self._retries = retries
        self._timer = timer

    def ask(self, server: RadiusServer, asked: Asked) -> Answer:
        """Ask a server, and answer what it has signed.

        Args:
            server: The server.
            asked: What.

        Raises:
            SystemUnavailable: It is not reached, is silent, or nothing that came can be believed.
        """
        question = self._packets.question(asked, server.secret.encode())
        doubt = ""
        try:
            with closing(_connected(server)) as channel:
                # The same bytes: the server knows by them that it has answered already.
                for _ in range(1 + self._retries):
                    channel.send(question.raw)
                    for raw in _Datagrams(channel, self._timer() + self._timeout, self._timer):
                        answer = question.read(raw)
                        if isinstance(answer, Answer):
                            return answer
                        doubt = answer  # anybody may have sent it: the real one may yet come
        except OSError as error:
            message = f"{server.label} is not reached: {error.strerror or type(error).__name__}"
            raise SystemUnavailable(message) from None
        why = _DOUBTS.get(doubt) or _SILENT.format(seconds=self._timeout * (1 + self._retries))
        message = f"{server.label}: {why}"
        raise SystemUnavailable(message)


class _Datagrams:
    """What arrives until a moment: however much of it is nonsense, the moment stays."""

    __slots__ = ("_channel", "_deadline", "_timer")

    def __init__(self, channel: socket.socket, deadline: float, timer: Callable[[], float]) -> None:
        self._channel = channel
        self._deadline = deadline
        self._timer = timer

    def __iter__(self) -> _Datagrams:
        return self

    def __next__(self) -> bytes:
        left = self._deadline - self._timer()
        if left <= 0:
            raise StopIteration
        self._channel.settimeout(left)
        try:
            return self._channel.recv(_LONGEST)
        except TimeoutError:
            raise StopIteration from None


def _connected(server: RadiusServer) -> socket.socket:
    """Open a socket that takes datagrams from this server's address and port only."""
    found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_DGRAM)
    family, kind, protocol, _, address = found[0]
    channel = socket.socket(family, kind, protocol)
    try:
        channel.connect(address)
    except OSError:
        channel.close()
        raise
    return channel
