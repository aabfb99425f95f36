"""Owns what a directory's entry is, and what the octets of its attributes mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

__all__ = ["Entry", "identifier_octets"]

# Those whose octets are no text, and what they are (MS-DTYP, 2.3.4.2 and 2.4.2.2).
_GUID = "objectguid"
_SID = "objectsid"


@dataclass(frozen=True, slots=True)
class Entry:
    """What was found.

    Args:
        dn: Its distinguished name.
        values: Its attributes by their names in lower case.
    """

    dn: str
    values: Mapping[str, Sequence[bytes]]

    @classmethod
    def of(cls, dn: str, attributes: Mapping[str, Sequence[bytes]]) -> Entry:
        """Make one of what the server sent: it may spell an attribute in another case.

        Args:
            dn: Its distinguished name.
            attributes: By name.
        """
        return cls(dn, {name.lower(): tuple(values) for name, values in attributes.items()})

    def texts(self, attribute: str) -> list[str]:
        """Answer the values of an attribute that are text, or have a form as text.

        Args:
            attribute: Its name, in any case.
        """
        name = attribute.lower()
        read = (_text(name, value) for value in self.values.get(name, ()))
        return [text for text in read if text is not None]

    def text(self, attribute: str) -> str | None:
        """Answer the first value of an attribute; None if there is none.

        Args:
            attribute: Its name, in any case.
        """
        return next(iter(self.texts(attribute)), None)

    def number(self, attribute: str) -> int | None:
        """Answer the first value of an attribute as a number; None if it is none.

        Args:
            attribute: Its name, in any case.
        """
        text = self.text(attribute)
        try:
            return None if text is None else int(text)
        except ValueError:
            return None

    def is_true(self, attribute: str) -> bool:
        """Tell whether an attribute is ``TRUE`` (RFC 4517, 3.3.3); some servers write ``true``.

        Args:
            attribute: Its name, in any case.
        """
        return (self.text(attribute) or "").strip().upper() == "TRUE"

    def mapping(self, attributes: Iterable[str]) -> dict[str, str | list[str]]:
        """Answer the attributes that were asked for, as `UserMap` takes them.

        Args:
            attributes: Their names, as they were asked for.
        """
        found = {name: self.texts(name) for name in attributes}
        return {
            name: texts[0] if len(texts) == 1 else texts for name, texts in found.items() if texts
        }


def identifier_octets(attribute: str, text: str) -> bytes | None:
    """Answer the octets that a user's key was made of; None if it cannot have been.

    Args:
        attribute: The attribute that is the user's key.
        text: The key.
    """
    if attribute.lower() == _GUID:
        try:
            return UUID(text).bytes_le
        except ValueError:
            return None
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


def _text(attribute: str, value: bytes) -> str | None:
    if attribute == _GUID:
        return str(UUID(bytes_le=value)) if len(value) == 16 else None  # noqa: PLR2004 - octets
    if attribute == _SID:
        return _sid(value)
    try:
        return value.decode()
    except UnicodeDecodeError:  # a picture, or a certificate
        return None


def _sid(value: bytes) -> str | None:
    """Write a security identifier as people do: ``S-1-5-21-…``."""
    if len(value) < 8 or len(value) != 8 + 4 * value[1]:  # noqa: PLR2004 - octets
        return None
    authority = int.from_bytes(value[2:8], "big")
    parts = (int.from_bytes(value[at : at + 4], "little") for at in range(8, len(value), 4))
    return "-".join(("S", str(value[0]), str(authority), *map(str, parts)))
