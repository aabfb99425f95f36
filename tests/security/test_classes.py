"""The table of attacks in this folder's README is true."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ID = re.compile(r"CVE-\d{4}-\d+|GHSA-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}|allauth [\d.]+")


def _rows() -> list[list[str]]:
    done = (HERE / "README.md").read_text(encoding="utf-8").partition("## Waiting")[0]
    rows = [line.strip("|").split("|") for line in done.splitlines() if line.startswith("| ")]
    return [row for row in rows if row[0].strip() not in {"class", "---"}]


def test_each_class_has_its_tests() -> None:
    assert len(_rows()) > 25
    for what, ids, tests in _rows():
        names = re.findall(r"`(test_\w+)`", tests)
        assert names, what
        texts = [(HERE / f"{name}.py").read_text(encoding="utf-8") for name in names]
        known = ID.findall(ids)
        # One ID of the class stands in a docstring of its tests.
        assert not known or any(each in text for each in known for text in texts), what


def test_each_file_of_tests_is_in_the_table() -> None:
    named = {name for row in _rows() for name in re.findall(r"`(test_\w+)`", row[2])}
    assert named == {path.stem for path in HERE.glob("test_*.py")} - {Path(__file__).stem}
