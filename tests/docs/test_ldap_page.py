"""What docs/directories/ldap.md shows works with a real slapd."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

import nextauth.directories.ldap as public
from nextauth.directories.ldap.states import STATE_ATTRIBUTES
from tests.docs.programs import ROOT, Program, programs_of
from tests.slapd import BASE, READER, READER_PASSWORD, Slapd, running_slapd
from tests.slapd_authority import LdapAuthority

pytestmark = pytest.mark.service

PAGE = ROOT / "docs" / "directories" / "ldap.md"
TEXT = PAGE.read_text(encoding="utf-8")
URL, CA_FILE, PASSWORD = (
    "ldaps://ldap.example.com",
    "/etc/ssl/certs/our-authority.pem",
    'os.environ["LDAP_PASSWORD"]',
)
PEOPLE = f"""
dn: uid=ada,ou=people,{BASE}
objectClass: inetOrgPerson
uid: ada
cn: Ada Lovelace
sn: Lovelace
mail: ada@example.com
userPassword: correct horse

dn: uid=eve,ou=people,{BASE}
objectClass: inetOrgPerson
uid: eve
cn: Eve
sn: Eve
userPassword: correct horse

dn: cn=staff,ou=groups,{BASE}
objectClass: groupOfNames
cn: staff
member: uid=ada,ou=people,{BASE}

dn: cn=admins,ou=groups,{BASE}
objectClass: groupOfNames
cn: admins
member: uid=ada,ou=people,{BASE}
"""
THEN = """
from starlette.testclient import TestClient

client = TestClient(
    app,
    base_url="http://localhost",
    headers={"Sec-Fetch-Site": "same-origin", "X-Auth-Return-Redirect": "1"},
)


def enter(name, password):
    form = {"username": name, "password": password, "callbackUrl": "/"}
    return client.post("/api/auth/callback/credentials", data=form)


assert enter("ada", "wrong").status_code == 401
assert "code=not_a_member" in enter("eve", "correct horse").json()["url"]
assert client.get("/").status_code == 401
assert enter("ada@example.com", "correct horse").status_code == 200
print(client.get("/").json())
"""


@pytest.fixture
def authority(tmp_path: Path) -> LdapAuthority:
    return LdapAuthority(tmp_path)


@pytest.fixture
def slapd(authority: LdapAuthority) -> Generator[Slapd]:
    with running_slapd(PEOPLE, certificate=authority.issue()) as server:
        yield server


def adapted(program: Program, ours: dict[str, str]) -> Program:
    text = program.text
    for shown, own in ours.items():
        assert shown in text
        text = text.replace(shown, own)
    return replace(program, text=text)


def test_the_program_signs_ada_in(slapd: Slapd, authority: LdapAuthority, tmp_path: Path) -> None:
    assert READER in TEXT
    shown, _ = programs_of(PAGE)
    ours = {URL: slapd.tls_url, CA_FILE: str(authority.file), PASSWORD: repr(READER_PASSWORD)}
    printed = adapted(shown, ours).run(tmp_path, then=THEN)
    assert printed == "Ada Lovelace is ['admin']\n"


def test_the_settings_for_active_directory_can_be_used(tmp_path: Path) -> None:
    _, shown = programs_of(PAGE)
    printed = adapted(shown, {PASSWORD: "'x'"}).run(tmp_path, then="print(people)\n")
    assert "dc2.corp.example.com" in printed


def test_every_name_of_the_page_is_there() -> None:
    assert [name for name in public.__all__ if name not in TEXT] == []
    assert [name for name in STATE_ATTRIBUTES if f"`{name}`" not in TEXT] == []
