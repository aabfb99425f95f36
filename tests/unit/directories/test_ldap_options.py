"""What an LdapDirectory refuses when it is made, with the value and a fix."""

from pathlib import Path
from typing import Any

import pytest

from nextauth.directories import Directory, UserMap
from nextauth.directories.ldap import LdapDirectory, LdapGroups

BASE = "dc=example,dc=com"
SERVICE = {"bind_dn": f"cn=reader,{BASE}", "bind_password": "read-4-us"}
USUAL: dict[str, Any] = {"base": BASE, "users": UserMap(id="entryUUID"), **SERVICE}


def made(url: Any = "ldaps://ldap.example.com", **options: Any) -> LdapDirectory:  # noqa: ANN401
    return LdapDirectory(url, **{**USUAL, **options})


@pytest.mark.parametrize(
    "url",
    [
        "ldaps://ldap.example.com",
        "ldaps://ldap.example.com:3269/",
        "ldap://127.0.0.1:389",
        "ldap://127.8.8.8",
        "ldap://[::1]:389",
        "ldap://localhost",
        "ldapi://%2Frun%2Fslapd%2Fldapi",
        "ldapi:///",
        ["ldaps://one.example.com", "ldaps://two.example.com"],
    ],
)
def test_what_is_safe_is_taken(url: Any) -> None:  # noqa: ANN401
    directory = made(url)
    assert isinstance(directory, Directory)
    assert directory.account == "username"
    assert set(directory.fields) == {"username", "password"}


def test_start_tls_makes_a_plain_url_safe() -> None:
    assert "ldap.example.com" in repr(made("ldap://ldap.example.com", start_tls=True))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ldap://ldap.example.com", "start_tls=True"),
        ("ldap://10.0.0.1", "in clear"),
        ("ldap://localhost.example.com", "in clear"),
        ("ldap://127.0.0.1.example.com", "in clear"),
        ("ldap://[::2]", "in clear"),
        (["ldaps://one.example.com", "ldap://two.example.com"], "two.example.com"),
        ("http://ldap.example.com", "ldaps://HOST"),
        ("ldaps://", "ldaps://HOST"),
        ("ldap.example.com", "ldaps://HOST"),
        ("ldaps://ldap.example.com:port", "no URL"),
        ("ldaps://ldap.example.com/dc=example", "only"),
        ("ldaps://ldap.example.com/??sub?(uid=*)", "only"),
        ("ldaps://one.example.com ldap://two.example.com", "list"),
        ("ldap://127.0.0.1,two.example.com", "list"),
        ("ldap://127.0.0.1\n", "list"),
        ([], "no server"),
        (7, "ldaps://HOST"),
        ([7], "no URL"),
    ],
)
def test_what_would_send_a_password_in_clear_is_refused(url: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match=said):
        made(url)


def test_a_secret_in_a_url_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="only") as refused:
        made("ldaps://reader:read-4-us@ldap.example.com")
    assert "read-4-us" not in str(refused.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"base": "example.com"}, "no DN"),
        ({"base": ""}, "no DN"),
        ({"bind_dn": None}, "go together"),
        ({"bind_password": None}, "go together"),
        ({"bind_password": ""}, "go together"),
        ({"bind_dn": ""}, "go together"),
        ({"bind_dn": None, "bind_password": None}, "anonymous=True"),
        ({"anonymous": True}, "use one"),
        ({"start_tls": True}, "ldap:// only"),
        ({"ca_file": "/no/such/file.pem"}, "no file"),
        ({"timeout": 0}, "timeout"),
        ({"connect_timeout": float("nan")}, "connect_timeout"),
        ({"connect_timeout": 301}, "connect_timeout"),
        ({"search": "uid={username}"}, "no filter"),
        ({"search": "(uid={username}"}, "no filter"),
        ({"search": ")(uid={username})("}, "no filter"),
        ({"search": "(uid=ada)"}, "compared as a whole"),
        ({"search": "(uid={name})"}, "compared as a whole"),
        ({"search": "(uid={username}*)"}, "compared as a whole"),
        ({"search": "(uid>={username})"}, "compared as a whole"),
        ({"search": "(uid~={username})"}, "compared as a whole"),
        ({"search": "(uid:caseExactMatch:={username})"}, "compared as a whole"),
        ({"search": "({username}=ada)"}, "compared as a whole"),
        ({"search": 7}, "no filter"),
        ({"direct": "ada"}, "begins with the name"),
        ({"direct": f"ou=people,uid={{username}},{BASE}"}, "begins with the name"),
        ({"direct": f"uid={{username}},cn={{username}},{BASE}"}, "begins with the name"),
        ({"direct": "{username}@example.com"}, "begins with the name"),
        ({"direct": "uid={username}", "search": "(uid={username})"}, "use one"),
        ({"account": "email"}, "no field"),
        ({"password": "pin"}, "no field"),
        (
            {
                "users": UserMap(id="entryUUID", extra={"roles": "memberOf"}),
                "groups": LdapGroups(roles={BASE: "x"}),
            },
            "use one",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_fix(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        made(**options)
    assert "read-4-us" not in str(refused.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"required": "cn=staff"}, "list"),
        ({"required": ["staff"]}, "no DN"),
        ({"roles": {"staff": "staff"}}, "no DN"),
        ({"roles": {"cn=staff": ""}}, "neither a role"),
        ({"roles": {"cn=staff": []}}, "neither a role"),
        ({"search": "(cn=staff)"}, "the same for everybody"),
        ({"search": "member={dn}"}, "no filter"),
        ({"nested": True}, "nested"),
        ({"nested": True, "search": "(memberUid={uid})"}, "nested"),
        ({"base": "groups"}, "no DN"),
    ],
)
def test_groups_that_cannot_be_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        LdapGroups(**options)


def test_it_says_nothing_of_its_secrets(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    directory = made(ca_file=tmp_path / "ca.pem")
    assert "read-4-us" not in repr(directory)
    assert "read-4-us" not in repr(directory._people)
