"""A framework's page names all that its integration has, and sessions.md imports what is there."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.contract.servers.conftest import SERVERS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {
    "fastapi": "fastapi.md",
    "starlette": "fastapi.md",
    "flask": "flask.md",
    "quart": "quart.md",
    "django": "django.md",
}
IMPORT = re.compile(r"`from nextauth\.integrations\.(\w+) import (\w+)`")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("framework", PAGES)
def test_every_name_of_the_integration_has_its_row(framework: str) -> None:
    module = f"nextauth.integrations.{framework}"
    _, _, rest = page(PAGES[framework]).partition(f"| name in `{module}` | what it is |\n")
    rows = rest.partition("\n\n")[0].splitlines()[1:]
    shown = {name for row in rows for name in re.findall(r"`[^`]*?(\w+)[(`]", row.split(" | ")[0])}
    assert set(import_module(module).__all__) <= shown


def test_what_asks_for_a_recent_sign_in_is_where_the_page_imports_it_from() -> None:
    shown = IMPORT.findall(page("sessions.md"))
    assert {framework for framework, _ in shown} == {*PAGES, "litestar"}
    for framework, name in shown:
        assert name in import_module(f"nextauth.integrations.{framework}").__all__


def test_every_server_of_the_contract_is_named() -> None:
    _, _, rest = page("deployment.md").partition("\n## Servers\n")
    named = set(re.findall(r"\w+", rest.partition("\n## ")[0]))
    assert {word for name in SERVERS for word in name.split("-") if word != "wsgi"} <= named
