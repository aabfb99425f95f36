"""Every Python block of README.md and docs/*.md runs, each as a complete program of its own.

A program that makes a FastAPI application must end with a signed-in client called ``client``, but
for those that `test_from_nothing` signs in to.
"""

import ast
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.docs.programs import (
    FROM_NOTHING,
    PAGES,
    PROGRAMS,
    Block,
    Program,
    blocks_of,
    programs_of,
)
from tests.docs.testing_page import FILES

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

MADE_APART = "fastapi-users wants older versions of what is installed: make_fastapi_users runs it"
# Python that is neither run nor checked: where it stands, and why.
LEFT_OUT = {
    ("migrating-from-fastapi-nextauth-jwt.md", "Before and after"): "its library is not installed",
    ("migrating-from-fastapi-users.md", "What stays"): MADE_APART,
    ("migrating-from-fastapi-users.md", "Before and after"): MADE_APART,
    ("migrating-from-fastapi-users.md", "What fastapi-users goes on doing"): MADE_APART,
}
# What Python has, and the other languages of these pages have not.
STATEMENTS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.Assign, ast.AugAssign)


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


def test_every_page_that_shows_code_is_found() -> None:
    shown = {program.name.partition(":")[0] for program in PROGRAMS}
    expected = {"README.md", "getting-started.md", "configuration.md", "frameworks.md"}
    assert expected <= shown


def looks_like_python(block: Block) -> bool:
    try:
        return any(isinstance(node, STATEMENTS) for node in ast.parse(block.text).body)
    except SyntaxError:
        return False


def is_run_elsewhere(block: Block) -> bool:
    """Tell whether it is a file of docs/testing.md, which `test_testing_page` runs and checks."""
    return block.text.partition("\n")[2] in FILES.values()


def left_out() -> list[Block]:
    blocks = [block for page in PAGES for block in blocks_of(page) if block.language != "python"]
    return [block for block in blocks if looks_like_python(block) and not is_run_elsewhere(block)]


def test_no_python_is_left_out_but_what_is_listed() -> None:
    assert [(block.page.name, block.section) for block in left_out()] == list(LEFT_OUT)


def test_what_is_left_out_could_not_run(tmp_path: Path) -> None:
    for block in left_out():
        with pytest.raises(AssertionError, match="ModuleNotFoundError"):
            Program(block.name, block.section, block.text).run(tmp_path)


def test_every_block_has_a_language_and_every_comment_a_meaning() -> None:
    for page in PAGES:
        fences = re.findall(r"^```(\S*).*$", page.read_text("utf-8"), re.MULTILINE)
        assert fences[1::2] == [""] * (len(fences) // 2), page.name
        found = [block.language for block in blocks_of(page)]
        assert [language for language in fences[::2] if language] == found, page.name
        roles = {block.role for block in blocks_of(page)}
        assert roles <= {"", "file", "append", "run", "serve", "second terminal", "prints"}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_example_runs(program: Program, tmp_path: Path) -> None:
    must_sign_in = "FastAPI(" in program.text and program.section != FROM_NOTHING
    program.run(tmp_path, then=SIGNED_IN if must_sign_in else "")


def test_the_bare_form_of_the_readme_signs_in_to_the_program_above_it(tmp_path: Path) -> None:
    readme = PAGES[0]
    [html] = blocks_of(readme, "html")
    form = Form()
    form.feed(html.text)
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
