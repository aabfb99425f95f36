"""Owns how axe-core judges a page as it is shown: WCAG 2.2 A and AA, and what is good practice."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

__all__ = ["Axe"]

_FOLDER = Path(__file__).parent / "accessibility"
_EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What could not be decided is told too: it may not pass for a page without faults.
_RUN = """async rules => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: rules}});
  const told = kind => found[kind].flatMap(rule => rule.nodes.map(
    node => `${rule.id} at ${node.target.join(" ")}: ${node.failureSummary || rule.help}`));
  return [...told("violations"), ...told("incomplete").map(text => "undecided: " + text)];
}"""


class Axe:
    """The npm package axe-core."""

    def __init__(self) -> None:
        script = _FOLDER / "node_modules" / "axe-core" / "axe.min.js"
        if not script.is_file():
            pytest.skip(
                "The npm package axe-core is not installed; run `npm ci` in "
                "tests/browser/accessibility."
            )
        self._script = script.read_text(encoding="utf-8")

    def faults(self, page: Page) -> list[str]:
        """Answer what is wrong with a page, beginning with the rule's name.

        The script runs as the browser's owner, so the page's policy stays in force for the page.
        """
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(self._script)
        faults: list[str] = page.evaluate(_RUN, list(_EVERY_RULE))
        return faults
