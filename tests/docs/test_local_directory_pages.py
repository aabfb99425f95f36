"""The pages about htpasswd, Django and PAM hold complete programs, and each signs Ada in."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.directories.pam_machine import SERVICE, Machine
from tests.docs.programs import ROOT, SECRET, Program, programs_of

PAGES = ROOT / "docs" / "directories"
PAM = """
from fastapi.testclient import TestClient

client = TestClient(app, base_url="http://localhost", headers={"sec-fetch-site": "same-origin"})
client.post(
    "/api/auth/callback/credentials", data={"username": "ada", "password": "analytical"}
)
print(client.get("/api/auth/session").json()["user"]["name"])
"""


def program_of(page: str) -> Program:
    [program] = [each for each in programs_of(PAGES / page) if "FastAPI(" in each.text]
    return program


@pytest.mark.parametrize(
    ("page", "name"), [("htpasswd.md", "'name': 'ada'"), ("django.md", "'name': 'Ada'")]
)
def test_the_program_signs_ada_in(page: str, name: str, tmp_path: Path) -> None:
    then = 'print(client.get("/api/auth/session").json()["user"])\n'
    assert name in program_of(page).run(tmp_path, then=then)


def test_the_program_of_pam_signs_ada_in(tmp_path: Path) -> None:
    machine = Machine(tmp_path, {"ada": "analytical"})
    program = program_of("pam.md")
    assert SERVICE in program.text
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program.text + PAM],
        env={**machine.environment, "AUTH_SECRET": SECRET},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "ada\n"
