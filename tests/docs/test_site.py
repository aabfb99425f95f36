"""The documentation's site: it builds without a warning, is whole, and asks no other server."""

import ast
import importlib
import re
import subprocess
import sys
import zlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import tests.contract.django_site  # noqa: F401 - models cannot be imported before Django is set up
from tests.docs.programs import ROOT, blocks_of

DOCS = ROOT / "docs"
REFERENCE = sorted((DOCS / "reference").glob("*.md"))
MODULE = re.compile(r"^\.\. automodule:: (\S+)$", re.MULTILINE)
MODULES = sorted(name for page in REFERENCE for name in MODULE.findall(page.read_text("utf-8")))
LONGEST_BUILD = 300
# What a browser fetches by itself, by element and attribute. Others only wait for a click.
FETCHED = {("img", "src"), ("script", "src"), ("iframe", "src"), ("link", "href")}


@dataclass
class Page(HTMLParser):
    """What one built page names, fetches and links to."""

    ids: set[str] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif (tag, name) in FETCHED:
                self.fetched.append(value or "")
            elif (tag, name) == ("a", "href"):
                self.links.append(value or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", DOCS, folder],
        capture_output=True,
        text=True,
        timeout=LONGEST_BUILD,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    found = {}
    for file in site.rglob("*.html"):
        page = found[file] = Page()
        page.feed(file.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def described(site: Path) -> set[str]:
    """Answer the names in the inventory, which links of other projects are resolved by."""
    *head, packed = (site / "objects.inv").read_bytes().split(b"\n", 4)
    assert head[0] == b"# Sphinx inventory version 2"
    lines = zlib.decompress(packed).decode().splitlines()
    return {line.split(" ", 1)[0] for line in lines if " py:" in line}


def imports_of(text: str) -> set[tuple[str, str]]:
    return {
        (node.module, alias.name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "nextauth"
        for alias in node.names
        if node.module is not None
    }


def shown_imports() -> set[tuple[str, str]]:
    """Answer what the pages and the examples tell a reader to import."""
    texts = [block.text for page in DOCS.rglob("*.md") for block in blocks_of(page, "python")]
    texts += [block.text for block in blocks_of(ROOT / "README.md", "python")]
    texts += [
        file.read_text("utf-8")
        for file in (ROOT / "examples").rglob("*.py")
        if "node_modules" not in file.parts
    ]
    return {each for text in texts for each in imports_of(text)}


@pytest.mark.parametrize("module", MODULES)
def test_every_exported_name_is_in_the_reference(module: str, described: set[str]) -> None:
    names = importlib.import_module(module).__all__
    assert names
    missing = [
        name for name in names if name != "__version__" if not is_there(module, name, described)
    ]
    assert missing == []


def is_there(module: str, name: str, described: set[str]) -> bool:
    """Tell whether a name is described here, or where else it is exported or made."""
    value = getattr(importlib.import_module(module), name)
    made_in = getattr(value, "__module__", None)
    spelled = {f"{module}.{name}", f"{made_in}.{name}"}
    spelled |= {
        f"{other}.{name}"
        for other in MODULES
        if getattr(importlib.import_module(other), name, None) is value
    }
    return not spelled.isdisjoint(described)


def test_what_the_pages_import_is_in_the_reference(described: set[str]) -> None:
    shown = shown_imports()
    assert ("nextauth", "Auth") in shown
    missing = sorted(
        f"{module}.{name}" for module, name in shown if not is_there(module, name, described)
    )
    assert missing == []


def test_every_module_stands_in_the_reference_once_and_in_its_index() -> None:
    index = (DOCS / "reference" / "index.md").read_text("utf-8")
    assert len(set(MODULES)) == len(MODULES) == len(REFERENCE) - 1
    assert [name for name in MODULES if f"| `{name}` |" not in index] == []


def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    asked = {(file.name, url) for file, page in pages.items() for url in page.fetched}
    assert any("furo" in url for _, url in asked)
    assert [each for each in asked if urlsplit(each[1]).netloc] == []
    sheets = [sheet.read_text("utf-8") for sheet in site.rglob("*.css")]
    urls = [url for sheet in sheets for url in re.findall(r"url\(([^)]*)\)", sheet)]
    assert [url for url in urls if urlsplit(url.strip("'\"")).netloc] == []
    assert [
        sheet for sheet in sheets if re.search(r"@import\s+(url\()?['\"]?(https?:)?//", sheet)
    ] == []


def test_every_link_within_the_site_leads_somewhere(pages: dict[Path, Page]) -> None:
    dead = []
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            anchor = unquote(parts.fragment)
            if target.suffix == ".html" and target in pages:
                if anchor and anchor not in pages[target].ids:
                    dead.append((file.name, link))
            elif not target.is_file():
                dead.append((file.name, link))
    assert dead == []


def test_every_link_of_the_readme_into_the_pages_leads_somewhere(
    site: Path, pages: dict[Path, Page]
) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    links = re.findall(r"\]\(docs/([^)#]+)\.md(?:#([^)]+))?\)", readme)
    assert links
    dead = [
        (name, anchor)
        for name, anchor in links
        if (page := pages.get(site / f"{name}.html")) is None or (anchor and anchor not in page.ids)
    ]
    assert dead == []


def test_no_page_shows_a_link_that_was_not_resolved(pages: dict[Path, Page]) -> None:
    assert [
        (file.name, link)
        for file, page in pages.items()
        for link in page.links
        if re.search(r"\.md($|#)", link) and not urlsplit(link).netloc
    ] == []
