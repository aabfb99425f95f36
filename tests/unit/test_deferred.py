"""Packages that load what many sites do without only when it is asked for."""

import sys
from pathlib import Path

import pytest

from nextauth.deferred import deferred


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with one module beside it, neither of which is loaded."""
    folder = tmp_path / "roomy"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from nextauth.deferred import deferred\n"
        "HERE = 1\n"
        "__getattr__, __dir__ = deferred(__name__, {'Chair': 'attic'})\n"
    )
    (folder / "attic.py").write_text("class Chair: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "roomy", raising=False)
    monkeypatch.delitem(sys.modules, "roomy.attic", raising=False)
    return "roomy"


def test_a_name_is_loaded_when_it_is_asked_for(package: str) -> None:
    room = __import__(package)
    assert "roomy.attic" not in sys.modules
    assert room.Chair is sys.modules["roomy.attic"].Chair


def test_what_can_be_asked_for_is_listed_and_not_loaded(package: str) -> None:
    room = __import__(package)
    assert {"Chair", "HERE"} <= set(dir(room))
    assert "roomy.attic" not in sys.modules


def test_another_name_is_an_attribute_error_that_says_which() -> None:
    get, _ = deferred("roomy", {"Chair": "attic"})
    with pytest.raises(AttributeError, match="module 'roomy' has no attribute 'Table'"):
        get("Table")
