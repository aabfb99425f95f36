"""Owns what one field of a form is, and when a checkbox is ticked, whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NO_FIELDS", "NO_SCRIPT", "FormField", "is_ticked"]

NO_FIELDS: frozenset[str] = frozenset()
"""The long fields of a form that has none."""

NO_SCRIPT: str | None = None
"""The script of a form that needs none."""

_UNTICKED = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form that people fill in to prove who they are.

    Args:
        label: What the person reads beside it.
        type: The HTML input's type, such as ``"email"`` or ``"password"``. A ``"checkbox"`` that is
            ticked submits ``"on"``, and one that is not submits nothing.
        placeholder: A hint inside the empty field.
        autocomplete: The HTML autofill token; None lets the page infer it from name and type.
        required: Whether it must be filled; a blank one is refused before `authorize` runs.
        help: A line below the field.
    """

    label: str
    type: str = "text"
    placeholder: str | None = None
    autocomplete: str | None = None
    required: bool = True
    help: str | None = None


def is_ticked(value: str | None) -> bool:
    """Tell whether a checkbox was ticked; what programs send for "no" is none.

    Args:
        value: What was submitted; None if nothing was.
    """
    return (value or "").strip().lower() not in _UNTICKED
