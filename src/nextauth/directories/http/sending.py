"""Owns how fields of a form become the body of a request: those that are named, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlencode

from nextauth.directories.http.paths import Path

__all__ = ["Format", "Sending"]

Format = Literal["json", "form"]

_KINDS = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


class Sending:
    """Writes bodies. What is always sent is not in the repr: it may be a client's secret.

    Args:
        send: What the system calls each value, by what we call it. In JSON, a name that begins
            with ``$.`` lies deeper: ``"$.user.password"``.
        constants: What is always sent, by what the system calls it.
        format: How it is written.
        where: How an error calls it.

    Raises:
        ValueError: Names are missing, named twice, or cannot be written so.
    """

    __slots__ = ("_constants", "_format", "_places", "_where", "names")

    def __init__(
        self,
        send: Mapping[str, str],
        constants: Mapping[str, Any],
        format: Format,  # noqa: A002 - what it is called everywhere
        *,
        where: str,
    ) -> None:
        if format not in _KINDS:
            message = f"{where}: format={format!r} is neither 'json' nor 'form'"
            raise ValueError(message)
        self._where = where
        self._format = format
        self.names: tuple[str, ...] = tuple(send)
        taken = [*send.values(), *constants]
        if not all(isinstance(each, str) and each for each in (*send, *taken)):
            message = f"{where}: a field's name is no text, or empty"
            raise ValueError(message)
        if len(set(taken)) != len(taken):
            message = f"{where}: two values would be sent under one name; give each its own"
            raise ValueError(message)
        self._places = {ours: tuple(self._steps(theirs)) for ours, theirs in send.items()}
        self._constants = [(tuple(self._steps(name)), each) for name, each in constants.items()]
        self._try()

    def __repr__(self) -> str:
        return f"Sending({list(self.names)}, format={self._format!r})"

    @property
    def kind(self) -> str:
        """The body's ``Content-Type``."""
        return _KINDS[self._format]

    def body(self, values: Mapping[str, str]) -> bytes:
        """Write the body that holds these values.

        Args:
            values: By what we call them; those that are not named are left out.
        """
        named = [(place, values[ours]) for ours, place in self._places.items() if ours in values]
        if self._format == "form":
            return urlencode([(place[0], each) for place, each in self._constants + named]).encode()
        document: dict[str, Any] = {}
        for place, each in self._constants + named:
            _put(document, place, each)
        return json.dumps(document, allow_nan=False).encode("ascii")

    def _steps(self, name: str) -> Iterator[str]:
        if self._format != "json" or not name.startswith("$"):
            yield name
            return
        steps = Path(name, where=self._where).steps
        if not steps or not all(isinstance(step, str) for step in steps):
            message = f"{self._where}: {name!r} names no member of an object, such as '$.user.name'"
            raise ValueError(message)
        yield from map(str, steps)

    def _try(self) -> None:
        if self._format == "form":
            wrong = [
                place[0] for place, each in self._constants if not isinstance(each, (str, int))
            ]
            if wrong:
                message = f"{self._where}: {wrong[0]!r} is no text, which is all that a form holds"
                raise ValueError(message)
        try:
            self.body(dict.fromkeys(self.names, ""))
        except (TypeError, ValueError, AttributeError):
            message = (
                f"{self._where}: these names and constants cannot be written together: a value "
                "is not of JSON's types, or one name lies within another"
            )
            raise ValueError(message) from None


def _put(document: dict[str, Any], place: tuple[str, ...], value: object) -> None:
    *above, last = place
    inner = document
    for step in above:
        inner = inner.setdefault(step, {})
    if last in inner:
        raise ValueError(last)
    inner[last] = value
