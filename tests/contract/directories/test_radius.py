"""RADIUS keeps the directories' contract, with Debian's FreeRADIUS behind it."""

import logging
from collections.abc import Generator
from pathlib import Path

import pytest

from nextauth import User
from nextauth.directories import UserMap
from nextauth.errors import SystemUnavailable
from tests.contract.directories.contract import (
    NAME,
    OTHER,
    OTHER_PASSWORD,
    PASSWORD,
    DirectoryContract,
    until_it_is_back,
)
from tests.contract.directories.radius_desk import RadiusDesk, at, peopled, radius, typed
from tests.freeradius import SECRET, FreeRadius, running_freeradius
from tests.unit.directories.radius_impostor import one_datagram

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[FreeRadius]:
    with running_freeradius(tmp_path_factory.mktemp("freeradius")) as server:
        yield server


@pytest.fixture
def server(running: FreeRadius) -> FreeRadius:
    return peopled(running)


@pytest.fixture
def desk(server: FreeRadius) -> Generator[RadiusDesk]:
    desk = RadiusDesk(server, radius(at(server.port)))
    yield desk
    desk.close()


class TestRadius(DirectoryContract):
    """What every directory does."""


def test_attributes_become_the_user(desk: RadiusDesk) -> None:
    user = desk.check()
    assert (user.id, user.name) == (NAME, NAME)
    assert dict(user.extra) == {"groups": ["staff", "admins"], "key": ["0xff00"]}
    assert dict(desk.check(OTHER, OTHER_PASSWORD).extra) == {}


def test_the_name_that_the_server_says_is_the_user_s(server: FreeRadius) -> None:
    server.add("ADA@staff", PASSWORD, {"User-Name": "ada.lovelace"})
    user = radius(at(server.port)).check(typed("ADA@staff", PASSWORD))
    assert isinstance(user, User)
    assert user.id == "ada.lovelace"


def test_names_and_passwords_that_pyrad_would_take_for_hexadecimal_are_text(
    server: FreeRadius,
) -> None:
    server.add("0x616461", "0x41")
    directory = radius(at(server.port))
    assert isinstance(directory.check(typed("0x616461", "0x41")), User)
    assert directory.check(typed("0x616461", "A")) is None
    assert directory.check(typed(NAME, "0x41")) is None


@pytest.mark.parametrize("password", ["é" * 64, "x" * 128, "x" * 16, " trailing ", "pässwörd%{1}"])
def test_passwords_arrive_as_they_were_typed(server: FreeRadius, password: str) -> None:
    server.add("someone", password)
    directory = radius(at(server.port))
    assert isinstance(directory.check(typed("someone", password)), User)
    assert directory.check(typed("someone", f"{password}x")) is None


def test_a_vendor_s_attributes_are_known_from_its_dictionary(
    server: FreeRadius, tmp_path: Path
) -> None:
    vendor = tmp_path / "dictionary.cisco"
    vendor.write_text(
        "VENDOR Cisco 9\nBEGIN-VENDOR Cisco\nATTRIBUTE Cisco-AVPair 1 string\nEND-VENDOR Cisco\n"
    )
    server.add("someone", PASSWORD, {"Cisco-AVPair": "shell:priv-lvl=15"})
    users = UserMap(id="User-Name", extra={"pairs": "Cisco-AVPair"})
    user = radius(at(server.port), users=users, dictionaries=[vendor]).check(
        typed("someone", PASSWORD)
    )
    assert isinstance(user, User)
    assert dict(user.extra) == {"pairs": ["shell:priv-lvl=15"]}


def test_the_next_server_is_asked_where_one_is_away_or_has_another_secret(
    server: FreeRadius,
) -> None:
    away = at(9)
    directory = radius(away, at(server.port))
    assert isinstance(directory.check(typed(NAME, PASSWORD)), User)
    assert directory.check(typed(NAME, "wrong")) is None
    stranger = radius(at(server.port, secret="another-secret-of-16"), timeout=0.2)
    with pytest.raises(SystemUnavailable, match="with this secret"):
        stranger.check(typed(NAME, PASSWORD))


def test_a_server_that_hangs_is_left_alone_and_asked_again_later(server: FreeRadius) -> None:
    only = at(server.port, failures=1)
    desk = RadiusDesk(server, radius(only, timeout=0.2))
    with server.hanging():
        with pytest.raises(SystemUnavailable, match="did not answer"):
            desk.check()
        with pytest.raises(SystemUnavailable):
            desk.check()
    patient = RadiusDesk(server, radius(only))
    until_it_is_back(patient)
    assert isinstance(patient.check(), User)
    for each in (desk, patient):
        each.close()


def test_a_server_that_signs_no_answers_lets_nobody_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Debian's FreeRADIUS, as it is without the line that the documentation asks for."""
    with running_freeradius(tmp_path, signs=False) as unsigned:
        unsigned.add(NAME, PASSWORD)
        directory = radius(at(unsigned.port), timer=one_datagram())
        with (
            caplog.at_level(logging.WARNING, "nextauth.directories"),
            pytest.raises(SystemUnavailable, match="Message-Authenticator"),
        ):
            directory.check(typed(NAME, PASSWORD))
    assert "CVE-2024-3596" in caplog.text
    assert PASSWORD not in caplog.text
    assert SECRET not in caplog.text


def test_whoever_may_not_be_asked_about_is_asked_about_by_the_application(
    server: FreeRadius,
) -> None:
    asked: list[User] = []

    def still_there(user: User) -> bool:
        asked.append(user)
        return user.id == NAME

    directory = radius(at(server.port), revalidate=still_there)
    assert directory.revalidate(User(id=NAME))
    assert not directory.revalidate(User(id=OTHER))
    assert [each.id for each in asked] == [NAME, OTHER]
    nobody = radius(at(server.port), revalidate=None)
    server.disable(NAME)
    assert nobody.revalidate(User(id=NAME))


def test_people_are_asked_about_by_their_name_where_another_attribute_is_their_key(
    server: FreeRadius,
) -> None:
    users = UserMap(id="Class", extra={"login": "User-Name"})
    directory = radius(at(server.port), users=users)
    user = directory.check(typed(NAME, PASSWORD))
    assert isinstance(user, User)
    assert user.id == "0xff00"
    assert directory.revalidate(user)
    server.disable(NAME)
    assert not directory.revalidate(user)
    assert not directory.revalidate(User(id="0xff00"))
