"""Owns how a place in a JSON answer is named, and which JSON is read at all.

The paths are a small part of JSONPath (RFC 9535): ``$`` is the whole answer, ``.name`` a member,
``[0]`` an element. What can be read in two ways is not read: a name that is there twice, NaN, text
that is no Unicode, and what is nested deeper than anybody means it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

__all__ = ["MISSING", "JsonPath", "NotJsonError", "Path", "parse_json"]

MISSING: Final = object()
"""What is found where there is nothing; null is something."""

_DEEPEST = 32
_STEP = re.compile(r"\.(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|\[(?P<index>0|[1-9][0-9]{0,5})\]")


class NotJsonError(Exception):
    """A body is no JSON, or not one that has a single meaning.

    Args:
        reason: What is wrong, without what the body holds.
    """

    def __init__(self, reason: str) -> None:
        self.reason: str = reason
        super().__init__(reason)


def parse_json(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Decode JSON (RFC 8259) that every program reads alike.

    Args:
        body: The bytes of an answer.

    Raises:
        NotJsonError: They are none.
    """
    try:
        document = json.loads(
            body.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_refuse_constant
        )
    except RecursionError:
        reason = "it is nested too deep"
        raise NotJsonError(reason) from None
    except ValueError:  # of the bytes, of the syntax, of a number with thousands of digits
        reason = "it does not parse"
        raise NotJsonError(reason) from None
    _check(document)
    return document


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        reason = "a name is there twice"
        raise NotJsonError(reason)
    return found


def _refuse_constant(_text: str) -> NoReturn:
    reason = "NaN and Infinity are no JSON"
    raise NotJsonError(reason)


def _check(document: object) -> None:
    left: list[tuple[object, int]] = [(document, 0)]
    while left:
        each, depth = left.pop()
        if depth > _DEEPEST:
            reason = "it is nested too deep"
            raise NotJsonError(reason)
        if isinstance(each, str):
            _check_text(each)
        elif isinstance(each, float) and each in {float("inf"), float("-inf")}:
            reason = "a number is too large"
            raise NotJsonError(reason)
        elif isinstance(each, dict):
            left += ((inner, depth + 1) for pair in each.items() for inner in pair)
        elif isinstance(each, list):
            left += ((inner, depth + 1) for inner in each)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        reason = "a text holds half a character"
        raise NotJsonError(reason) from None


class Path:
    """A place in a JSON document, such as ``$.data.user[0].id``.

    Args:
        text: ``$``, then any number of ``.name`` and ``[0]``. A name has letters, digits, ``_``
            and ``-``, and does not begin with a digit.
        where: How an error calls it, such as ``"Tokens(access=...)"``.

    Raises:
        ValueError: It is none.
    """

    __slots__ = ("steps", "text")

    def __init__(self, text: str, *, where: str) -> None:
        if not isinstance(text, str) or not text.startswith("$"):
            raise _no_path(text, where)
        self.text: str = text
        self.steps: tuple[str | int, ...] = tuple(_steps(text, where))
        if len(self.steps) > _DEEPEST:
            raise _no_path(text, where)

    def __repr__(self) -> str:
        return f"Path({self.text!r})"

    def find(self, document: object) -> Any:  # noqa: ANN401 - any JSON
        """Answer what is there, or `MISSING`.

        Args:
            document: Any JSON.
        """
        found = document
        for step in self.steps:
            if isinstance(step, str):
                found = found.get(step, MISSING) if isinstance(found, dict) else MISSING
            else:
                is_there = isinstance(found, list) and step < len(found)
                found = found[step] if is_there else MISSING  # type: ignore[index]
            if found is MISSING:
                break
        return found


def _steps(text: str, where: str) -> Iterator[str | int]:
    at = 1
    while at < len(text):
        step = _STEP.match(text, at)
        if step is None:
            raise _no_path(text, where)
        name = step["name"]
        yield int(step["index"]) if name is None else name
        at = step.end()


def _no_path(text: object, where: str) -> ValueError:
    message = f"{where}: {text!r} is no path. Write '$' for the whole answer, or '$.user.roles[0]'"
    return ValueError(message)


@dataclass(frozen=True, slots=True)
class JsonPath:
    """Holds if the answer is JSON that has something at a place.

    Args:
        path: The place, such as ``"$.ok"``; see `Path`.
        equals: What it must be, and of the same type: true is not 1. Left out: anything but null
            and false.

    Raises:
        ValueError: `path` is none.
    """

    path: str
    equals: Any = field(default=MISSING)
    _path: Path = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_path", Path(self.path, where="JsonPath(path=...)"))

    def __repr__(self) -> str:
        expected = "" if self.equals is MISSING else f", equals={self.equals!r}"
        return f"JsonPath({self.path!r}{expected})"

    def matches(self, document: object) -> bool:
        """Tell whether a document has it.

        Args:
            document: Any JSON.
        """
        found = self._path.find(document)
        if self.equals is MISSING:
            return found is not MISSING and found is not None and found is not False
        return type(found) is type(self.equals) and bool(found == self.equals)
