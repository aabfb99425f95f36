"""Nothing that a person types changes what a filter or a DN means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap.dn import str2dn  # type: ignore[import-untyped]

from nextauth.directories.ldap.answers import dn_key
from nextauth.directories.ldap.connections import Connection
from nextauth.directories.ldap.entries import Entry, identifier_octets
from nextauth.directories.ldap.groups import LdapGroups
from nextauth.directories.ldap.options import ServerOptions
from nextauth.directories.ldap.patience import Patience
from nextauth.directories.ldap.templates import DirectTemplate, SearchTemplate, escaped, filled

ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64)


@given(ANY)
def test_an_escaped_value_has_no_character_that_means_something(text: str) -> None:
    kept = escaped(text).replace("\\", "")
    assert set(kept) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@")


@given(ANY)
def test_a_filter_holds_exactly_what_was_typed(text: str) -> None:
    made = SearchTemplate("(&(uid={username})(objectClass=person))").of(text)
    value = made.removeprefix("(&(uid=").removesuffix(")(objectClass=person))")
    assert unescaped(value) == text.encode()


@given(ANY.filter(lambda text: "\0" not in text))
def test_a_dn_holds_exactly_what_was_typed(text: str) -> None:
    dn = DirectTemplate("uid={username},ou=people,dc=example").of(text)
    parsed = str2dn(dn)
    assert [rdn[0][0] for rdn in parsed] == ["uid", "ou", "dc"]
    assert parsed[0][0][1] == text


def unescaped(value: str) -> bytes:
    """Read a filter's value as RFC 4515 says."""
    octets, at = bytearray(), 0
    while at < len(value):
        if value[at] == "\\":
            octets.append(int(value[at + 1 : at + 3], 16))
            at += 3
        else:
            octets += value[at].encode()
            at += 1
    return bytes(octets)


@pytest.mark.parametrize(
    ("typed", "kept", "is_it"),
    [
        ("ada", "ada", True),
        ("ADA", "ada", True),
        ("Straße", "STRASSE", True),
        ("jose\u0301", "josé", True),
        ("\uff41\uff44\uff41", "ada", False),
        ("ada\u200b", "ada", False),
        ("jose", "josé", False),
        ("ada", "adam", False),
        ("*", "ada", False),
    ],
)
def test_an_entry_has_a_name_but_for_case(typed: str, kept: str, *, is_it: bool) -> None:
    entry = Entry.of("uid=x", {"UID": [b"other", kept.encode()]})
    assert SearchTemplate("(uid={username})").names(entry, typed) is is_it
    assert DirectTemplate("uid={username},dc=example").names(entry, typed) is is_it


def test_one_of_several_attributes_may_have_the_name() -> None:
    template = SearchTemplate("(|(uid={username})(mail={username}@example.com))")
    entry = Entry.of("uid=x", {"uid": [b"ada"], "mail": [b"lovelace@example.com"]})
    assert template.attributes == ("uid", "mail")
    assert template.names(entry, "ada")
    assert template.names(entry, "lovelace")
    assert not template.names(entry, "lovelace@example.com")
    assert template.of_anybody == "(|(uid=*)(mail=*@example.com))"


def test_a_filter_for_groups_is_filled_from_the_entry() -> None:
    values = {"dn": "cn=a*)(b,dc=x", "uid": "(x)"}
    assert filled("(member={dn})", values) == "(member=cn\\3da\\2a\\29\\28b\\2cdc\\3dx)"
    assert filled("(memberUid={UID})", values) == "(memberUid=\\28x\\29)"
    assert filled("(gid={gidNumber})", values) is None


@pytest.mark.parametrize(
    "other",
    [
        "CN=Staff,DC=Example",
        "cn=staff, dc=example",
        "cn=\\73taff,dc=example",
        "cn = staff , dc = example",
    ],
)
def test_dns_that_are_equal_have_one_key(other: str) -> None:
    assert dn_key(other) == dn_key("cn=staff,dc=example")


@pytest.mark.parametrize(
    "other", ["cn=staff", "cn=staff,dc=example,dc=com", "cn=staff\\,dc=example"]
)
def test_dns_that_differ_have_keys_that_differ(other: str) -> None:
    assert dn_key(other) != dn_key("cn=staff,dc=example")


def test_an_attribute_that_names_no_group_gives_none() -> None:
    groups = LdapGroups(roles={"cn=staff,dc=example": "staff"}, attribute="info")
    nothing = Connection(ServerOptions(("ldap://127.0.0.1",)), "ldap://127.0.0.1", Patience())
    for text, roles in ((b"staff", []), (b"CN=Staff, DC=Example", ["staff"]), (b"\xff", [])):
        found = groups.of(Entry.of("uid=x", {"info": [b"no DN", text]}), nothing, "dc=example")
        assert groups.roles_of(found) == roles


def test_what_is_no_dn_has_no_key() -> None:
    for text in ("", "staff", "cn=staff,,", "\0", "cn=\ud800"):
        with pytest.raises(ValueError, match="no DN"):
            dn_key(text)


GUID = bytes.fromhex("ff19966f868b11d0b42d00c04fc964ff")
SID = bytes.fromhex("010500000000000515000000a065cf7e784b9b5fe77c8770091c0100")


def test_octets_of_active_directory_are_written_as_people_do() -> None:
    entry = Entry.of("cn=x", {"objectGUID": [GUID], "objectSid": [SID]})
    assert entry.text("objectguid") == "6f9619ff-8b86-d011-b42d-00c04fc964ff"
    # The example of MS-DTYP's readers everywhere.
    assert entry.text("OBJECTSID") == "S-1-5-21-2127521184-1604012920-1887927527-72713"
    assert identifier_octets("objectGUID", "6f9619ff-8b86-d011-b42d-00c04fc964ff") == GUID


@pytest.mark.parametrize("octets", [b"", b"\x01", GUID[:15], SID[:-1], b"\x01\xff" + b"\0" * 6])
def test_octets_that_are_cut_off_are_nothing(octets: bytes) -> None:
    entry = Entry.of("cn=x", {"objectGUID": [octets], "objectSid": [octets]})
    assert entry.texts("objectGUID") == []
    assert entry.texts("objectSid") == []


@given(st.binary(max_size=80))
def test_any_octets_are_read_or_left(octets: bytes) -> None:
    entry = Entry.of("cn=x", {name: [octets] for name in ("objectGUID", "objectSid", "cn")})
    for name in ("objectGUID", "objectSid", "cn"):
        assert all(isinstance(text, str) for text in entry.texts(name))


def test_a_key_that_cannot_have_been_has_no_octets() -> None:
    assert identifier_octets("objectGUID", "ada") is None
    assert identifier_octets("entryUUID", "\ud800") is None
    assert identifier_octets("entryUUID", "ada") == b"ada"


def test_attributes_are_found_in_any_spelling() -> None:
    entry = Entry.of("cn=x", {"MAIL": [b"a@x", b"b@x"], "cn": [b"Ada"], "photo": [b"\xff\xd8"]})
    assert entry.mapping(["mail", "CN", "photo", "sn"]) == {"mail": ["a@x", "b@x"], "CN": "Ada"}
