"""Owns a RADIUS server of the tests that can lie: its packets are made here, without pyrad."""

import hashlib
import hmac
import socket
import struct
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from itertools import count
from threading import Thread

from nextauth import SubmittedCredentials
from nextauth.directories import Breaker
from nextauth.directories.radius import RadiusServer

__all__ = [
    "ACCEPT",
    "CHALLENGE",
    "PATIENT",
    "REJECT",
    "SECRET",
    "Impostor",
    "Request",
    "attribute",
    "impostor",
    "one_datagram",
    "signed",
    "typed",
]

SECRET = "of-the-impostor-alone-5Wd8"
ACCEPT, REJECT, CHALLENGE = 2, 3, 11
PATIENT = 30.0
"""Seconds for an answer that comes: a machine may be slow."""

_SIGNATURE = 80

Datagrams = Iterable[bytes]


class Request:
    """A request as it came.

    Args:
        raw: Its bytes.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.code, self.id, length, self.authenticator = struct.unpack("!BBH16s", raw[:20])
        assert length == len(raw)
        self.attributes: list[tuple[int, bytes]] = []
        rest = raw[20:]
        while rest:
            self.attributes.append((rest[0], rest[2 : rest[1]]))
            rest = rest[rest[1] :]

    def all(self, code: int) -> list[bytes]:
        return [value for each, value in self.attributes if each == code]

    def password(self) -> bytes:
        """Answer the User-Password in the clear (RFC 2865, 5.2)."""
        [hidden] = self.all(2)
        last, clear = self.authenticator, b""
        for at in range(0, len(hidden), 16):
            pad = hashlib.md5(SECRET.encode() + last).digest()  # noqa: S324 - RADIUS has no other
            last = hidden[at : at + 16]
            clear += bytes(a ^ b for a, b in zip(pad, last, strict=True))
        return clear.rstrip(b"\0")

    def is_signed(self) -> bool:
        """Tell whether its Message-Authenticator is right (RFC 3579, 3.2)."""
        [signature] = self.all(_SIGNATURE)
        bare = self.raw.replace(signature, bytes(16))
        return hmac.compare_digest(signature, hmac.digest(SECRET.encode(), bare, "md5"))


def attribute(code: int, value: bytes) -> bytes:
    return bytes([code, len(value) + 2]) + value


def signed(
    request: Request,
    code: int = ACCEPT,
    attributes: bytes = b"",
    *,
    secret: str = SECRET,
    identifier: int | None = None,
    signature: bytes | None = None,
    signatures: int = 1,
) -> bytes:
    """Make an answer as an honest server does, unless told otherwise.

    Args:
        request: What is answered.
        code: The kind of answer.
        attributes: What it says.
        secret: What it is made with.
        identifier: Another identifier than the request's.
        signature: Instead of the right Message-Authenticator.
        signatures: How many there are.
    """
    identifier = request.id if identifier is None else identifier
    length = (
        20 + len(attributes) + signatures * (2 + len(bytes(16) if signature is None else signature))
    )
    head = struct.pack("!BBH", code, identifier, length)
    blank = attribute(_SIGNATURE, bytes(16)) * signatures
    if signature is None:
        to_sign = head + request.authenticator + blank + attributes
        signature = hmac.digest(secret.encode(), to_sign, "md5")
    body = attribute(_SIGNATURE, signature) * signatures + attributes
    proof = hashlib.md5(head + request.authenticator + body + secret.encode()).digest()  # noqa: S324
    return head + proof + body


class Impostor:
    """A server that says what a test tells it to, on loopback.

    Args:
        answers: Answers what is sent for a request, one datagram after the other.
    """

    def __init__(self, answers: Callable[[Request], Datagrams]) -> None:
        self.answers = answers
        self.requests: list[Request] = []
        self.channel = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.channel.bind(("127.0.0.1", 0))
        self.elsewhere = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.elsewhere.bind(("127.0.0.1", 0))
        self.port: int = self.channel.getsockname()[1]
        self.sends_from_elsewhere = False

    def server(self) -> RadiusServer:
        breaker = Breaker("the impostor", failures=1_000_000)
        return RadiusServer("127.0.0.1", SECRET, port=self.port, breaker=breaker)

    def serve(self) -> None:
        """Answer until a datagram comes that is empty."""
        while True:
            raw, address = self.channel.recvfrom(65_535)
            if not raw:
                return
            request = Request(raw)
            self.requests.append(request)
            for datagram in self.answers(request):
                channel = self.elsewhere if self.sends_from_elsewhere else self.channel
                channel.sendto(datagram, address)


@contextmanager
def impostor(answers: Callable[[Request], Datagrams]) -> Generator[Impostor]:
    """Run one until the block ends."""
    server = Impostor(answers)
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
            channel.sendto(b"", ("127.0.0.1", server.port))
        thread.join()
        server.channel.close()
        server.elsewhere.close()


def one_datagram() -> Callable[[], float]:
    """Answer a timer by which a time limit of `PATIENT` is over with the first datagram."""
    return count(0, int(PATIENT / 2)).__next__


def typed(name: str = "ada", password: str = "correct horse") -> SubmittedCredentials:
    return SubmittedCredentials({"username": name, "password": password})
