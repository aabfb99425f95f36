"""Shows that `nextauth demo` does what it says: its greeting, its curl lines, its end."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.browser.demo_site import ADA, ADAS_PASSWORD, DemoSite, command, running_demo

ROOT = Path(__file__).parents[2]


def needed(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"The program {program} is not on PATH.")
    return found


def test_the_greeting_names_the_address_and_two_users(demo: DemoSite) -> None:
    assert f"nextauth demo: {demo.origin}\n" in demo.greeting
    assert f"{ADA}  {ADAS_PASSWORD}\n" in demo.greeting
    assert "alan@example.com  enigma\n" in demo.greeting


def test_the_curl_lines_of_the_greeting_sign_in(demo: DemoSite, tmp_path: Path) -> None:
    needed("curl")
    done = subprocess.run(
        [needed("bash"), "-euo", "pipefail", "-c", demo.curl_lines],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["user"]["email"] == ADA


def test_ctrl_c_ends_the_demo_cleanly_and_the_next_start_finds_its_users(tmp_path: Path) -> None:
    database = tmp_path / "new" / "demo.db"
    for _ in range(2):
        with running_demo(database) as site:
            socket.create_connection(("127.0.0.1", site.port)).close()
        assert (site.exit_code, site.printed_later) == (0, "")
        kept = database.read_bytes()
        assert ADA.encode() in kept
        assert ADAS_PASSWORD.encode() not in kept


def test_a_port_that_is_taken_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        options = ["--host", "127.0.0.1", "--port", port, "--database", str(tmp_path / "demo.db")]
        done = subprocess.run(
            [command(), "demo", *options], capture_output=True, text=True, check=False, timeout=60
        )
    assert done.returncode != 0
    assert port in done.stderr
    assert "--port" in done.stderr
    assert "Sign in as" not in done.stdout
    assert "Traceback" not in done.stderr


def test_make_demo_starts_the_command_with_its_arguments() -> None:
    done = subprocess.run(
        [needed("make"), "--no-print-directory", "--dry-run", "demo", "ARGS=--port 8000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1].strip() == ".venv/bin/nextauth demo --port 8000"
