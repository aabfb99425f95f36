"""Owns what is refused of the fields of a provider's form, and of a function that takes them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from nextauth.errors import Problem
from nextauth.fields import FormField

__all__ = ["field_problems", "fields_by_name", "unpacked_problems"]

_INPUT_TYPES = frozenset(
    {"text", "email", "password", "tel", "url", "number", "search", "hidden", "date", "checkbox"}
)
_OF_THE_PROTOCOL = frozenset({"csrfToken", "callbackUrl", "json", "stepUp"})


def fields_by_name(fields: Mapping[str, FormField]) -> Mapping[str, FormField]:
    """Answer a copy of the fields that nobody changes.

    Args:
        fields: As they were given.

    Raises:
        TypeError: They are no mapping, so nothing can be read of them.
    """
    if not isinstance(fields, Mapping):
        message = (
            f"Credentials(fields=...) is a {type(fields).__name__}. Pass a dict of the fields by "
            "name, such as {'email': FormField('Email', type='email')}."
        )
        raise TypeError(message)
    return MappingProxyType(dict(fields))


def field_problems(where: str, fields: Mapping[str, object]) -> Iterable[Problem]:
    """Check a form's fields.

    Args:
        where: The provider, as errors call it.
        fields: The fields by name.
    """
    for name, each in fields.items():
        if not isinstance(each, FormField):
            yield Problem(
                "field-type",
                f"{where}: fields[{name!r}] is a {type(each).__name__}.",
                "Pass FormField(label, type=...).",
            )
        elif each.type not in _INPUT_TYPES:
            yield Problem(
                "field-input-type",
                f"{where}: fields[{name!r}] has the unknown input type {each.type!r}.",
                f"Use one of {', '.join(sorted(_INPUT_TYPES))}.",
            )
        if name in _OF_THE_PROTOCOL or not name:
            yield Problem(
                "field-name",
                f"{where}: the field name {name!r} belongs to the protocol.",
                "Choose another name.",
            )


def unpacked_problems(
    where: str, authorize: object, fields: Mapping[str, object]
) -> Iterable[Problem]:
    """Check that ``authorize`` does not take the fields one by one, as ``(email, password)``.

    Its second argument is the request, so nobody could ever sign in.

    Args:
        where: The provider, as errors call it.
        authorize: The application's function, unchecked.
        fields: The form's fields by name.
    """
    try:
        names = list(inspect.signature(authorize).parameters)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return
    second = names[1] if len(names) > 1 else None
    if second is not None and second in {*fields, "password"} - {"request"}:
        yield Problem(
            "authorize-arity",
            f"{where}: authorize takes {second!r} as its second argument, which is the request.",
            f"Write authorize(credentials), and read credentials[{second!r}].",
        )
