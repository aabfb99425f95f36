"""Who is in which group of a real slapd: by memberOf, by a search, nested, and in very many."""

from collections.abc import Generator
from typing import Any

import pytest

from nextauth import User
from nextauth.directories.ldap import LdapDirectory, LdapGroups
from nextauth.errors import CredentialsSignin, SystemUnavailable
from nextauth.models import SubmittedCredentials
from tests.contract.directories.contract import NAME, OTHER, OTHER_PASSWORD, PASSWORD
from tests.contract.directories.test_ldap import PEOPLE, STAFF, directory_at, dn_of
from tests.slapd import BASE, Slapd, running_slapd

pytestmark = pytest.mark.service

BY_MEMBER = "(&(objectClass=groupOfNames)(member={dn}))"
ADMINS = f"cn=admins,ou=groups,{BASE}"
MANY = 1_500


def group(name: str, *members: str, base: str = f"ou=groups,{BASE}") -> str:
    listed = "".join(f"member: {member}\n" for member in members)
    return f"dn: cn={name},{base}\nobjectClass: groupOfNames\ncn: {name}\n{listed}\n"


UNIX = (
    f"dn: cn=unix,ou=groups,{BASE}\nobjectClass: posixGroup\ncn: unix\ngidNumber: 7\n"
    f"memberUid: {NAME}\n"
)
ENTRIES = "\n".join(
    [
        PEOPLE,
        # Its members are groups in a circle.
        group("top", f"cn=middle,ou=groups,{BASE}", f"cn=low,ou=groups,{BASE}"),
        group("middle", f"cn=low,ou=groups,{BASE}"),
        group("low", dn_of(NAME), f"cn=top,ou=groups,{BASE}"),
        group("crowd", *(dn_of(f"n{number}") for number in range(MANY)), dn_of(NAME)),
        f"dn: ou=many,{BASE}\nobjectClass: organizationalUnit\n",
        *(group(f"g{n:04}", dn_of(OTHER), base=f"ou=many,{BASE}") for n in range(MANY)),
        # Whoever may write here makes a group of a great name.
        f"dn: ou=own,ou=people,{BASE}\nobjectClass: organizationalUnit\n",
        group("admins", dn_of(NAME), base=f"ou=own,ou=people,{BASE}"),
        UNIX,
    ]
)


@pytest.fixture(scope="module")
def slapd() -> Generator[Slapd]:
    with running_slapd(ENTRIES) as server:
        yield server


@pytest.fixture
def admins(slapd: Slapd) -> Generator[None]:
    """A group that is made while the server runs: for those alone it keeps memberOf."""
    slapd.add(ADMINS, objectClass="groupOfNames", cn="admins", member=dn_of(NAME))
    yield
    slapd.remove(ADMINS)


def directory_with(slapd: Slapd, **options: Any) -> LdapDirectory:  # noqa: ANN401 - of each kind
    return directory_at(slapd.url, groups=LdapGroups(**options))


def check(directory: LdapDirectory, name: str = NAME, password: str | None = None) -> User | None:
    right = PASSWORD if name == NAME else OTHER_PASSWORD
    given = {"username": name, "password": right if password is None else password}
    return directory.check(SubmittedCredentials(given))


def roles(directory: LdapDirectory, name: str = NAME) -> object:
    user = check(directory, name)
    assert user is not None
    return user.extra["roles"]


def test_member_of_gives_roles(slapd: Slapd, admins: None) -> None:
    given = {ADMINS.upper().replace(",", ", "): ["admin", "author"], STAFF: "staff"}
    assert roles(directory_with(slapd, roles=given)) == ["admin", "author"]
    assert roles(directory_with(slapd, roles=given), OTHER) == []


def test_a_search_gives_roles(slapd: Slapd) -> None:
    directory = directory_with(slapd, roles={STAFF: "staff"}, search=BY_MEMBER)
    assert roles(directory) == ["staff"]


def test_a_group_may_list_names_in_place_of_dns(slapd: Slapd) -> None:
    unix = {f"cn=unix,ou=groups,{BASE}": "unix"}
    directory = directory_with(slapd, roles=unix, search="(memberUid={uid})")
    assert roles(directory) == ["unix"]
    assert roles(directory, OTHER) == []


def test_a_group_of_the_same_short_name_gives_nothing(slapd: Slapd) -> None:
    assert roles(directory_with(slapd, roles={ADMINS: "admin"}, search=BY_MEMBER)) == []


@pytest.mark.parametrize("search", [None, BY_MEMBER])
def test_who_is_in_no_required_group_is_told_so_after_the_password(
    slapd: Slapd, admins: None, search: str | None
) -> None:
    directory = directory_with(slapd, required=[ADMINS], search=search)
    assert check(directory) is not None
    with pytest.raises(CredentialsSignin) as refused:
        check(directory, OTHER)
    assert refused.value.public_code == "not_a_member"
    assert check(directory, OTHER, "wrong") is None


def test_groups_of_groups_count_if_they_shall(slapd: Slapd) -> None:
    top = [f"cn=top,ou=groups,{BASE}"]
    with pytest.raises(CredentialsSignin):
        check(directory_with(slapd, required=top, search="(member={dn})"))
    nested = directory_with(slapd, required=top, search="(member={dn})", nested=True)
    assert check(nested) is not None
    with pytest.raises(CredentialsSignin):
        check(nested, OTHER)


def test_a_group_of_very_many_is_one_group(slapd: Slapd) -> None:
    crowd = f"cn=crowd,ou=groups,{BASE}"
    directory = directory_with(slapd, roles={crowd: "one of many"}, search=BY_MEMBER)
    assert roles(directory) == ["one of many"]
    assert roles(directory, OTHER) == []


def test_very_many_groups_are_read_page_by_page(slapd: Slapd) -> None:
    last = f"cn=g{MANY - 1:04},ou=many,{BASE}"
    given = {last: "last", f"cn=g0000,ou=many,{BASE}": "first"}
    directory = directory_with(slapd, roles=given, search=BY_MEMBER)
    assert roles(directory, OTHER) == ["first", "last"]


def test_more_groups_than_anybody_has_are_trouble(slapd: Slapd) -> None:
    directory = directory_with(slapd, required=[STAFF], search=BY_MEMBER, most=1_000)
    with pytest.raises(SystemUnavailable, match="most=1000"):
        check(directory, OTHER)
    assert check(directory) is not None


def test_who_left_the_group_or_lost_a_role_is_signed_out(slapd: Slapd, admins: None) -> None:
    required = directory_with(slapd, required=[ADMINS])
    given = directory_with(slapd, roles={ADMINS: "admin"}, search=BY_MEMBER)
    user, admin, nobody = check(required), check(given), check(given, OTHER)
    assert user is not None
    assert admin is not None
    assert nobody is not None
    assert required.revalidate(user)
    assert given.revalidate(admin)
    slapd.set(ADMINS, member=dn_of(OTHER))
    assert not required.revalidate(user)
    assert not given.revalidate(admin)
    assert given.revalidate(nobody)  # who has one more stays as they are


def test_what_no_directory_of_ours_understands_finds_nothing(slapd: Slapd) -> None:
    rule = "(member:1.2.840.113556.1.4.1941:={dn})"  # slapd is no Active Directory
    assert roles(directory_with(slapd, roles={STAFF: "staff"}, search=rule)) == []
