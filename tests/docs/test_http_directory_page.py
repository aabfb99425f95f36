"""What docs/directories/http.md shows works with a real login endpoint."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import nextauth.directories.http as public
from tests.docs.programs import ROOT, blocks_of, programs_of
from tests.login_api import SERVICE_KEY, Account, LoginApi

PAGE = ROOT / "docs" / "directories" / "http.md"
TEXT = PAGE.read_text(encoding="utf-8")

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
assert client.get("/").status_code == 401
assert enter("ada", "correct horse").status_code == 200
print(client.get("/").json())
"""


@pytest.fixture
def server() -> Iterator[LoginApi]:
    with LoginApi().running() as server:
        server.api.accounts["ada"] = Account("1", "correct horse", "ada@example.com")
        yield server


def test_the_program_signs_in(server: LoginApi, tmp_path: Path) -> None:
    [shown] = programs_of(PAGE)
    assert "https://login.example.com" in shown.text
    text = shown.text.replace("https://login.example.com", server.origin)
    text = text.replace('os.environ["SERVICE_KEY"]', repr(SERVICE_KEY))
    printed = replace(shown, text=text).run(tmp_path, then=THEN)
    assert printed == "Ada of ada@example.com, with a token\n"


def test_every_name_of_the_page_is_there() -> None:
    named = set(
        re.findall(r"\b(?:Status|JsonPath|HasCookie|RedirectTo|AccountStatus|Tokens)\b", TEXT)
    )
    assert named | {"HttpDirectory"} == set(public.__all__)


def test_the_page_is_one_program_and_one_command() -> None:
    assert [each.language for each in blocks_of(PAGE)] == ["shell", "python"]
