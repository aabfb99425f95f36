"""A real slapd keeps the contract of directories, however people are found and reached."""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nextauth import User
from nextauth.directories import Breaker, UserMap
from nextauth.directories.ldap import LdapDirectory, LdapGroups
from nextauth.errors import SystemUnavailable
from tests.contract.directories.contract import (
    NAME,
    OTHER,
    OTHER_PASSWORD,
    PASSWORD,
    Desk,
    DirectoryContract,
    until_it_is_back,
)
from tests.slapd import BASE, READER, READER_PASSWORD, Slapd, running_slapd
from tests.slapd_authority import LdapAuthority

pytestmark = pytest.mark.service

USERS = UserMap(id="entryUUID", name="cn", email="mail", extra={"phones": "telephoneNumber"})
STAFF = f"cn=staff,ou=groups,{BASE}"
DIRECT = f"uid={{username}},ou=people,{BASE}"
PEOPLE = f"""
dn: uid={NAME},ou=people,{BASE}
objectClass: inetOrgPerson
objectClass: accountOfOthers
uid: {NAME}
cn: Ada Lovelace
sn: Lovelace
mail: ada@example.com
telephoneNumber: +44 1
telephoneNumber: +44 2
userPassword: {PASSWORD}

dn: uid={OTHER},ou=people,{BASE}
objectClass: inetOrgPerson
objectClass: accountOfOthers
uid: {OTHER}
cn: Grace Hopper
sn: Hopper
userPassword: {OTHER_PASSWORD}

dn: {STAFF}
objectClass: groupOfNames
cn: staff
member: uid={NAME},ou=people,{BASE}
member: uid={OTHER},ou=people,{BASE}
"""


def dn_of(name: str) -> str:
    return f"uid={name},ou=people,{BASE}"


def directory_at(url: str | Sequence[str], **options: Any) -> LdapDirectory:  # noqa: ANN401 - of each kind
    """Make a directory that does not wait long."""
    service = {"bind_dn": READER, "bind_password": READER_PASSWORD}
    usual = {"base": BASE, "users": USERS, "breaker": Breaker("slapd", pause=0.1)}
    return LdapDirectory(url, **{**usual, **service, **options})


class SlapdDesk(Desk):
    """The desk of a slapd; what is disabled is enabled again when it is closed."""

    def __init__(self, slapd: Slapd, directory: LdapDirectory, disabled: dict[str, str]) -> None:
        super().__init__(directory)
        self.slapd = slapd
        self._disabled = disabled
        self._names: list[str] = []

    def disable(self, name: str) -> None:
        self._names.append(name)
        self.slapd.set(dn_of(name), **self._disabled)

    def close(self) -> None:
        super().close()
        for name in self._names:
            self.slapd.set(dn_of(name), **dict.fromkeys(self._disabled))

    @contextmanager
    def stopped(self) -> Generator[None]:
        with self.slapd.stopped():
            yield


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> LdapAuthority:
    return LdapAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def slapd(authority: LdapAuthority) -> Generator[Slapd]:
    with running_slapd(PEOPLE, certificate=authority.issue()) as server:
        yield server


LOCKED = {"pwdAccountLockedTime": "000001010000Z"}
INACTIVE = {"nsAccountLock": "TRUE"}
DISABLED = {"userAccountControl": "514"}


class TestSearch(DirectoryContract):
    """People are searched by a service account; an administrator locks one (ppolicy)."""

    @pytest.fixture
    def desk(self, slapd: Slapd) -> Generator[Desk]:
        desk = SlapdDesk(slapd, directory_at(slapd.url), LOCKED)
        yield desk
        desk.close()


class TestDirect(DirectoryContract):
    """A DN is made of the name; the account is disabled as 389 Directory Server does it."""

    @pytest.fixture
    def desk(self, slapd: Slapd) -> Generator[Desk]:
        desk = SlapdDesk(slapd, directory_at(slapd.url, direct=DIRECT), INACTIVE)
        yield desk
        desk.close()


class TestStartTls(DirectoryContract):
    """TLS is started; the account is disabled as Active Directory does it; a group is required."""

    @pytest.fixture
    def desk(self, slapd: Slapd, authority: LdapAuthority) -> Generator[Desk]:
        directory = directory_at(
            slapd.url,
            start_tls=True,
            ca_file=authority.file,
            search="(|(uid={username})(mail={username}))",
            groups=LdapGroups(required=[STAFF], search="(member={dn})"),
        )
        desk = SlapdDesk(slapd, directory, DISABLED)
        yield desk
        desk.close()


class TestTls(DirectoryContract):
    """TLS from the start."""

    @pytest.fixture
    def desk(self, slapd: Slapd, authority: LdapAuthority) -> Generator[Desk]:
        directory = directory_at(slapd.tls_url, ca_file=authority.file)
        desk = SlapdDesk(slapd, directory, LOCKED)
        yield desk
        desk.close()


@pytest.fixture
def desks() -> Generator[list[Desk]]:
    made: list[Desk] = []
    yield made
    for desk in made:
        desk.close()


def desk_of(desks: list[Desk], url: str | Sequence[str], **options: Any) -> Desk:  # noqa: ANN401 - of each kind
    desk = Desk(directory_at(url, **options))
    desks.append(desk)
    return desk


def test_a_user_is_what_the_map_says(slapd: Slapd, desks: list[Desk]) -> None:
    user = desk_of(desks, slapd.url).check()
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", user.id)
    assert (user.name, user.email, user.image) == ("Ada Lovelace", "ada@example.com", None)
    assert dict(user.extra) == {"phones": ["+44 1", "+44 2"]}


def test_over_a_socket_no_tls_is_needed(slapd: Slapd, desks: list[Desk]) -> None:
    assert desk_of(desks, slapd.socket_url).check().name == "Ada Lovelace"


def test_names_in_capitals_are_the_same_person(slapd: Slapd, desks: list[Desk]) -> None:
    desk = desk_of(desks, slapd.url)
    assert desk.check("ADA").id == desk.check().id


@pytest.mark.parametrize("start_tls", [True, False])
@pytest.mark.parametrize(
    "trusted", ["another authority", "none of ours"], ids=["wrong-ca", "system-ca"]
)
def test_a_certificate_of_nobody_we_trust_is_refused(
    slapd: Slapd, desks: list[Desk], tmp_path: Path, trusted: str, *, start_tls: bool
) -> None:
    ca_file = LdapAuthority(tmp_path, trusted).file if trusted == "another authority" else None
    url = slapd.url if start_tls else slapd.tls_url
    desk = desk_of(desks, url, start_tls=start_tls, ca_file=ca_file)
    for _ in range(2):
        with pytest.raises(SystemUnavailable):
            desk.check()


@pytest.mark.parametrize("start_tls", [True, False])
@pytest.mark.parametrize("wrong", ["name", "time"])
def test_a_certificate_of_another_name_or_time_is_refused(
    desks: list[Desk], tmp_path: Path, wrong: str, *, start_tls: bool
) -> None:
    authority = LdapAuthority(tmp_path)
    host = "ldap.example.net" if wrong == "name" else "127.0.0.1"
    certificate = authority.issue(host, is_expired=wrong == "time")
    with running_slapd(PEOPLE, certificate=certificate) as slapd:
        url = slapd.url if start_tls else slapd.tls_url
        desk = desk_of(desks, url, start_tls=start_tls, ca_file=authority.file)
        with pytest.raises(SystemUnavailable):
            desk.check()


def test_a_server_that_cannot_start_tls_gets_no_password(
    authority: LdapAuthority, desks: list[Desk]
) -> None:
    with running_slapd(PEOPLE) as slapd:
        desk = desk_of(desks, slapd.url, start_tls=True, ca_file=authority.file)
        with pytest.raises(SystemUnavailable, match="StartTLS failed"):
            desk.check()
        assert isinstance(desk_of(desks, slapd.url).check(), User)


@pytest.mark.parametrize("way", ["plain", "start-tls", "tls"])
def test_a_server_that_hangs_is_one_that_cannot_be_asked(
    slapd: Slapd, authority: LdapAuthority, desks: list[Desk], way: str
) -> None:
    desk = desk_of(
        desks,
        slapd.tls_url if way == "tls" else slapd.url,
        start_tls=way == "start-tls",
        ca_file=None if way == "plain" else authority.file,
        connect_timeout=1.0,
        timeout=1.0,
        breaker=Breaker("slapd", failures=3, pause=0.1),
    )
    until_it_is_back(desk)
    with slapd.hanging():
        for _ in range(4):  # on a connection that is kept, on new ones, and with the breaker open
            with pytest.raises(SystemUnavailable):
                desk.check()
    until_it_is_back(desk)
    assert isinstance(desk.check(), User)


def test_the_second_server_is_asked_if_the_first_is_down(
    slapd: Slapd, authority: LdapAuthority, desks: list[Desk]
) -> None:
    with running_slapd(PEOPLE, certificate=authority.issue()) as first:
        desk = desk_of(desks, [first.tls_url, slapd.tls_url], ca_file=authority.file)
        assert isinstance(desk.check(), User)
        with first.stopped():
            assert isinstance(desk.check(), User)
            assert desk.check(NAME, "wrong") is None


def test_a_service_account_that_is_refused_is_no_wrong_password(
    slapd: Slapd, desks: list[Desk]
) -> None:
    desk = desk_of(desks, slapd.url, bind_password="of last year")
    with pytest.raises(SystemUnavailable, match="service account") as caught:
        desk.check()
    assert "of last year" not in str(caught.value)


def test_a_base_that_is_not_there_is_told_as_trouble(slapd: Slapd, desks: list[Desk]) -> None:
    desk = desk_of(desks, slapd.url, base=f"ou=nowhere,{BASE}")
    with pytest.raises(SystemUnavailable, match="ou=nowhere"):
        desk.check()


def test_kept_connections_survive_a_restart_without_a_refusal(
    slapd: Slapd, desks: list[Desk]
) -> None:
    desk = desk_of(desks, slapd.url)
    user = desk.check()
    with slapd.stopped():
        pass
    assert desk.check() == user
    assert desk.revalidate(user)
