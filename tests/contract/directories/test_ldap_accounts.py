"""Which accounts of a real slapd may be used, who is told why not, and whose a name is."""

import os
import socket
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from nextauth import User
from nextauth.directories import UserMap
from nextauth.directories.ldap import LdapDirectory
from nextauth.directories.ldap.connections import Connection
from nextauth.errors import CallbackError, CredentialsSignin, SystemUnavailable
from nextauth.models import SubmittedCredentials
from tests.contract.directories.contract import NAME, OTHER, OTHER_PASSWORD, PASSWORD
from tests.contract.directories.test_ldap import DIRECT, PEOPLE, USERS, directory_at, dn_of
from tests.slapd import BASE, READER, READER_PASSWORD, Slapd, running_slapd

pytestmark = pytest.mark.service

GUID = UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")


def person(name: str, *lines: str) -> str:
    head = f"dn: {dn_of(name)}\nobjectClass: inetOrgPerson\nobjectClass: accountOfOthers\n"
    own = (f"uid: {name}", *lines, f"cn: {name}", f"sn: {name}", f"userPassword: {PASSWORD}")
    return head + "".join(f"{line}\n" for line in own)


STATES = {
    "disabled-ad": ("disabled", ["userAccountControl: 514"]),
    "disabled-389": ("disabled", ["nsAccountLock: true"]),
    "expired-ad": ("expired", ["userAccountControl: 512", "accountExpires: 132223104000000000"]),
    "expired-unix": ("expired", ["shadowExpire: 18000"]),
    "change-ad": ("must_change", ["userAccountControl: 512", "pwdLastSet: 0"]),
    "change-policy": ("must_change", ["pwdReset: TRUE"]),
    "overdue-policy": (
        "must_change",
        [f"pwdPolicySubentry: cn=strict,{BASE}", "pwdChangedTime: 20200101000000Z"],
    ),
}
FINE = {
    "never-ad": ["userAccountControl: 512", "accountExpires: 9223372036854775807"],
    "zero-ad": ["userAccountControl: 512", "accountExpires: 0", "pwdLastSet: 132223104000000000"],
    "stays-ad": ["userAccountControl: 66048", "pwdLastSet: 0"],
    "never-unix": ["shadowExpire: -1"],
}


def entries(elsewhere: int) -> str:
    """All entries; what is elsewhere is said to be at a port."""
    referral = (
        f"dn: ou=elsewhere,{BASE}\nobjectClass: referral\nobjectClass: extensibleObject\n"
        f"ou: elsewhere\nref: ldap://127.0.0.1:{elsewhere}/{BASE}\n"
    )
    return "\n".join(
        [
            PEOPLE,
            *(person(name, *lines) for name, (_, lines) in STATES.items()),
            *(person(name, *lines) for name, lines in FINE.items()),
            person("guessed", f"pwdPolicySubentry: cn=strict,{BASE}"),
            person("pair1", "mail: pair@example.com"),
            person("pair2", "mail: pair@example.com"),
            person("twin1", "mail: twin@example.com"),
            person("twin2", "mail: twin@example.com"),
            person("twin3", "mail: twin@example.com"),
            person("two-names", "uid: second-name"),
            person("guid", f"objectGUID:: {b64encode(GUID.bytes_le).decode()}"),
            person("picture", "jpegPhoto:: /9j/4AAQ/w=="),
            person("josé"),
            f"dn: cn=closed,{BASE}\nobjectClass: person\nsn: x\nuserPassword: {PASSWORD}\n",
            referral,
        ]
    )


@pytest.fixture(scope="module")
def elsewhere() -> Generator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        yield listening


@pytest.fixture(scope="module")
def slapd(elsewhere: socket.socket) -> Generator[Slapd]:
    everybody = entries(elsewhere.getsockname()[1])
    with running_slapd(everybody, policy="ppolicy_use_lockout") as server:
        yield server


def check(directory: LdapDirectory, name: str = NAME, password: str = PASSWORD) -> User | None:
    return directory.check(SubmittedCredentials({"username": name, "password": password}))


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("direct", [None, DIRECT], ids=["search", "direct"])
def test_a_state_is_told_after_the_right_password_only(
    slapd: Slapd, name: str, direct: str | None
) -> None:
    directory = directory_at(slapd.url, direct=direct)
    assert check(directory, name, "wrong") is None
    with pytest.raises(CredentialsSignin) as refused:
        check(directory, name)
    assert refused.value.public_code == STATES[name][0]


@pytest.mark.parametrize("name", FINE)
def test_what_looks_like_a_state_and_is_none(slapd: Slapd, name: str) -> None:
    directory = directory_at(slapd.url)
    user = check(directory, name)
    assert user is not None
    assert directory.revalidate(user)


def test_a_lock_by_guessing_is_not_told_and_ends_no_session(slapd: Slapd) -> None:
    directory = directory_at(slapd.url)
    user = check(directory, "guessed")
    assert user is not None
    for _ in range(3):
        assert check(directory, "guessed", "a guess") is None
    assert check(directory, "guessed") is None
    assert directory.revalidate(user)


@pytest.mark.parametrize("name", ["pair@example.com", "twin@example.com"])
def test_a_name_of_several_is_nobodys(slapd: Slapd, name: str) -> None:
    assert check(directory_at(slapd.url, search="(mail={username})"), name) is None


def test_a_name_may_have_a_part_that_is_not_typed(slapd: Slapd) -> None:
    directory = directory_at(slapd.url, search="(mail={username}@example.com)")
    user = check(directory)
    assert user is not None
    assert directory.revalidate(user)
    assert check(directory, "ada@example.com") is None


@pytest.mark.parametrize("direct", [None, DIRECT], ids=["search", "direct"])
@pytest.mark.parametrize("name", ["\uff41\uff44\uff41", "ada\u00ad", "ada\u200b", "ad\u034fa"])
def test_what_the_server_takes_for_the_same_name_is_not(
    slapd: Slapd, name: str, direct: str | None
) -> None:
    assert check(directory_at(slapd.url, direct=direct), name) is None


@pytest.mark.parametrize("direct", [None, DIRECT], ids=["search", "direct"])
def test_letters_beyond_ascii_are_found(slapd: Slapd, direct: str | None) -> None:
    directory = directory_at(slapd.url, direct=direct)
    for name in ("josé", "jose\u0301", "JOSÉ"):
        assert check(directory, name) is not None
    assert check(directory, "jose") is None


def test_a_guid_is_written_as_people_do_and_found_again(slapd: Slapd) -> None:
    directory = directory_at(slapd.url, users=UserMap(id="objectguid"))
    user = check(directory, "guid")
    assert user is not None
    assert user.id == str(GUID)
    assert directory.revalidate(user)
    for other in ("6f9619ff", str(UUID(int=1)), "*", "nobody"):
        assert not directory.revalidate(User(id=other))


def test_a_key_of_several_values_is_no_key(slapd: Slapd) -> None:
    with pytest.raises(CallbackError, match="several values"):
        check(directory_at(slapd.url, users=UserMap(id="uid")), "two-names")


def test_a_picture_is_no_text(slapd: Slapd) -> None:
    users = UserMap(id="entryUUID", image="jpegPhoto", extra={"photo": "jpegPhoto"})
    user = check(directory_at(slapd.url, users=users), "picture")
    assert user is not None
    assert (user.image, dict(user.extra)) == (None, {})


def test_a_referral_is_not_followed(slapd: Slapd, elsewhere: socket.socket) -> None:
    directory = directory_at(slapd.url)
    assert check(directory) is not None
    assert check(directory, "nobody") is None
    assert check(directory_at(slapd.url, direct=f"uid={{username}},ou=elsewhere,{BASE}")) is None
    with pytest.raises(BlockingIOError):
        elsewhere.accept()


def test_without_a_password_nothing_is_bound(slapd: Slapd) -> None:
    directory = directory_at(slapd.url)
    connection = Connection(directory._options, slapd.url, directory._patience)
    # The server itself would say yes to it.
    connection._answer(connection._ldap.simple_bind(dn_of(NAME), ""))
    assert not connection.bind_person(dn_of(NAME), "").is_right
    assert not connection.bind_person("", PASSWORD).is_right
    connection.close()
    for direct in (None, DIRECT):
        for password in ("", " ", "\t", "\0", f"\0{PASSWORD}", f"{PASSWORD}\0"):
            assert check(directory_at(slapd.url, direct=direct), NAME, password) is None


def test_a_person_s_connection_is_never_the_service_s(slapd: Slapd) -> None:
    directory = directory_at(slapd.url)
    for password in ("wrong", PASSWORD, "wrong"):
        check(directory, NAME, password)
        kept = [each._ldap.whoami_s() for _, each in directory._pool._idle]
        assert kept == [f"dn:{READER}"]


def test_without_a_service_account_nobody_is_vouched_for(slapd: Slapd) -> None:
    directory = LdapDirectory(slapd.url, base=BASE, users=USERS, direct=DIRECT)
    user = check(directory)
    assert user is not None
    assert user.name == "Ada Lovelace"
    assert check(directory, NAME, "wrong") is None
    assert not directory.revalidate(user)


def test_an_entry_that_may_not_be_read_is_trouble(slapd: Slapd) -> None:
    direct = f"cn={{username}},{BASE}"
    directory = LdapDirectory(slapd.url, base=BASE, users=USERS, direct=direct)
    assert check(directory, "closed", "wrong") is None
    with pytest.raises(SystemUnavailable, match="may not be read"):
        check(directory, "closed")


def test_people_may_be_searched_by_anybody_where_the_server_allows_it() -> None:
    with running_slapd(PEOPLE, others="read") as slapd:
        directory = LdapDirectory(slapd.url, base=BASE, users=USERS, anonymous=True)
        user = check(directory)
        assert user is not None
        assert check(directory, NAME, "wrong") is None
        assert directory.revalidate(user)


def test_many_at_once_get_their_own_answers(slapd: Slapd) -> None:
    directory = directory_at(slapd.url, pool_size=2)
    ready = threading.Barrier(8)

    def both(number: int) -> bool:
        name, password, wrong = (
            (NAME, PASSWORD, OTHER_PASSWORD) if number % 2 else (OTHER, OTHER_PASSWORD, PASSWORD)
        )
        ready.wait(60)
        for _ in range(15):
            user = check(directory, name, password)
            shown = "Ada Lovelace" if name == NAME else "Grace Hopper"
            if user is None or user.name != shown or check(directory, name, wrong) is not None:
                return False
        return len(directory._pool._idle) <= 2

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(both, range(8)))


_FORKING = """
import os, sys
from nextauth.directories import UserMap
from nextauth.directories.ldap import LdapDirectory
from nextauth.models import SubmittedCredentials
url, base, dn, service, name, password = sys.argv[1:]
people = UserMap(id="entryUUID")
directory = LdapDirectory(url, base=base, users=people, bind_dn=dn, bind_password=service)
given = SubmittedCredentials({"username": name, "password": password})
user = directory.check(given)
kept = directory._pool._idle[0][1]
child = os.fork()
if child == 0:
    same = directory.check(given) == user and directory._pool._idle[0][1] is not kept
    os._exit(0 if same else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert directory._pool._idle[0][1] is kept
assert directory.revalidate(user)
assert directory._pool._idle[0][1] is kept, "the child closed its parent's connection"
"""


def test_a_forked_server_has_connections_of_its_own(slapd: Slapd) -> None:
    arguments = [slapd.url, BASE, READER, READER_PASSWORD, NAME, PASSWORD]
    source = Path(__file__).parents[3] / "src"
    subprocess.run(
        [sys.executable, "-c", _FORKING, *arguments],
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
