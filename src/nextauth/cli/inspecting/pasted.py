"""Owns how what a person pasted becomes cookies, or one bare token.

It may be a ``Cookie`` header with or without its name, ``Set-Cookie`` lines, what curl or a
browser's "Copy as cURL" shows, or the token alone.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from nextauth.web.set_cookies import is_cookie_name

__all__ = ["LONGEST", "NotReadError", "Pair", "Pasted", "read_pasted"]

LONGEST = 1_000_000
"""Characters that are read."""

Pair = tuple[str, str]

_LONGEST_NAME = 256
_LONGEST_WORD = 64  # a line without a header's name that begins with one this long is a token
_TOKENS = ("eyJ", "U2FsdGVkX1")
_MARK = re.compile(r"(?:[<>*] |-H |-b |--header |--cookie )\s*")
_HEADER = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9-]*)\s*:(?:\s|\Z)(?P<value>.*)|(?P<start>(?:[A-Z]+ /|HTTP/))"
)
_BEARER = re.compile(r"bearer\s+", re.IGNORECASE)
_ATTRIBUTES = frozenset(
    {
        *("domain", "expires", "httponly", "max-age", "partitioned", "path", "priority"),
        *("samesite", "secure"),
    }
)


class NotReadError(ValueError):
    """What was pasted holds no cookie. The message does not quote it."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was pasted. None of it is in the repr.

    Args:
        pairs: Names and values of cookies, as they stood there.
        token: A token without a cookie's name; None if there is none.
        lines: How many lines the token was broken into.
    """

    pairs: tuple[Pair, ...] = field(default=(), repr=False)
    token: str | None = field(default=None, repr=False)
    lines: int = 1


def read_pasted(text: str) -> Pasted:
    """Read what was pasted.

    Args:
        text: All of it.

    Raises:
        NotReadError: There is nothing in it, or far too much.
    """
    if len(text) > LONGEST:
        msg = f"that is more than {LONGEST} characters; paste one Cookie header, or one token"
        raise NotReadError(msg)
    pairs: list[Pair] = []
    bare: list[str] = []
    for line in _lines(text.replace("\ufeff", "")):
        found = _read_line(_unwrapped(line))
        bare += [each for each in found if isinstance(each, str)]
        pairs += [each for each in found if not isinstance(each, str)]
    if pairs:
        return Pasted(tuple(pairs))
    if not bare:
        msg = "there is no cookie; paste a Cookie header, Set-Cookie lines or a token on stdin"
        raise NotReadError(msg)
    return Pasted(token="".join(bare), lines=len(bare))


def _lines(text: str) -> Iterator[str]:
    for line in map(str.strip, text.splitlines()):
        if line.startswith("curl "):
            yield from _of_command(line)
        else:
            yield line


def _of_command(line: str) -> Iterator[str]:
    """Answer the headers of a command that stands in one line, or whatever its first line has."""
    try:
        words = shlex.split(line.removesuffix("\\"))
    except ValueError:  # a quote that is not closed
        return
    for option, word in pairwise(words):
        if option in {"-H", "--header"}:
            yield word
        elif option in {"-b", "--cookie"}:
            yield f"Cookie: {word}"


def _unwrapped(line: str) -> str:
    """Take off what a shell or curl puts around a header."""
    line = line.removesuffix("\\").rstrip()
    marked = _MARK.match(line)
    if marked:
        line = line[marked.end() :]
    inner = line[1:-1]
    is_quoted = line[:1] in {"'", '"'} and line[-1:] == line[:1]
    return inner if is_quoted and (marked or _HEADER.match(inner) or _is_pair(inner)) else line


def _read_line(line: str) -> list[Pair | str]:
    header = _HEADER.match(line)
    name = header["name"].lower() if header and header["name"] else ""
    value = header["value"].strip() if header and header["name"] else line
    if name == "authorization":
        bearer = _BEARER.match(value)
        return [value[bearer.end() :]] if bearer else []
    if name == "set-cookie":
        return list(_pairs(value.partition(";")[0]))
    if name == "cookie":
        return list(_pairs(value))
    if header or not line:
        return []
    if not _is_pair(line):
        return [line]
    pairs = list(_pairs(line))
    return [pair for pair in pairs if pair is pairs[0] or pair[0].lower() not in _ATTRIBUTES]


def _is_pair(text: str) -> bool:
    """Tell a cookie from a token: base64 may end in equals signs."""
    name, equals, value = text.partition("=")
    if not equals or not is_cookie_name(name) or len(name) > _LONGEST_NAME:
        return False
    is_padded_word = len(name) >= _LONGEST_WORD and not value.strip("=")
    return not name.startswith(_TOKENS) and not is_padded_word


def _pairs(header: str) -> Iterator[Pair]:
    for part in header.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            yield name.strip(" \t"), value.strip(" \t")
