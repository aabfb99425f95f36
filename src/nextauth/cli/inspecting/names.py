"""Owns how a name out of what was pasted is shown: safe on a terminal, and never a token."""

from __future__ import annotations

__all__ = ["shown_name", "shown_text"]

_LONGEST = 64
_TOKENS = ("eyJ", "U2FsdGVkX1")


def shown_name(name: str) -> str:
    """Answer a cookie's name; what may be a token that stands in its place is withheld.

    Args:
        name: Anything.
    """
    if len(name) > _LONGEST or name.startswith(_TOKENS):
        return "[a long name]"
    return shown_text(name)


def shown_text(text: str) -> str:
    """Answer a short text without what a terminal would take for a command.

    Args:
        text: Anything.
    """
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
