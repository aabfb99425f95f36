"""Owns how a browser's name for itself (RFC 9110, 10.1.5) is told to people: Chrome, on Windows.

Most browsers claim to be others too, so that old sites serve them. One is named only if all that it
says is known to be said by that one; an unknown word may be another browser's. It may still lie, so
nothing is decided by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["Browser", "browser_of"]

_COMMENT = re.compile(r"\(([^()]*)\)")
_LONGEST = 60
# What so many say that it tells nothing.
_COMMON = frozenset({"Mozilla", "AppleWebKit", "Gecko", "Mobile", "Safari", "Version"})
_CHROME, _SAFARI = frozenset({"Chrome"}), frozenset[str]()
_NAMES: Mapping[frozenset[str], str] = MappingProxyType(
    {
        _CHROME: "Chrome",
        _SAFARI: "Safari",
        frozenset({"CriOS"}): "Chrome",
        frozenset({"Chrome", "Edg"}): "Edge",
        frozenset({"Chrome", "EdgA"}): "Edge",
        frozenset({"EdgiOS"}): "Edge",
        frozenset({"Firefox"}): "Firefox",
        frozenset({"FxiOS"}): "Firefox",
        frozenset({"Chrome", "OPR"}): "Opera",
        frozenset({"Chrome", "SamsungBrowser"}): "Samsung Internet",
    }
)
# In this order: an Android says that it is a Linux.
_SYSTEMS: Mapping[str, str] = MappingProxyType(
    {
        "Windows NT": "Windows",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Macintosh": "macOS",
        "Android": "Android",
        "CrOS": "ChromeOS",
        "Linux": "Linux",
    }
)
_OF_APPLE = frozenset({"iPhone", "iPad", "macOS"})


class Browser(NamedTuple):
    """A browser as far as it is known.

    Args:
        name: What people call it, or None.
        system: What it runs on, or None.
        said: What it said, cut; empty if it said nothing.
    """

    name: str | None
    system: str | None
    said: str


def browser_of(user_agent: str | None) -> Browser:
    """Answer which browser calls itself so.

    Args:
        user_agent: What it sent as ``User-Agent``, or None.
    """
    text = " ".join((user_agent or "").split())
    said = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
    system = _system_of(text)
    return Browser(_name_of(text, system), system, said)


def _system_of(text: str) -> str | None:
    first = _COMMENT.search(text)
    parts = [] if first is None else [part.strip() for part in first[1].split(";")]
    found = (name for sign, name in _SYSTEMS.items() for part in parts if part.startswith(sign))
    return next(found, None)


def _name_of(text: str, system: str | None) -> str | None:
    words = {word.partition("/")[0] for word in _COMMENT.sub(" ", text).split()}
    telling = words - _COMMON
    if telling == _CHROME and ("Version" in words or "Safari" not in words):
        return None  # a view inside another program, or cut off before it said all
    if telling == _SAFARI and not (system in _OF_APPLE and {"Version", "Safari"} <= words):
        return None
    return _NAMES.get(frozenset(telling))
