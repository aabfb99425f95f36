"""docs/getting-started.md names every extra of the package, and none that is not there."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_extra_has_its_row() -> None:
    _, _, table = PAGE.partition("| extra | for |\n")
    rows = table.partition("\n\n")[0].splitlines()[1:]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(PROJECT["optional-dependencies"])


def test_every_extra_that_a_page_installs_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    asked = {
        name
        for names in re.findall(r"(?:nextauth|copy)\[([\w,]+)\]", text)
        for name in names.split(",")
    }
    assert {"cli", "fastapi", "sqlalchemy"} <= asked
    assert asked <= set(PROJECT["optional-dependencies"])
