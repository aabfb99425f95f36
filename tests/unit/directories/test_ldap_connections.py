"""A server that hangs, lies or talks nonsense signs nobody in, and holds nobody for long."""

import socket
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any

import ldap  # type: ignore[import-untyped]
import pytest

from nextauth import User
from nextauth.directories import Breaker, UserMap
from nextauth.directories.ldap import LdapDirectory
from nextauth.directories.ldap.connections import Connection
from nextauth.directories.ldap.options import ServerOptions
from nextauth.directories.ldap.patience import Patience
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.models import SubmittedCredentials
from tests.unit.directories.ldap_impostor import (
    BIND,
    SEARCH,
    ber,
    bound,
    done,
    found,
    message,
    serving,
)

BASE = "dc=example,dc=com"
SOON: dict[str, Any] = {"connect_timeout": 0.3, "timeout": 0.3}


def directory_at(url: str | Sequence[str], **options: Any) -> LdapDirectory:  # noqa: ANN401
    usual: dict[str, Any] = {
        "base": BASE,
        "users": UserMap(id="uid"),
        "bind_dn": f"cn=reader,{BASE}",
        "bind_password": "read-4-us",
        "breaker": Breaker("a server", failures=1_000),
    }
    return LdapDirectory(url, **{**usual, **options})


def check(directory: LdapDirectory) -> User | None:
    given = {"username": "ada", "password": "correct horse"}
    return directory.check(SubmittedCredentials(given))


def well(number: int, kind: int) -> bytes:
    """Answer as a server does in which everybody is Ada."""
    if kind == BIND:
        return bound(number)
    return found(number, b"uid=ada,dc=example,dc=com") + done(number) if kind == SEARCH else b""


def test_the_server_of_these_tests_signs_in_where_nothing_is_wrong() -> None:
    with serving(well) as url:
        assert check(directory_at(url)) == User(id="ada")


def test_an_unknown_name_takes_as_many_questions_as_a_known_one() -> None:
    asked: list[int] = []

    def nobody(number: int, kind: int) -> bytes:
        asked.append(kind)
        return bound(number, 49 if asked.count(BIND) > 1 else 0) if kind == BIND else done(number)

    def wrong(number: int, kind: int) -> bytes:
        return well(number, kind) if kind == SEARCH else nobody(number, kind)

    counted = []
    for answer in (nobody, wrong):
        with serving(answer) as url:
            assert check(directory_at(url)) is None
        counted.append(asked.count(BIND))
        asked.clear()
    assert counted == [2, 2]  # the service account's, and one with the password


NONSENSE = {
    "nothing": b"",
    "http": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "zeros": bytes(1_000),
    "ones": b"\xff" * 1_000,
    "too-long": b"\x30\x84\x7f\xff\xff\xff\x02\x01\x01",
    "cut-off": bound(1)[:-3],
    "notice": message(0, ber(0x78, ber(10, b"\x34"), ber(4), ber(4))),
}


@pytest.mark.parametrize("direct", [None, f"uid={{username}},{BASE}"], ids=["search", "direct"])
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_trouble(nonsense: str, direct: str | None) -> None:
    with serving(lambda *_: NONSENSE[nonsense]) as url, pytest.raises(SystemUnavailable):
        check(directory_at(url, direct=direct, **SOON))


ENTRIES: dict[str, Callable[[int], bytes]] = {
    "nothing": lambda _: b"",
    "a-dn-that-is-no-text": lambda number: found(number, b"uid=\xff\xfe,dc=x") + done(number),
    "referral": lambda number: done(number, 10),
    "operations-error": lambda number: done(number, 1),
    "cut-off": lambda number: found(number, b"uid=ada,dc=x")[:-4] + done(number),
}


@pytest.mark.parametrize("entries", ENTRIES)
def test_entries_that_cannot_be_read_are_trouble(entries: str) -> None:
    def answer(number: int, kind: int) -> bytes:
        return bound(number) if kind == BIND else ENTRIES[entries](number)

    with serving(answer) as url, pytest.raises(SystemUnavailable):
        check(directory_at(url, **SOON))


def test_an_entry_of_another_or_of_no_name_is_nobody() -> None:
    for dn, value in ((b"", b"ada"), (b"uid=eve,dc=x", b"eve")):

        def answer(number: int, kind: int, dn: bytes = dn, value: bytes = value) -> bytes:
            entry = found(number, dn, value=value) + done(number)
            return bound(number) if kind == BIND else entry

        with serving(answer) as url:
            assert check(directory_at(url)) is None


DIAGNOSIS = "80090308: LdapErr: DSID-0C09042F, comment: AcceptSecurityContext error, data {}, v2580"


@pytest.mark.parametrize(
    ("result", "said", "control", "code"),
    [
        (49, DIAGNOSIS.format("52e"), None, None),
        (49, DIAGNOSIS.format("533"), None, "disabled"),
        (49, DIAGNOSIS.format("773"), None, "must_change"),
        (49, "", ber(0x30, ber(0x81, b"\0")), "must_change"),
        (49, "", ber(0x30, ber(0x81, b"\1")), None),
        (49, "", b"\xff\xff", None),
        (49, "", b"", None),
        (0, "", ber(0x30, ber(0x81, b"\2")), "must_change"),
        *((refusal, "", None, None) for refusal in (19, 32, 34, 48, 50, 53)),
    ],
)
def test_a_refused_bind_is_read_as_it_was_sent(
    result: int, said: str, control: bytes | None, code: str | None
) -> None:
    direct = f"uid={{username}},{BASE}"
    with serving(lambda number, _: bound(number, result, said, control)) as url:
        directory = directory_at(url, direct=direct, bind_dn=None, bind_password=None)
        if code is None:
            assert check(directory) is None
            return
        with pytest.raises(CredentialsSignin) as refused:
            check(directory)
        assert refused.value.public_code == code


@pytest.mark.parametrize("result", [1, 2, 8, 10, 13, 51, 52, 80])
def test_a_bind_that_could_not_be_tried_is_no_wrong_password(result: int) -> None:
    direct = f"uid={{username}},{BASE}"
    with serving(lambda number, _: bound(number, result)) as url:
        directory = directory_at(url, direct=direct, bind_dn=None, bind_password=None)
        with pytest.raises(SystemUnavailable):
            check(directory)


@pytest.mark.parametrize("way", ["plain", "start-tls", "tls"])
def test_who_never_answers_is_not_waited_for(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        scheme = "ldaps" if way == "tls" else "ldap"
        url = f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
        directory = directory_at(url, start_tls=way == "start-tls", **SOON)
        with pytest.raises(SystemUnavailable):
            check(directory)


@pytest.mark.parametrize("way", ["plain", "start-tls", "tls"])
def test_who_never_accepts_is_not_waited_for(way: str) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]  # more than it has room for
        try:
            for each in waiting:
                each.settimeout(0)
                each.connect_ex(address)
            scheme = "ldaps" if way == "tls" else "ldap"
            directory = directory_at(
                f"{scheme}://127.0.0.1:{address[1]}", start_tls=way == "start-tls", **SOON
            )
            with pytest.raises(SystemUnavailable):
                check(directory)
        finally:
            for each in waiting:
                each.close()


def test_what_is_still_connecting_is_asked_again_until_its_time_is_over() -> None:
    options = ServerOptions(("ldap://127.0.0.1",), connect_timeout=0.2)
    with serving(well) as url:
        connection = Connection(options, url, Patience())
        connection.bind_service("cn=x", "x")
        times: Iterator[int] = iter([-18, -18])

        def sent() -> int:
            if (result := next(times, 0)) < 0:
                raise ldap.LDAPError({"result": result})
            return 7

        assert connection._connecting(sent) == 7
        times = repeat(-18)
        with pytest.raises(ldap.TIMEOUT):
            connection._connecting(sent)
        connection.close()


def test_the_password_is_in_no_message() -> None:
    def answer(number: int, kind: int) -> bytes:
        return bound(number, 80, "sorry, correct horse read-4-us") if kind == BIND else b""

    with serving(answer) as url, pytest.raises(SystemUnavailable) as told:
        check(
            directory_at(url, bind_dn=None, bind_password=None, direct=f"uid={{username}},{BASE}")
        )
    assert "correct horse" not in str(told.value)
    assert told.value.__suppress_context__
