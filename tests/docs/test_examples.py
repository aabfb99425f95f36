"""Every Python block of README.md and docs/*.md runs, each as a complete program of its own.

A block whose first line is ``# continues`` is the next part of the program before it. A program
that makes a FastAPI application must end with a signed-in client called ``client``.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SECRET = "Zk8vQ2mX5tB9wR1yN4cJ7hD0sF3gL6pA-uE_iOaT"
CONTINUES = "# continues"
LONGEST_RUN = 60
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

# What a FastAPI example must have reached: its client is signed in, and signed in for real.
SIGNED_IN = """
if not auth.settings.only_reads:  # else there is no route to ask
    assert client.get(f"{auth.settings.base_path}/session").json()["user"], "nobody is signed in"
"""

POST_FORM = """
from starlette.testclient import TestClient

client = TestClient(
    app, base_url="http://localhost", headers={{"sec-fetch-site": "same-origin"}},
    follow_redirects=False,
)
answer = client.post({action!r}, data={fields!r})
print(answer.status_code, answer.headers["location"])
print(client.get("/api/auth/session").text)
"""


@dataclass
class Program:
    name: str
    text: str

    def run(self, folder: Path, then: str = "") -> str:
        """Run it as its reader would, with warnings as errors, and answer what it prints."""
        file = folder / "program.py"
        file.write_text(self.text + then, encoding="utf-8")
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AUTH_", "NEXTAUTH_"))
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", file],
            env={**environment, "AUTH_SECRET": SECRET},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN,
            check=False,
        )
        assert done.returncode == 0, f"{self.name} failed:\n{done.stderr}"
        return done.stdout


@dataclass
class Form(HTMLParser):
    """Where an HTML form posts to, and the names of its inputs."""

    action: str = ""
    method: str = ""
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action, self.method = given["action"], given["method"]
        elif tag == "input":
            self.names.append(given["name"])


def blocks_of(page: Path, language: str) -> list[tuple[int, str]]:
    """Answer the blocks of one language, each with the number of its first line."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, found.start("text")) + 1, found["text"])
        for found in _BLOCK.finditer(text)
        if found["language"] == language
    ]


def programs_of(page: Path) -> list[Program]:
    programs: list[Program] = []
    for line, text in blocks_of(page, "python"):
        if text.startswith(CONTINUES):
            programs[-1].text += text
        else:
            programs.append(Program(f"{page.name}:{line}", text))
    return programs


PROGRAMS = [program for page in PAGES for program in programs_of(page)]


def test_every_page_that_shows_code_is_found() -> None:
    shown = {program.name.partition(":")[0] for program in PROGRAMS}
    expected = {"README.md", "getting-started.md", "configuration.md", "frameworks.md"}
    assert expected <= shown


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_example_runs(program: Program, tmp_path: Path) -> None:
    is_fastapi = "FastAPI(" in program.text
    program.run(tmp_path, then=SIGNED_IN if is_fastapi else "")


def test_the_bare_form_of_the_readme_signs_in_to_the_program_above_it(tmp_path: Path) -> None:
    readme = PAGES[0]
    [(_, html)] = blocks_of(readme, "html")
    form = Form()
    form.feed(html)
    assert form.method == "post"
    [program] = [each for each in programs_of(readme) if "get_user_from_credentials" in each.text]

    def posted(password: str) -> tuple[str, object]:
        values = {"email": "ada@example.com", "password": password}
        fields = {name: values[name] for name in form.names}
        printed = program.run(tmp_path, then=POST_FORM.format(action=form.action, fields=fields))
        answer, session = printed.splitlines()
        return answer, json.loads(session)

    answer, session = posted("analytical")
    assert answer == "302 http://localhost"
    assert isinstance(session, dict)
    assert session["user"] == {"name": "Ada Lovelace", "email": "ada@example.com"}
    assert posted("wrong") == ("302 http://localhost/api/auth/error?error=AccessDenied", None)
