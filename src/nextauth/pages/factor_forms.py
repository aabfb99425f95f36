"""Owns how a second factor becomes a form: its fields, or the button that begins it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nextauth.fields import FormField
from nextauth.pages.factor_texts import FactorText
from nextauth.pages.forms import ProviderForm, ShownForm, shown_forms

__all__ = ["FactorForm", "is_ready", "labelled", "message_of", "shown_factor", "text_of"]

_ID, _HOW_ID = "factor", "how"


@dataclass(frozen=True, slots=True)
class FactorForm:
    """One second factor on its page.

    Args:
        method: Its method.
        name: What it calls itself.
        action: The absolute path that the form is sent to.
        fields: Its fields by name.
        is_started: Whether its fields can be filled in; else it has to be begun.
        can_start: Whether it can be begun anew.
        script: The JavaScript that fills its fields in, or None.
    """

    method: str
    name: str
    action: str
    fields: Mapping[str, FormField] = field(hash=False)
    is_started: bool = True
    can_start: bool = False
    script: str | None = field(default=None, repr=False)


def text_of(texts: Mapping[str, FactorText], method: str, name: str) -> FactorText:
    """Answer what is said about a factor.

    Args:
        texts: The catalogue's.
        method: The factor's method.
        name: What it calls itself.
    """
    return texts.get(method) or FactorText(name, "")


def is_ready(form: FactorForm) -> bool:
    """Tell whether its form proves something; else it only begins.

    Args:
        form: The factor.
    """
    return form.is_started or form.script is not None


def message_of(form: FactorForm, text: FactorText) -> str:
    """Answer what to do now.

    Args:
        form: The factor.
        text: What is said about it.
    """
    return text.message if form.is_started else text.start_message or text.message


def labelled(fields: Mapping[str, FormField], text: FactorText) -> dict[str, FormField]:
    """Answer the fields with the labels that the catalogue gives them.

    Args:
        fields: The factor's, by name.
        text: What is said about the factor.
    """
    return {
        name: replace(each, label=text.labels.get(name, each.label))
        for name, each in fields.items()
    }


def shown_factor(form: FactorForm, text: FactorText, *, error_id: str | None) -> ShownForm:
    """Lay out the form of a factor.

    Args:
        form: The factor.
        text: What is said about it.
        error_id: Id of the error box; None if there is none.
    """
    fields = labelled(form.fields, text) if is_ready(form) else {}
    label = text.button if form.is_started and form.script is None else text.start_button
    # A method may be called anything; an id of the page may not.
    inner = ProviderForm(_ID, form.name, form.action, fields)
    described_by = _HOW_ID if error_id is None else f"{error_id} {_HOW_ID}"
    return shown_forms(
        [inner], [label], described_by=described_by, is_refused=error_id is not None
    )[0]
