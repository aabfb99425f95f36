"""What a RADIUS server is asked: nothing in the clear, nothing foreseeable, nothing in vain."""

import os
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from nextauth import User
from nextauth.directories import FIELDS, Breaker, UserMap
from nextauth.directories.radius import RadiusDirectory, RadiusFactor, RadiusServer
from nextauth.errors import SystemUnavailable
from nextauth.models import SubmittedCredentials
from tests.unit.directories.radius_impostor import (
    ACCEPT,
    PATIENT,
    REJECT,
    SECRET,
    Request,
    attribute,
    impostor,
    signed,
    typed,
)


def radius(*servers: RadiusServer, **options: Any) -> RadiusDirectory:  # noqa: ANN401
    options = {"timeout": PATIENT, "retries": 0, "revalidate": None, **options}
    return RadiusDirectory(servers, nas_identifier="intranet", **options)


def accepting(request: Request) -> list[bytes]:
    return [signed(request, ACCEPT)]


def test_a_request_is_signed_first_thing_and_shows_no_password() -> None:
    with impostor(accepting) as server:
        radius(
            server.server(), attributes={"NAS-Port-Type": 5, "NAS-IP-Address": "192.0.2.7"}
        ).check(typed())
    [request] = server.requests
    assert request.code == 1
    assert request.attributes[0][0] == 80
    assert request.is_signed()
    assert request.password() == b"correct horse"
    assert b"correct horse" not in request.raw
    assert request.all(1) == [b"ada"]
    assert request.all(32) == [b"intranet"]
    assert request.all(61) == [b"\0\0\0\5"]
    assert request.all(4) == [bytes([192, 0, 2, 7])]
    assert sorted(code for code, _ in request.attributes) == [1, 2, 4, 32, 61, 80]


def test_no_question_is_like_another() -> None:
    drawn: list[int] = []

    def entropy(size: int) -> bytes:
        drawn.append(size)
        return os.urandom(size)

    with impostor(accepting) as server:
        directory = radius(server.server(), entropy=entropy)
        for _ in range(2):
            directory.check(typed())
    first, second = server.requests
    assert first.authenticator != second.authenticator
    assert first.all(2) != second.all(2)
    assert drawn == [1, 16, 1, 16]


def test_a_request_that_is_sent_again_is_the_same() -> None:
    """By that, the server knows that it has answered already (RFC 5080, 2.2.2)."""

    def answers(request: Request) -> list[bytes]:
        return [signed(request)] if len(server.requests) == 3 else []

    with impostor(answers) as server:
        directory = radius(server.server(), timeout=0.2, retries=10)
        assert isinstance(directory.check(typed()), User)
    assert len({each.raw for each in server.requests}) == 1


def test_a_silent_server_is_asked_so_often_and_no_more() -> None:
    with impostor(lambda _: []) as silent:
        with pytest.raises(SystemUnavailable, match=r"did not answer within 0\.3 s"):
            radius(silent.server(), timeout=0.1, retries=2).check(typed())
        assert len(silent.requests) == 3


def test_a_server_that_failed_is_left_alone_while_the_next_one_answers() -> None:
    now = [0.0]
    watch = Breaker("first", failures=1, pause=10, timer=lambda: now[0])
    silence, answer = (0, PATIENT - 0.1), (0, 0)
    timer = chain(silence, *[answer] * 3, silence, answer)
    with impostor(lambda _: []) as silent, impostor(accepting) as next_one:
        first = RadiusServer("127.0.0.1", SECRET, port=silent.port, breaker=watch)
        directory = radius(first, next_one.server(), timer=timer.__next__)
        for _ in range(3):
            assert isinstance(directory.check(typed()), User)
        now[0] = 11
        assert isinstance(directory.check(typed()), User)
    assert len(silent.requests) == 2
    assert len(next_one.requests) == 4


def test_a_refusal_is_the_last_word() -> None:
    with impostor(lambda r: [signed(r, REJECT)]) as first, impostor(accepting) as second:
        assert radius(first.server(), second.server()).check(typed()) is None
    assert second.requests == []


@pytest.mark.parametrize(
    ("name", "password"),
    [
        *(("ada", each) for each in ("", "  ", "\0", "x\0", "x" * 129, "é" * 65, "\ud800")),
        *(
            (each, "x")
            for each in ("", " ", "a\0", "a\nb", "x" * 254, "é" * 127, "\udfff", "a\u2028b")
        ),
    ],
)
def test_what_cannot_be_right_is_not_sent(name: str, password: str) -> None:
    with impostor(accepting) as server:
        assert radius(server.server()).check(typed(name, password)) is None
    assert server.requests == []


@pytest.mark.parametrize("password", ["x" * 128, "é" * 64, "x" * 16, "0x41", " ", "1 "])
def test_a_password_arrives_as_it_was_typed(password: str) -> None:
    with impostor(accepting) as server:
        answer = radius(server.server()).check(typed("0x61", password))
    if not password.strip():
        assert answer is None
        return
    [request] = server.requests
    assert request.password() == password.encode()
    assert request.all(1) == [b"0x61"]


def test_to_ask_about_somebody_takes_no_password() -> None:
    with impostor(accepting) as server:
        directory = radius(
            server.server(), revalidate="authorize-only", attributes={"Service-Type": 8}
        )
        assert directory.revalidate(User(id="ada"))
        for name in ("", "a\0", "\ud800", "x" * 254):
            assert not directory.revalidate(User(id=name or None))
    [request] = server.requests
    assert request.is_signed()
    assert request.all(2) == []
    assert request.all(6) == [b"\0\0\0\x11"]


@pytest.mark.parametrize("code", [REJECT, 11])
def test_only_an_accept_vouches_for_somebody(code: int) -> None:
    said = attribute(24, b"state")
    with impostor(lambda r: [signed(r, code, said)]) as server:
        assert not radius(server.server(), revalidate="authorize-only").revalidate(User(id="ada"))


def test_other_fields_can_be_asked_for() -> None:
    fields = dict(zip("np", FIELDS.values(), strict=True))
    with impostor(accepting) as server:
        directory = radius(server.server(), fields=fields, account="n", password="p")
        assert directory.check(SubmittedCredentials({"n": "ada", "p": "x"})) is not None
        assert directory.check(SubmittedCredentials({"username": "ada", "password": "x"})) is None
    assert dict(directory.fields) == fields


# What is refused when it is made

ONE = RadiusServer("192.0.2.1", SECRET)

MISTAKES: dict[str, tuple[Callable[[], object], str]] = {
    "no host": (lambda: RadiusServer("", SECRET), "host"),
    "a URL": (lambda: RadiusServer("radius://x y", SECRET), "host"),
    "a name that is none": (lambda: RadiusServer("x" * 64, SECRET), "host"),
    "port 0": (lambda: RadiusServer("192.0.2.1", SECRET, port=0), "port"),
    "a short secret": (lambda: RadiusServer("192.0.2.1", "testing123"), "16"),
    "a secret that is no text": (lambda: RadiusServer("192.0.2.1", "\ud800" * 16), "encoded"),
    "no server": (radius, "has none"),
    "a server twice": (lambda: radius(ONE, RadiusServer("192.0.2.1", SECRET)), "twice"),
    "no name": (lambda: RadiusDirectory([ONE], nas_identifier="", revalidate=None), "nas_ident"),
    "no time": (lambda: radius(ONE, timeout=0), "timeout"),
    "no number": (lambda: radius(ONE, timeout=float("nan")), "timeout"),
    "many retries": (lambda: radius(ONE, retries=11), "retries"),
    "a method with a slash": (lambda: radius(ONE, method="a/b"), "method"),
    "no such field": (lambda: radius(ONE, account="mail"), "mail"),
    "an unknown attribute": (lambda: radius(ONE, users=UserMap(id="Uid")), "Uid"),
    "a dictionary that is not there": (lambda: radius(ONE, dictionaries=["none"]), "none"),
    "an attribute to send": (lambda: radius(ONE, attributes={"Colour": 1}), "Colour"),
    "a value to send": (lambda: radius(ONE, attributes={"NAS-Port": "x"}), "NAS-Port"),
    "another's name": (lambda: radius(ONE, attributes={"User-Name": "root"}), "not yours"),
    "another way to ask": (lambda: radius(ONE, revalidate="always"), "always"),
    "nobody to ask about": (
        lambda: radius(ONE, users=UserMap(id="Class"), revalidate="authorize-only"),
        "extra=",
    ),
    "a coroutine": (lambda: radius(ONE, revalidate=_later), "async def"),
}


async def _later(_user: User) -> bool:
    return True


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_when_it_is_made(mistake: str) -> None:
    make, told = MISTAKES[mistake]
    with pytest.raises(ValueError, match=told) as raised:
        make()
    assert SECRET not in str(raised.value)
    assert "testing123" not in str(raised.value)


def test_another_type_is_told() -> None:
    with pytest.raises(TypeError, match="UserMap"):
        radius(ONE, users={"id": "User-Name"})
    with pytest.raises(TypeError, match="RadiusServer"):
        radius("192.0.2.1")  # type: ignore[arg-type]


def test_a_line_of_a_dictionary_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("ATTRIBUTE X y z\n")
    with pytest.raises(ValueError, match="broken"):
        radius(ONE, dictionaries=[tmp_path / "broken"])


def test_an_attribute_that_is_encrypted_is_no_member_of_a_user(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("ATTRIBUTE Tunnel-Password 69 string encrypt=2\n")
    with pytest.raises(ValueError, match="encrypted"):
        radius(ONE, users=UserMap(id="Tunnel-Password"), dictionaries=[tmp_path / "keys"])


def test_no_secret_is_in_a_repr() -> None:
    directory = radius(ONE)
    for each in (ONE, directory, RadiusFactor(directory)):
        assert SECRET not in repr(each)
    assert "192.0.2.1:1812" in repr(directory)


def test_a_server_is_hashed_and_compared_by_what_it_is() -> None:
    assert RadiusServer("192.0.2.1", SECRET) == ONE
    assert {ONE: 1}[RadiusServer("192.0.2.1", SECRET)] == 1


def test_a_name_that_leads_nowhere_is_an_outage() -> None:
    with pytest.raises(SystemUnavailable, match="not reached"):
        radius(RadiusServer("radius.invalid", SECRET)).check(typed())
