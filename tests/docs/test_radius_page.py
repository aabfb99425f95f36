"""What docs/directories/radius.md shows works with Debian's FreeRADIUS, set up as the page says."""

import re
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.docs.programs import ROOT, blocks_of, programs_of
from tests.freeradius import SECRET, FreeRadius, running_freeradius

pytestmark = pytest.mark.service

PAGE = ROOT / "docs" / "directories" / "radius.md"
TEXT = PAGE.read_text(encoding="utf-8")
FIRST, SECOND = 'RadiusServer("192.0.2.10", secret)', 'RadiusServer("192.0.2.11", secret)'

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
assert enter("ada", "correct horse").status_code == 200
print(client.get("/").json())
client.post("/api/auth/signout")
assert enter("edith", "correct horse").json() == {"url": "http://localhost/api/auth/factor"}
assert client.get("/").status_code == 401
client.post("/api/auth/factor/radius", data={"code": "135790"})
print(client.get("/").json())
"""


@pytest.fixture
def server(tmp_path: Path) -> Generator[FreeRadius]:
    folder = tmp_path / "freeradius"
    folder.mkdir()
    with running_freeradius(folder) as server:
        server.add("ada", "correct horse", {"Filter-Id": "staff,admins"})
        server.add("edith", "correct horse", code="135790")
        yield server


def test_the_program_signs_in_with_and_without_a_token(server: FreeRadius, tmp_path: Path) -> None:
    [shown] = programs_of(PAGE)
    ours = f'RadiusServer("127.0.0.1", secret, port={server.port})'
    assert FIRST in shown.text
    assert SECOND in shown.text
    text = shown.text.replace(FIRST, 'RadiusServer("127.0.0.1", secret, port=9)')
    text = text.replace(SECOND, ours).replace('os.environ["RADIUS_SECRET"]', repr(SECRET))
    patient = text.replace('nas_identifier="intranet",', 'nas_identifier="intranet", timeout=30,')
    printed = replace(shown, text=patient).run(tmp_path, then=THEN)
    assert printed == "ada of staff, admins\nedith of \n"


def test_the_server_of_the_tests_is_set_up_as_the_page_says(server: FreeRadius) -> None:
    blocks = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 2
    configuration = " ".join(server.configuration.split())
    for block in blocks:
        assert " ".join(block.split()) in configuration
    assert "require_message_authenticator = yes" in TEXT
    assert "require_message_authenticator = yes" in configuration


def test_the_page_is_python_and_configuration_and_one_command() -> None:
    assert {each.language for each in blocks_of(PAGE)} == {"python", "shell", "text"}
