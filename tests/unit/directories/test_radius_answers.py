"""What comes back from a RADIUS server signs nobody in unless the server has signed all of it."""

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrad.packet import AuthPacket  # type: ignore[import-untyped]

from nextauth import User
from nextauth.directories import UserMap
from nextauth.directories.radius import RadiusDirectory
from nextauth.directories.radius.attributes import encoded, read_dictionary
from nextauth.directories.radius.packets import Answer, Asked, Packets, Question
from nextauth.errors import CallbackError, SystemUnavailable
from nextauth.models import Challenge
from tests.unit.directories.radius_impostor import (
    ACCEPT,
    CHALLENGE,
    PATIENT,
    REJECT,
    SECRET,
    Impostor,
    Request,
    attribute,
    impostor,
    one_datagram,
    signed,
    typed,
)

SHORT = 0.2
"""Seconds for an answer that does not come."""

Lie = Callable[[Request], list[bytes]]


def asking(server: Impostor, **options: object) -> RadiusDirectory:
    given: dict[str, object] = {"timeout": PATIENT, "retries": 0, "revalidate": None, **options}
    return RadiusDirectory([server.server()], nas_identifier="tests", **given)  # type: ignore[arg-type]


def unsigned(request: Request) -> bytes:
    return signed(request, signatures=0)


def with_flipped_proof(request: Request) -> bytes:
    raw = bytearray(signed(request))
    raw[4] ^= 1
    return bytes(raw)


LIES: dict[str, Lie] = {
    "no Message-Authenticator": lambda r: [unsigned(r)],
    "a wrong one": lambda r: [signed(r, signature=bytes(16))],
    "that of the request": lambda r: [signed(r, signature=r.all(80)[0])],
    "a short one": lambda r: [signed(r, signature=b"\0" * 8)],
    "an empty one": lambda r: [signed(r, signature=b"")],
    "two of them": lambda r: [signed(r, signatures=2)],
    "another secret": lambda r: [signed(r, secret="another-secret-of-16")],
    "another identifier": lambda r: [signed(r, identifier=(r.id + 1) % 256)],
    "a wrong Response Authenticator": lambda r: [with_flipped_proof(r)],
    "a Proxy-State that nobody sent": lambda r: [signed(r, attributes=attribute(33, b"x" * 32))],
    "the request itself": lambda r: [r.raw],
    "another kind of answer": lambda r: [signed(r, code=5)],
    "another kind of request": lambda r: [signed(r, code=1)],
    "a shortened answer": lambda r: [signed(r)[:-1]],
    "an empty datagram": lambda _: [b""],
    "a huge one": lambda r: [bytes([ACCEPT, r.id, 255, 255]) + bytes(60_000)],
    "a length below its own": lambda r: [signed(r)[:3] + b"\x05" + signed(r)[4:]],
    "an attribute without an end": lambda r: [signed(r, attributes=b"\x0b\xff")],
    "an attribute of no length": lambda r: [signed(r, attributes=b"\x0b\x00")],
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_the_server_has_not_signed_is_none(lie: str) -> None:
    with (
        impostor(LIES[lie]) as server,
        pytest.raises(SystemUnavailable, match=r"what it sent|its answer"),
    ):
        asking(server, timer=one_datagram()).check(typed())


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_does_not_keep_the_real_answer_out(lie: str) -> None:
    def answers(request: Request) -> list[bytes]:
        return [*LIES[lie](request), signed(request, REJECT)]

    with impostor(answers) as server:
        assert asking(server).check(typed()) is None


def test_an_honest_answer_is_one() -> None:
    with impostor(lambda r: [signed(r, ACCEPT, attribute(1, b"Ada"))]) as server:
        assert asking(server).check(typed()) == User(id="Ada", name="Ada")
    with impostor(lambda r: [signed(r, ACCEPT)]) as server:
        assert asking(server).check(typed()) == User(id="ada", name="ada")


def test_what_lies_behind_an_answer_s_length_says_nothing() -> None:
    """RFC 2865, 3: it is padding."""
    padding = attribute(1, b"root")
    with impostor(lambda r: [signed(r, ACCEPT) + padding]) as server:
        assert asking(server).check(typed()) == User(id="ada", name="ada")


def test_an_answer_from_another_port_is_none() -> None:
    with impostor(lambda r: [signed(r)]) as server:
        server.sends_from_elsewhere = True
        with pytest.raises(SystemUnavailable, match="did not answer"):
            asking(server, timeout=SHORT).check(typed())


def test_an_answer_to_an_earlier_question_is_none() -> None:
    old: list[bytes] = []

    def answers(request: Request) -> list[bytes]:
        if not old:
            old.append(signed(request))
        return old

    def entropy(size: int) -> bytes:
        return bytes([7]) if size == 1 else next(authenticators).to_bytes(size)

    authenticators = count(1)  # each question has the same identifier, and its own authenticator
    with impostor(answers) as server:
        assert isinstance(asking(server, entropy=entropy).check(typed()), User)
        with pytest.raises(SystemUnavailable, match="another question"):
            asking(server, timer=one_datagram(), entropy=entropy).check(typed())
        assert [each.id for each in server.requests] == [7, 7]


def test_nobody_who_floods_us_keeps_us_beyond_the_time() -> None:
    ticks = count()
    with impostor(lambda _: [bytes(20)] * 200) as server:
        directory = asking(server, timeout=20, timer=lambda: float(next(ticks)))
        with pytest.raises(SystemUnavailable):
            directory.check(typed())
    assert next(ticks) < 30


def test_it_says_why_an_answer_is_not_believed() -> None:
    for lie, why in (
        ("no Message-Authenticator", "CVE-2024-3596"),
        ("another secret", "another secret"),
        ("an empty datagram", "no answer"),
    ):
        with (
            impostor(LIES[lie]) as server,
            pytest.raises(SystemUnavailable, match=why) as raised,
        ):
            asking(server, timer=one_datagram()).check(typed())
        assert "correct horse" not in str(raised.value)
        assert SECRET not in str(raised.value)


# Bit by bit

KNOWN = read_dictionary(())
PACKETS = Packets(KNOWN, encoded(KNOWN, "tests", {}), entropy=lambda size: b"\x2a" * size)


def question() -> Question:
    return PACKETS.question(Asked("ada", "correct horse"), SECRET.encode())


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_without_an_error(raw: bytes) -> None:
    assert not isinstance(question().read(raw), Answer)


@given(st.binary(max_size=200))
def test_whatever_a_server_signs_is_read_without_an_error(attributes: bytes) -> None:
    asked = question()
    asked.read(signed(Request(asked.raw), ACCEPT, attributes))


def test_no_bit_of_an_answer_can_be_changed() -> None:
    asked = question()
    honest = signed(Request(asked.raw), REJECT, attribute(18, b"no"))
    found = asked.read(honest)
    assert isinstance(found, Answer)
    assert found.verdict == "reject"
    for at in range(8 * len(honest)):
        changed = bytearray(honest)
        changed[at // 8] ^= 1 << at % 8
        assert not isinstance(asked.read(bytes(changed)), Answer), at


# What the server says


def test_attributes_that_are_no_text_lose_nothing() -> None:
    said = attribute(25, b"\xff\x00") + attribute(25, b"key\n") + attribute(11, "é".encode())
    users = UserMap(id="User-Name", extra={"class": "Class", "filter": "Filter-Id"})
    with impostor(lambda r: [signed(r, ACCEPT, said)]) as server:
        user = asking(server, users=users).check(typed())
    assert isinstance(user, User)
    assert dict(user.extra) == {"class": ["0xff00", "0x6b65790a"], "filter": ["é"]}


@pytest.mark.parametrize("said", [b"", attribute(27, b"\0\0\1"), attribute(11, b"staff")])
def test_an_answer_that_makes_no_user_is_a_mistake_and_no_sign_in(said: bytes) -> None:
    users = UserMap(id="Session-Timeout")
    with impostor(lambda r: [signed(r, ACCEPT, said)]) as server, pytest.raises(CallbackError):
        asking(server, users=users).check(typed())


@pytest.mark.parametrize("states", [0, 2])
def test_a_challenge_without_its_state_is_a_mistake(states: int) -> None:
    """Else the code would go for a password."""
    said = attribute(24, b"state") * states
    with impostor(lambda r: [signed(r, CHALLENGE, said)]) as server, pytest.raises(CallbackError):
        asking(server).check(typed())


@pytest.mark.parametrize(
    ("code", "said", "logged"),
    [
        (ACCEPT, attribute(1, b"root"), "radius-another-user"),
        (CHALLENGE, attribute(24, b"again"), "radius-second-challenge"),
        (REJECT, b"", ""),
    ],
)
def test_a_challenge_is_over_unless_the_same_person_is_accepted(
    code: int, said: bytes, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    def answers(request: Request) -> list[bytes]:
        if request.all(24):
            return [signed(request, code, said)]
        return [signed(request, CHALLENGE, attribute(24, b"\xff0x41"))]

    with impostor(answers) as server:
        directory = asking(server, method="token")
        challenge = directory.check(typed())
        assert isinstance(challenge, Challenge)
        assert challenge.methods == ("token",)
        assert not directory.answer_challenge(challenge.state, "123456")
        assert server.requests[-1].all(24) == [b"\xff0x41"]
        assert server.requests[-1].password() == b"123456"
    assert [each.code for each in caplog.records] == ([logged] if logged else [])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "state",
    [
        *(None, {}, [], {"server": 1}),
        {"server": "s", "name": "n", "user": "u", "state": "é", "message": ""},
        {"server": "s", "name": "n", "user": "u", "state": "eA==", "message": None},
    ],
)
def test_a_state_that_is_none_is_refused_unasked(state: object) -> None:
    with impostor(lambda r: [signed(r)]) as server:
        assert not asking(server).answer_challenge({"radius": state}, "123456")
        assert not asking(server).answer_challenge({}, "123456")
        assert server.requests == []


def test_pyrad_checks_what_we_leave_to_it() -> None:
    """If this changes, `Question.read` has to do it."""
    asked = question()
    packet = AuthPacket(id=42, secret=SECRET.encode(), authenticator=b"\x2a" * 16)
    for lie in ("another identifier", "another secret", "a wrong Response Authenticator"):
        [raw] = LIES[lie](Request(asked.raw))
        assert not packet.VerifyReply(packet.CreateReply(packet=raw), raw)
