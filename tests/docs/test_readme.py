"""What README.md names is there: its commands are make targets, and its links lead somewhere."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} - {
    "docs/index.md",  # the same, within the documentation
    "docs/changelog.md",  # CHANGELOG.md, which is linked
}
_COMMAND = re.compile(r"\bmake ([a-z-]+)\b")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def test_the_two_commands_are_shown_first() -> None:
    first = re.search(r"^```shell\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert first is not None
    assert first[1].split("\n") == ["make demo", "make test", ""]


@pytest.mark.parametrize("target", sorted(set(_COMMAND.findall(README))))
def test_the_command_is_a_make_target(target: str) -> None:
    # --question runs nothing: it answers 2 for a target that no rule makes, else 0 or 1.
    done = subprocess.run(
        ["make", "--question", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr


@pytest.mark.parametrize("target", ["no-such-target"])
def test_a_command_that_is_no_target_would_be_noticed(target: str) -> None:
    done = subprocess.run(
        ["make", "--question", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode not in {0, 1}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_page_is_linked(page: str) -> None:
    assert page in _LINK.findall(README)


@pytest.mark.parametrize("path", sorted(set(_LINK.findall(README))))
def test_the_link_leads_to_a_file_of_the_project(path: str) -> None:
    assert (ROOT / path).exists()
