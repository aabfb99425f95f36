"""Owns what can be measured of a page as it is shown: contrast, sizes, places and edges."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

__all__ = ["Box", "Shown", "boxes", "contrast", "luminance", "outside", "shown_texts", "widest"]

# Each visible text with its colour, and with what is painted behind it: its own or an ancestor's.
_TEXTS = """() => {
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)") return color;
    }
    return "none";
  };
  const shown = [];
  const tell = (element, text, pseudo) => shown.push(
    [text, getComputedStyle(element, pseudo).color, behind(element)]);
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility()) continue;
    for (const node of element.childNodes)
      if (node.nodeType === Node.TEXT_NODE && node.data.trim()) tell(element, node.data.trim());
    if (element.matches("input")) tell(element, "what is typed");
    if (element.placeholder) tell(element, element.placeholder, "::placeholder");
  }
  return shown;
}"""
# Lines of text that leave the block that they stand in, or the window.
_OUTSIDE = """() => {
  const found = [], shown = [], range = document.createRange();
  const nodes = document.createTreeWalker(document.querySelector("main"), 5); // elements and texts
  for (let node = nodes.root; node; node = nodes.nextNode()) {
    if (!(node.parentElement.checkVisibility() && (node.checkVisibility?.() ?? true))) continue;
    range.selectNode(node);
    shown.push([node, [...(node.getClientRects ? node : range).getClientRects()]]);
  }
  for (const [block] of shown) {
    if (block.nodeType === Node.TEXT_NODE || block.closest("svg")) continue;
    if (["inline", "none"].includes(getComputedStyle(block).display)) continue;
    const edge = block.getBoundingClientRect();
    const room = [Math.max(edge.left, 0), Math.min(edge.right, innerWidth)];
    for (const [node, lines] of shown) {
      if (node === block || !block.contains(node)) continue;
      const fits = lines.every(line => line.left >= room[0] - 1 && line.right <= room[1] + 1
        && line.top >= edge.top - 1 && line.bottom <= edge.bottom + 1);
      if (!fits) found.push([block, node].map(e => e.outerHTML ?? e.data)
        .map(text => text.slice(0, 120)).join(" is left by "));
    }
    if (block.scrollWidth > block.clientWidth + 1 && !block.matches("input"))
      found.push("cut off: " + block.outerHTML.slice(0, 120));
  }
  return found;
}"""
_BOXES = """selector => [...document.querySelectorAll(selector)]
  .filter(element => element.checkVisibility())
  .map(element => {
    const {x, y, width, height} = element.getBoundingClientRect();
    return {name: element.outerHTML.slice(0, 80), x, y, width, height};
  })"""


@dataclass(frozen=True)
class Shown:
    """A text, and its contrast with what is behind it."""

    text: str
    contrast: float


@dataclass(frozen=True)
class Box:
    """Where an element is, in CSS pixels from the window's corner."""

    name: str
    x: float
    y: float
    width: float
    height: float


def luminance(color: str) -> float:
    """Answer a computed colour's relative luminance (WCAG 2.2); it must be opaque."""
    assert color.startswith("rgb("), color
    channels = [int(part) / 255 for part in re.findall(r"\d+", color)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Answer the contrast of two computed colours (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def shown_texts(page: Page) -> list[Shown]:
    """Answer every text of a page, placeholders and typed text too."""
    texts: list[list[str]] = page.evaluate(_TEXTS)
    return [Shown(text, contrast(front, behind)) for text, front, behind in texts]


def boxes(page: Page, selector: str) -> list[Box]:
    """Answer where the visible elements are."""
    found: list[Mapping[str, Any]] = page.evaluate(_BOXES, selector)
    return [Box(**each) for each in found]


def outside(page: Page) -> list[str]:
    """Answer what is cut off or leaves its place."""
    found: list[str] = page.evaluate(_OUTSIDE)
    return found


def widest(page: Page) -> int:
    """Answer how wide a page is; wider than the window, it scrolls sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width
