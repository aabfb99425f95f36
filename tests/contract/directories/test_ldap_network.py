"""A network that is slow, or falls silent at any moment, between LdapDirectory and a real slapd."""

import socket
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from nextauth import User
from nextauth.directories.ldap import LdapDirectory
from nextauth.errors import SystemUnavailable
from nextauth.models import SubmittedCredentials
from tests.contract.directories.contract import NAME, PASSWORD
from tests.contract.directories.test_ldap import PEOPLE, directory_at
from tests.slapd import Slapd, running_slapd
from tests.slapd_authority import LdapAuthority

pytestmark = pytest.mark.service

WAYS = ["plain", "start-tls", "tls"]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LdapAuthority:
    return LdapAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def slapd(authority: LdapAuthority) -> Generator[Slapd]:
    with running_slapd(PEOPLE, certificate=authority.issue()) as server:
        yield server


class Relay:
    """Stands between: hands on what both say, and no more than some of the server's answers.

    Args:
        port: Where the server listens.
        answers: How many pieces of the server's answers are handed on; None: all.
    """

    def __init__(self, port: int, answers: int | None = None) -> None:
        self._target = port
        self._answers = answers
        self._open = ExitStack()
        self._listening = self._open.enter_context(socket.socket())
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(0)
        self.port: int = self._listening.getsockname()[1]

    def start(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._open.close()

    def crowd(self) -> None:
        """Connect until nobody else is let in, before it is started."""
        for _ in range(4):
            waiting = self._open.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(("127.0.0.1", self.port))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                theirs = socket.create_connection(("127.0.0.1", self._target))
                for each in (ours, theirs):
                    self._open.enter_context(each)
                for pair in ((ours, theirs, None), (theirs, ours, self._answers)):
                    threading.Thread(target=_pump, args=pair, daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, pieces: int | None) -> None:
    handed = 0
    with suppress(OSError):
        while piece := source.recv(65_536):
            if pieces is None or handed < pieces:
                sink.sendall(piece)
            handed += 1
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def relayed(slapd: Slapd, way: str, answers: int | None = None) -> Generator[Relay]:
    relay = Relay(slapd.tls_port if way == "tls" else slapd.port, answers)
    try:
        yield relay
    finally:
        relay.close()


def directory_behind(
    relay: Relay, authority: LdapAuthority, way: str, seconds: float
) -> LdapDirectory:
    return directory_at(
        f"{'ldaps' if way == 'tls' else 'ldap'}://127.0.0.1:{relay.port}",
        start_tls=way == "start-tls",
        ca_file=None if way == "plain" else authority.file,
        connect_timeout=seconds,
        timeout=seconds,
    )


def check(directory: LdapDirectory) -> User | None:
    return directory.check(SubmittedCredentials({"username": NAME, "password": PASSWORD}))


@pytest.mark.parametrize("way", WAYS)
def test_a_connection_that_takes_its_time_is_waited_for(
    slapd: Slapd, authority: LdapAuthority, way: str
) -> None:
    with relayed(slapd, way) as relay:
        relay.crowd()
        later = threading.Timer(0.3, relay.start)
        later.start()
        try:
            assert isinstance(check(directory_behind(relay, authority, way, 60)), User)
        finally:
            later.join()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("answers", [0, 1, 2, 3])
def test_a_silence_at_any_moment_is_not_waited_for(
    slapd: Slapd, authority: LdapAuthority, way: str, answers: int
) -> None:
    with relayed(slapd, way, answers) as relay:
        relay.start()
        directory = directory_behind(relay, authority, way, 0.4)
        with pytest.raises(SystemUnavailable):  # noqa: PT012 - the silence comes in one of them
            for _ in range(5):
                assert isinstance(check(directory), User)
