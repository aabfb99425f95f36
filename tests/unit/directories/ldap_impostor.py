"""Owns an LDAP server that says whatever a test likes, octet by octet (RFC 4511)."""

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

__all__ = ["BIND", "SEARCH", "Answer", "ber", "bound", "done", "found", "message", "serving"]

BIND, SEARCH = 0x60, 0x63  # RFC 4511, 4.2 and 4.5
Answer = Callable[[int, int], bytes]
"""What the server says to a message of this number and kind."""


def ber(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    head = bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")
    return bytes([tag]) + head + content


def message(number: int, *parts: bytes) -> bytes:
    return ber(0x30, ber(2, bytes([number])), *parts)


def bound(number: int, result: int = 0, said: str = "", control: bytes | None = None) -> bytes:
    answer = ber(0x61, ber(10, bytes([result])), ber(4), ber(4, said.encode()))
    policy = ber(4, b"1.3.6.1.4.1.42.2.27.8.5.1")
    more = [] if control is None else [ber(0xA0, ber(0x30, policy, ber(4, control)))]
    return message(number, answer, *more)


def found(number: int, dn: bytes, name: bytes = b"uid", value: bytes = b"ada") -> bytes:
    attribute = ber(0x30, ber(4, name), ber(0x31, ber(4, value)))
    return message(number, ber(0x64, ber(4, dn), ber(0x30, attribute)))


def done(number: int, result: int = 0) -> bytes:
    return message(number, ber(0x65, ber(10, bytes([result])), ber(4), ber(4)))


@contextmanager
def serving(answer: Answer) -> Generator[str]:
    """Serve what a test says; answer the URL."""
    talks: list[tuple[socket.socket, threading.Thread]] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_accept, args=(listening, answer, talks), daemon=True)
        thread.start()
        try:
            yield f"ldap://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            _wake(listening)
            thread.join(60)
            for connection, each in talks:
                _wake(connection)
                each.join(60)


def _accept(
    listening: socket.socket,
    answer: Answer,
    talks: list[tuple[socket.socket, threading.Thread]],
) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            talk = threading.Thread(target=_talk, args=(connection, answer), daemon=True)
            talks.append((connection, talk))
            talk.start()


def _wake(waiting: socket.socket) -> None:
    with suppress(OSError):
        waiting.shutdown(socket.SHUT_RDWR)


def _talk(connection: socket.socket, answer: Answer) -> None:
    with connection, suppress(OSError):
        while asked := connection.recv(65_536):
            start = 2 if asked[1] < 128 else 2 + asked[1] % 128
            number, kind = asked[start + 2], asked[start + 3]
            connection.sendall(answer(number, kind))
