"""Owns how a provider's fields become the controls of a form: ids, autofill and descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from nextauth.fields import FormField

__all__ = ["Control", "ProviderForm", "ShownForm", "autocomplete_of", "shown_forms"]

_ID = re.compile(r"[A-Za-z0-9_-]+\Z")
_NOT_LETTER_OR_DIGIT = re.compile(r"[^a-z0-9]+")
_ONE_TIME_CODE = "one-time-code"
# Field names, in lower case and without punctuation, that tell what a browser may fill in.
_CODES = frozenset({"totp", "otp", "code", "totpcode", "otpcode", "mfacode", "onetimecode"})
_PASSWORDS = frozenset({"password", "passwd", "passphrase"})
_USERNAMES = frozenset({"email", "emailaddress", "username", "user", "login", "userid"})
_HIDDEN = "hidden"
_CHECKBOX = "checkbox"


@dataclass(frozen=True, slots=True)
class ProviderForm:
    """One provider's form on the sign-in page.

    Args:
        id: The provider's id, ``[A-Za-z0-9_-]+``.
        name: Its display name.
        action: The absolute path that the form is sent to.
        fields: Its fields by name, in the order in which they are shown; empty: a button alone.
        method: ``"post"`` or ``"get"``.
        begins_at: Where the page's script asks for what its fields are filled in with, or None.

    Raises:
        ValueError: `id`, `action` or `method` is not of that form.
    """

    id: str
    name: str
    action: str
    fields: Mapping[str, FormField] = field(hash=False)
    method: Literal["post", "get"] = "post"
    begins_at: str | None = None

    def __post_init__(self) -> None:
        if not _ID.match(self.id):
            msg = f"ProviderForm.id is {self.id!r}; use letters, digits, '_' and '-'."
            raise ValueError(msg)
        if not self.action.startswith("/") or self.action.startswith(("//", "/\\")):
            msg = f"ProviderForm.action is {self.action!r}; use an absolute path on this site."
            raise ValueError(msg)
        if self.method not in {"post", "get"}:
            msg = f"ProviderForm.method is {self.method!r}; use 'post' or 'get'."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Control:
    """One input as the template shows it.

    Args:
        id: Its id, the only one of the page.
        name: The name it is submitted under.
        field: What the provider declared.
        autocomplete: Its autofill token (HTML, 4.10.18.7), or None for no attribute.
        described_by: Ids of what describes it, separated by spaces; empty if nothing does.
        is_invalid: Whether what was entered has been refused.
        has_focus: Whether it is where typing starts.
    """

    id: str
    name: str
    field: FormField
    autocomplete: str | None
    described_by: str
    is_invalid: bool
    has_focus: bool

    @property
    def help_id(self) -> str:
        """The id of its help text."""
        return f"{self.id}-help"

    @property
    def is_code(self) -> bool:
        """Whether it takes a one-time code, which phones offer a number pad for."""
        return self.autocomplete == _ONE_TIME_CODE

    @property
    def is_hidden(self) -> bool:
        """Whether nobody sees it, so that it has neither label nor focus."""
        return self.field.type == _HIDDEN

    @property
    def is_checkbox(self) -> bool:
        """Whether it is ticked instead of filled in."""
        return self.field.type == _CHECKBOX

    @property
    def is_verbatim(self) -> bool:
        """Whether a phone must neither correct nor capitalise what is typed."""
        return self.autocomplete is not None


@dataclass(frozen=True, slots=True)
class ShownForm:
    """One form as the template shows it.

    Args:
        form: What the provider gave.
        label: The text on its button; where there are several, also the form's accessible name.
        controls: Its inputs.
        is_divided: Whether a divider stands before it.
        is_main: Whether its button is the one that stands out.
    """

    form: ProviderForm
    label: str
    controls: tuple[Control, ...]
    is_divided: bool
    is_main: bool

    @property
    def has_typed_field(self) -> bool:
        """Whether typing can start in it."""
        return any(each.has_focus for each in self.controls)


def shown_forms(
    forms: Sequence[ProviderForm],
    labels: Sequence[str],
    *,
    described_by: str | None,
    is_refused: bool,
) -> list[ShownForm]:
    """Lay out the forms of a sign-in page.

    Typing starts in the page's first field that takes text, and that field is described by the
    error, so that a screen reader says it at once. With a single form the refused fields are
    marked too; with several nobody knows which of them was sent.

    Args:
        forms: The providers' forms, in order.
        labels: The text on each one's button.
        described_by: Ids of what describes that field, such as the error box; None: nothing does.
        is_refused: Whether the error is that the entered values were refused.

    Returns:
        The same forms, ready for the template.
    """
    is_invalid = is_refused and len(forms) == 1
    has_passkeys = any(form.begins_at for form in forms)
    focus = _first_typed_field(forms)
    main = focus[0] if focus else 0
    shown: list[ShownForm] = []
    for number, (form, label) in enumerate(zip(forms, labels, strict=True)):
        controls = tuple(
            _control(
                form,
                place,
                above=described_by if is_invalid or (number, place) == focus else None,
                is_invalid=is_invalid,
                has_focus=(number, place) == focus,
                has_passkeys=has_passkeys,
            )
            for place in range(len(form.fields))
        )
        # Buttons without fields stack like a list; a divider would only tear them apart.
        is_divided = number > 0 and bool(form.fields or forms[number - 1].fields)
        shown.append(ShownForm(form, label, controls, is_divided, number == main))
    return shown


def _first_typed_field(forms: Sequence[ProviderForm]) -> tuple[int, int] | None:
    places = (
        (number, place)
        for number, form in enumerate(forms)
        for place, each in enumerate(form.fields.values())
        if each.type not in {_HIDDEN, _CHECKBOX}
    )
    return next(places, None)


def _control(  # noqa: PLR0913 - named, and each is a part of how it looks
    form: ProviderForm,
    place: int,
    *,
    above: str | None,
    is_invalid: bool,
    has_focus: bool,
    has_passkeys: bool,
) -> Control:
    name, declared = list(form.fields.items())[place]
    own_id = f"field-{form.id}-{place}"
    described_by = [above] if above else []
    if declared.help:
        described_by.append(f"{own_id}-help")
    autocomplete = autocomplete_of(name, declared)
    if has_passkeys and autocomplete == "username":
        # WebAuthn Level 3, 5.1.4: browsers then offer passkeys in this field.
        autocomplete = "username webauthn"
    return Control(
        id=own_id,
        name=name,
        field=declared,
        autocomplete=autocomplete,
        described_by=" ".join(described_by),
        is_invalid=is_invalid,
        has_focus=has_focus,
    )


def autocomplete_of(name: str, declared: FormField) -> str | None:
    """Answer a field's autofill token: the declared one, else what its name and type tell.

    Args:
        name: The field's name.
        declared: The field.

    Returns:
        A token of HTML, 4.10.18.7, such as ``"username"``; None where nothing can be told.
    """
    if declared.autocomplete is not None:
        return declared.autocomplete
    word = _NOT_LETTER_OR_DIGIT.sub("", name.lower())
    if declared.type == _HIDDEN:
        return None
    if word in _CODES:
        return _ONE_TIME_CODE
    if declared.type == "password" or word in _PASSWORDS:
        return "current-password"
    if declared.type == "email" or word in _USERNAMES:
        return "username"
    return None
