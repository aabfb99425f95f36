"""Mail servers that are down, hang, hang up or talk nonsense: an error of ours, and soon."""

import asyncio
from pathlib import Path
from threading import Event

import pytest

from tests.servers import free_port
from tests.smtp_server import Authority, Handler, listening, smtp_server
from tests.unit.factors.mailing import HERE, PATIENCE, letter_to, mailer, refusal, send

SHORT = 0.3


class Scripted(asyncio.Protocol):
    """Answers each line with the next of its answers; with nothing when they are over."""

    def __init__(self, *answers: bytes, hangs_up: bool = False) -> None:
        self._answers = list(answers)
        self._hangs_up = hangs_up

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._say()

    def data_received(self, data: bytes) -> None:
        if data:
            self._say()

    def _say(self) -> None:
        if self._answers:
            self._transport.write(self._answers.pop(0))
        elif self._hangs_up:
            self._transport.abort()


HELLO = (b"220 here\r\n", b"250 hello\r\n")
TAKES = (*HELLO, b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n", b"250 taken\r\n")


@pytest.mark.parametrize("said", [0, 1, 2, 3, 4, 5])
def test_a_server_that_hangs(said: int) -> None:
    with listening(lambda _: Scripted(*TAKES[:said])) as port:
        error = refusal(mailer(port, timeout=SHORT))
    assert str(error) == f"mail server {HERE}:{port}: no answer within 0.3 s"


def test_a_server_that_hangs_while_it_should_encrypt() -> None:
    offers = (b"220 here\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go on\r\n")
    with listening(lambda _: Scripted(*offers)) as port:
        error = refusal(mailer(port, timeout=SHORT, security="starttls"))
    assert str(error).endswith("no answer within 0.3 s")


def test_a_server_that_is_slow_at_every_step_is_stopped() -> None:
    handler = Handler(delay=0.6)
    with smtp_server(handler) as port:
        error = refusal(mailer(port, timeout=1.0))
    assert str(error).endswith("no answer within 1 s")
    assert handler.letters == []


def test_what_was_taken_is_sent_whatever_happens_then() -> None:
    with listening(lambda _: Scripted(*TAKES)) as port:
        send(mailer(port))  # QUIT has no answer
    with listening(lambda _: Scripted(*TAKES, hangs_up=True)) as port:
        send(mailer(port))
    with listening(lambda _: Scripted(*TAKES, b"500 no\r\n")) as port:
        send(mailer(port))


@pytest.mark.parametrize("said", range(6))
def test_a_server_that_hangs_up(said: int) -> None:
    with listening(lambda _: Scripted(*TAKES[:said], hangs_up=True)) as port:
        error = refusal(mailer(port))
    assert "cannot be reached" in str(error) or "the connection failed" in str(error)


@pytest.mark.parametrize(
    "said",
    [b"554 5.7.1 go away\r\n", b"SSH-2.0-OpenSSH\r\n", b"\x00\xff\r\n", b"220-" + b"x" * 99_999],
    ids=range(4),
)
def test_a_server_that_is_none_of_ours(said: bytes) -> None:
    with listening(lambda _: Scripted(said)) as port:
        error = refusal(mailer(port))
    assert f"mail server {HERE}:{port}: it refused to go on (" in str(error)


def test_a_server_that_breaks_off_where_it_should_encrypt(tmp_path: Path) -> None:
    context = Authority(tmp_path).client_context()
    offers = (b"220 here\r\n", b"250-hello\r\n250 STARTTLS\r\n", b"220 go on\r\n")
    with listening(lambda _: Scripted(*offers, hangs_up=True)) as port:
        error = refusal(mailer(port, security="starttls", tls_context=context))
    assert "the connection failed" in str(error)


def test_a_server_that_is_down() -> None:
    port = free_port()
    error = refusal(mailer(port))
    assert f"{HERE}:{port}: it cannot be reached (ConnectionRefusedError)" in str(error)
    assert error.reply is None


def test_who_gives_up_leaves_no_connection_behind() -> None:
    is_asked, is_closed = Event(), Event()

    class Silent(Scripted):
        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if data.startswith(b"MAIL"):
                is_asked.set()

        def connection_lost(self, _: Exception | None) -> None:
            is_closed.set()

    async def impatient(port: int) -> None:
        task = asyncio.ensure_future(mailer(port).send(letter_to()))
        assert await asyncio.to_thread(is_asked.wait, PATIENCE)
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert await asyncio.to_thread(is_closed.wait, PATIENCE)

    with listening(lambda _: Silent(*HELLO)) as port:
        asyncio.run(impatient(port))
