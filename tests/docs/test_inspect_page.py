"""docs/inspect.md lists every cause as the program has it, and shows what the command prints."""

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nextauth.cli.inspecting import Cause, as_json, inspected, read_pasted
from nextauth.cli.inspecting.sites import NamedSecret, Site
from nextauth.tokens import AuthjsCodec, Keyring
from tests.docs.programs import SECRET

PAGE = (Path(__file__).parents[2] / "docs" / "inspect.md").read_text("utf-8")
NAME = "__Secure-authjs.session-token"
PLAIN = "authjs.session-token"
SESSIONS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")


def sealed(name: str = NAME, *, now: int, pad: int = 0) -> str:
    """A session as the page has it: it began five minutes ago, and lasts for 30 days."""
    codec = AuthjsCodec(Keyring([SECRET]), cookie_name=name, entropy=bytes)
    claims = {
        "sub": "7",
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "iat": now - 300,
        "exp": now - 300 + 30 * 86_400 + 3600,
        "jti": "fd1c",
        **({"roles": "x" * pad} if pad else {}),
    }
    return codec.seal(claims)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder with the files that the page reads."""
    now = int(time.time())
    (tmp_path / "cookie.txt").write_text(f"Cookie: {NAME}={sealed(now=now)}", "utf-8")
    (tmp_path / "http.txt").write_text(f"Cookie: {PLAIN}={sealed(now=now)}", "utf-8")
    large = sealed(now=now, pad=3_000)
    lost = f"Cookie: {NAME}.0={large[:3936]}; theme=dark"
    (tmp_path / "large.txt").write_text(lost, "utf-8")
    (tmp_path / "secret.txt").write_text(SECRET, "utf-8")
    return tmp_path


@pytest.mark.parametrize("shown", SESSIONS, ids=[str(at) for at in range(len(SESSIONS))])
def test_the_sessions_that_are_shown_are_what_is_printed(shown: str, folder: Path) -> None:
    first, _, expected = shown.partition("\n")
    command, _, file = first.removeprefix("$ nextauth ").partition(" < ")
    assert file, first
    done = subprocess.run(
        [sys.executable, "-c", "from nextauth.cli import main; main()", *shlex.split(command)],
        input=(folder / file).read_text("utf-8"),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=60,
    )
    assert done.stderr == ""
    assert MOMENT.sub("DATE", done.stdout) == MOMENT.sub("DATE", expected)


def test_some_sessions_are_shown() -> None:
    assert len(SESSIONS) >= 3


def test_every_cause_has_its_row() -> None:
    shown = re.findall(r"^\| `[a-z-]+` \| .*\.? \| .* \|$", PAGE, re.MULTILINE)
    rows = [f"| `{each.code}` | {each.meaning} | {each.fix} |" for each in Cause]
    assert shown[-len(rows) :] == rows


def test_every_member_of_the_json_has_its_row() -> None:
    site = Site.with_secrets([NamedSecret("it", SECRET)], now=0)
    members = list(json.loads(as_json(inspected(read_pasted("a=b"), site))))
    _, _, table = PAGE.partition("\n## JSON\n")
    section = table.partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
    assert [name for row in rows for name in re.findall(r"`([a-z_]+)`", row)] == members
