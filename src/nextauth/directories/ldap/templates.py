"""Owns how what a person typed gets into a filter or a DN: escaped, and found again in the answer.

Directories compare names loosely: many take other letters that look alike, accents, or invisible
characters for the same name (RFC 4518). So an entry counts only if it holds what was typed, but for
case.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nextauth.directories.ldap.entries import Entry

__all__ = [
    "DirectTemplate",
    "SearchTemplate",
    "escaped",
    "escaped_octets",
    "filled",
    "placeholders",
]

_PLACEHOLDER = "{username}"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._@")
_COMPARED = re.compile(r"\(([A-Za-z][A-Za-z0-9.-]*)=([^()*\\{}]*)\{username\}([^()*\\{}]*)\)")
_FIRST_RDN = re.compile(r"([A-Za-z][A-Za-z0-9-]*)=\{username\}(?:,[^{}]+)?\Z")
_NAMED = re.compile(r"\{([A-Za-z][A-Za-z0-9-]*)\}")


def escaped(text: str) -> str:
    r"""Escape a value for a filter (RFC 4515, 3) and for a DN (RFC 4514, 2.4) alike.

    Both take ``\xx`` for any octet, so all are written so but letters, digits and ``-._@``.

    Args:
        text: Anything.
    """
    return escaped_octets(text.encode(), keep=_PLAIN)


def escaped_octets(value: bytes, *, keep: frozenset[int] = frozenset()) -> str:
    """Escape the octets of a value, as `escaped` does.

    Args:
        value: Anything.
        keep: Octets that are written as they are.
    """
    return "".join(chr(octet) if octet in keep else f"\\{octet:02x}" for octet in value)


@dataclass(frozen=True, slots=True)
class SearchTemplate:
    """A filter with ``{username}`` in it, such as ``(uid={username})``.

    Raises:
        ValueError: It is no such filter.
    """

    text: str

    def __post_init__(self) -> None:
        _check_filter(self.text, "search")
        uses = self.text.count(_PLACEHOLDER)
        if not uses or uses != len(_COMPARED.findall(self.text)):
            msg = (
                f"search={self.text!r}: write {_PLACEHOLDER} where a name is compared as a whole, "
                "such as (uid={username}) or (mail={username}@example.com)."
            )
            raise ValueError(msg)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes that a name is compared to."""
        return tuple(dict.fromkeys(attribute for attribute, _, _ in _COMPARED.findall(self.text)))

    @property
    def of_anybody(self) -> str:
        """The filter for whoever has a name of any kind."""
        return self.text.replace(_PLACEHOLDER, "*")

    def of(self, name: str) -> str:
        """Answer the filter for a name.

        Args:
            name: What was typed.
        """
        return self.text.replace(_PLACEHOLDER, escaped(name))

    def names(self, entry: Entry, name: str) -> bool:
        """Tell whether an entry has the name that was typed.

        Args:
            entry: What was found.
            name: What was typed.
        """
        return any(
            _has(entry.texts(attribute), before + name + after)
            for attribute, before, after in _COMPARED.findall(self.text)
        )


@dataclass(frozen=True, slots=True)
class DirectTemplate:
    """A DN with ``{username}`` in it, such as ``uid={username},ou=people,dc=example,dc=com``.

    Raises:
        ValueError: It is no such DN.
    """

    text: str

    def __post_init__(self) -> None:
        if not isinstance(self.text, str) or not _FIRST_RDN.match(self.text):
            msg = (
                f"direct={self.text!r}: write a DN that begins with the name, such as "
                "uid={username},ou=people,dc=example,dc=com."
            )
            raise ValueError(msg)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attribute that a name is compared to."""
        return (self.text.partition("=")[0],)

    @property
    def of_anybody(self) -> str:
        """The filter for whoever has a name of any kind."""
        return f"({self.attributes[0]}=*)"

    def of(self, name: str) -> str:
        """Answer the DN for a name.

        Args:
            name: What was typed.
        """
        return self.text.replace(_PLACEHOLDER, escaped(name))

    def names(self, entry: Entry, name: str) -> bool:
        """Tell whether an entry has the name that was typed.

        Args:
            entry: What was found.
            name: What was typed.
        """
        return _has(entry.texts(self.attributes[0]), name)


def filled(template: str, values: Mapping[str, str]) -> str | None:
    """Fill a filter with values of an entry, escaped; None if it has not all of them.

    Args:
        template: A filter with names of attributes in braces.
        values: By the attribute's name in lower case.
    """
    if any(name.lower() not in values for name in _NAMED.findall(template)):
        return None
    return _NAMED.sub(lambda match: escaped(values[match[1].lower()]), template)


def placeholders(template: str, argument: str) -> tuple[str, ...]:
    """Answer the names in braces of a filter.

    Args:
        template: The filter.
        argument: What it was given as, for the message.

    Raises:
        ValueError: It is no filter.
    """
    _check_filter(template, argument)
    return tuple(dict.fromkeys(_NAMED.findall(template)))


def _check_filter(text: str, argument: str) -> None:
    """Refuse what is plainly no filter; the rest is for the server to say."""
    depth = 0
    is_filter = isinstance(text, str) and text.startswith("(") and text.endswith(")")
    for character in text if is_filter else "":
        depth += (character == "(") - (character == ")")
        is_filter = is_filter and depth >= 0
    if not is_filter or depth:
        msg = f"{argument}={text!r} is no filter; write one in parentheses (RFC 4515)."
        raise ValueError(msg)


def _has(values: Iterable[str], wanted: str) -> bool:
    return _comparable(wanted) in {_comparable(value) for value in values}


def _comparable(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
