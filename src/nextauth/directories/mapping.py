"""Owns how a system's attributes become a user: by a declared mapping, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from nextauth.errors import CallbackError
from nextauth.models import User

__all__ = ["UserMap"]

_MEMBERS = ("id", "name", "email", "image")


@dataclass(frozen=True, slots=True)
class UserMap:
    """Which attribute of a system becomes which member of a `User`.

    Args:
        id: The attribute that is the user's key: one that never changes and is never given again.
        name: The one that is shown, or None.
        email: The one of the e-mail address, or None.
        image: The one of a picture's address, or None.
        extra: Attributes that are kept beside, by the name that they get.

    Raises:
        ValueError: `id` is empty.
    """

    id: str
    name: str | None = None
    email: str | None = None
    image: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.id:
            msg = "UserMap(id=...) is empty; name the attribute that is the user's key"
            raise ValueError(msg)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every attribute that is needed, once each."""
        own = (getattr(self, member) for member in _MEMBERS)
        named = [each for each in own if each is not None]
        return tuple(dict.fromkeys([*named, *self.extra.values()]))

    def user(self, found: Mapping[str, Any]) -> User:
        """Make a user of what a system answered.

        Args:
            found: Attributes by name; a list has the first of its values taken, but in `extra`.

        Raises:
            CallbackError: The key is missing, or empty.
        """
        key = _plain(_first(found.get(self.id)))
        if key is None or key == "":
            message = (
                f"the attribute {self.id!r}, which UserMap(id=...) names, is missing or empty. "
                "Name one that every user has."
            )
            raise CallbackError(message)
        shown = {
            member: _text(found.get(attribute))
            for member in ("name", "email", "image")
            if (attribute := getattr(self, member)) is not None
        }
        extra = {
            name: _plain(found[attribute])
            for name, attribute in self.extra.items()
            if found.get(attribute) is not None
        }
        return User(id=key if isinstance(key, int) else str(key), extra=extra, **shown)


def _first(value: object) -> object:
    if isinstance(value, (list, tuple, set, frozenset)):
        return next(iter(value), None)
    return value


def _text(value: object) -> str | None:
    plain = _plain(_first(value))
    return None if plain is None else str(plain) or None


def _plain(value: object) -> Any:  # noqa: ANN401, PLR0911 - whatever JSON has; one for each
    """Answer a value as one of JSON's types."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Iterable):
        return [_plain(each) for each in value]
    return str(value)
