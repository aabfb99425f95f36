"""Owns what a row says: whether an account is in use, its hash, and its key as the table has it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from nextauth.errors import CallbackError

__all__ = ["Row", "as_key", "hash_of", "is_named", "is_set", "one_of"]

Row = Mapping[str, Any]

_NO = frozenset({"", "0", "f", "false", "n", "no", "off"})
_YES = frozenset({"1", "t", "true", "y", "yes", "on"})
_INTEGER = re.compile(r"-?[0-9]{1,18}")


def one_of(row: Row, name: str) -> Any:  # noqa: ANN401 - whatever the column holds
    """Answer a column's value.

    Raises:
        CallbackError: The statement does not answer it.
    """
    try:
        return row[name]
    except KeyError:
        message = f"the statement answers no column {name!r}; it answers {', '.join(map(str, row))}"
        raise CallbackError(message) from None


def is_set(value: object, *, otherwise: bool) -> bool:
    """Tell whether a flag is set, as people write flags: ``1``, ``"t"``, ``"Y"``, a bit, a date.

    Args:
        value: What the column holds.
        otherwise: What a text is that is neither a yes nor a no.
    """
    if isinstance(value, (bytes, bytearray, memoryview)):  # MariaDB's BIT(1)
        return any(bytes(value))
    if isinstance(value, str):
        said = value.strip().lower()
        return said in _YES or (said not in _NO and otherwise)
    return bool(value)


def hash_of(value: object) -> str | None:
    """Answer the text of a hash; a column of a fixed width fills it up with blanks."""
    if value is None:
        return None
    if isinstance(value, (bytes, bytearray, memoryview)):
        value = bytes(value).decode("utf-8", "replace")
    return str(value).rstrip(" ")


def is_named(row: Row, identifiers: Sequence[str], name: str, *, fold_case: bool) -> bool:
    """Tell whether a row has the name itself, and not one that the database takes for the same.

    With MariaDB's usual collations ``ada`` is ``ADA`` and ``àda`` too; and who may write a name in
    many ways is not held back when the tries at one name are counted.
    """
    for each in identifiers:
        value = row[each]
        own = hash_of(value)
        if own is None:
            continue
        if own == name or (fold_case and own.casefold() == name.casefold()):
            return True
    return False


def as_key(text: str, kind: type) -> object | None:
    """Answer a user's id as the type that the table's keys have; None if it can be no key.

    Args:
        text: The id.
        kind: The type of the column's values, as the driver answers them.
    """
    if issubclass(kind, int):
        return int(text) if _INTEGER.fullmatch(text) else None
    try:
        if issubclass(kind, (Decimal, UUID)):
            return kind(text)
    except (ValueError, InvalidOperation):
        return None
    return text
