"""Owns how cookies are read (RFC 6265bis), byte for byte as Auth.js does.

Values are percent-decoded by us, never by a framework: frameworks leave ``%7C`` and differ on
duplicates. A name that comes twice with different values has no value here, since nobody can tell
which one is ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import methodcaller

from nextauth.web.percent import decode_single, percent_decoder
from nextauth.web.set_cookies import LONGEST_COOKIE

__all__ = ["ESCAPES_OF_A_TOKEN", "MOST_ESCAPES", "Cookies", "decode_value"]

ESCAPES_OF_A_TOKEN = 16
"""Most escapes in the cookie of a token that is base64url."""

MOST_ESCAPES = 2_500
"""Most escapes that are undone in any cookie: a browser keeps 4,096 bytes of one."""

_MOST_CHARACTERS = 65_536
_MOST_COOKIES = 256
_CHUNK_NUMBERS = dict.fromkeys(map(str, range(32)))


def decode_value(value: str) -> str:
    """Undo `encode_value`; what is not well-formed comes back as it is.

    Args:
        value: The value as it stood in the header.
    """
    escapes = value.count("%")
    if not escapes or escapes > MOST_ESCAPES:
        return value
    if escapes == 1 and (decoded := decode_single(value)):  # the CSRF cookie's "|"
        return decoded
    try:
        return percent_decoder(escapes)(value.encode()).decode("utf-8")
    except ValueError:
        return value


class Cookies:
    """The cookies of one request.

    Args:
        headers: The values of its ``cookie`` headers (HTTP/2 may send several).

    Attributes:
        are_too_many: Whether there were more than any browser sends, so that none was read.
    """

    __slots__ = ("_conflicts", "_values", "are_too_many")

    def __init__(self, headers: Iterable[str]) -> None:
        self._values: dict[str, str] = {}
        self._conflicts: set[str] | None = None
        header = "; ".join(headers)
        # Past these limits no browser of today goes; reading on would only cost time.
        pairs = header.split(";", _MOST_COOKIES)
        self.are_too_many: bool = len(header) > _MOST_CHARACTERS or len(pairs) > _MOST_COOKIES
        if self.are_too_many:
            return
        values = self._values
        for pair in pairs:
            name, equals, value = pair.partition("=")
            if not equals:
                continue
            name, value = name.strip(" \t"), value.strip(" \t")
            if values.setdefault(name, value) != value:
                if self._conflicts is None:
                    self._conflicts = set()
                self._conflicts.add(name)

    def __repr__(self) -> str:
        return f"Cookies({sorted(self._values)})"

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: str) -> str | None:
        """Answer a cookie's decoded value; None if it is missing, or came with two values.

        Args:
            name: The exact name.
        """
        value = self._values.get(name)
        if value is None or (self._conflicts is not None and name in self._conflicts):
            return None
        return decode_value(value)

    def holds(self, name: str, written: str) -> bool:
        """Tell whether a cookie has this value, as it was written.

        Args:
            name: The exact name.
            written: The value, encoded.
        """
        if self._values.get(name) != written:
            return False
        return self._conflicts is None or name not in self._conflicts

    def has(self, name: str) -> bool:
        """Tell whether a cookie came, whole or in chunks, with whatever value.

        Args:
            name: The cookie's name, without a chunk's number.
        """
        return name in self._values or f"{name}.0" in self._values

    def has_any(self, beginnings: tuple[str, ...]) -> bool:
        """Tell whether any cookie came whose name begins with one of these.

        Args:
            beginnings: Names, or what they begin with.
        """
        return any(map(methodcaller("startswith", beginnings), self._values))

    def candidates(self, name: str, most_escapes: int = ESCAPES_OF_A_TOKEN) -> list[str]:
        """Answer the values that a chunked cookie may stand for: the whole, the joined chunks.

        More than one only where a stale cookie lies beside a newer one. A gap between chunks or
        a name written otherwise (``name.01``): no value. Two values for one of the names: none at
        all, or who can add a second value would choose which of the others is left.

        Args:
            name: The cookie's name, without a chunk's number.
            most_escapes: How many escapes the whole may have; chunks have few in any case.
        """
        if self._conflicts is not None and not self._conflicts.isdisjoint(self.names_of(name)):
            return []
        whole = self._values.get(name)
        if whole is not None and "%" in whole:
            whole = self._token(name, most_escapes)
        found = [whole] if whole and len(whole) <= LONGEST_COOKIE else []
        if f"{name}.0" in self._values and (joined := self._joined(name)):
            found.append(joined)
        return found

    def _joined(self, name: str) -> str | None:
        numbers = [number for number in _CHUNK_NUMBERS if f"{name}.{number}" in self._values]
        chunks = [self._token(f"{name}.{number}") for number in numbers]
        if len(chunks) != int(numbers[-1]) + 1 or not all(chunks):
            return None
        return "".join(chunk for chunk in chunks if chunk)

    def size_without(self, names: Collection[str]) -> int:
        """Answer the bytes that the other cookies take in the request's header.

        Args:
            names: Exact names to leave out, as `names_of` answers them.
        """
        values = self._values
        size = sum(map(len, values)) + sum(map(len, values.values())) + len(values) * len("=; ")
        for name in names:
            size -= len(name) + len(values[name]) + len("=; ")
        return size

    def _token(self, name: str, most_escapes: int = ESCAPES_OF_A_TOKEN) -> str | None:
        """Answer the decoded value of a token, or of its part: in one there is little to decode."""
        value = self._values.get(name, "")
        return self.get(name) if value.count("%") <= most_escapes else None

    def names_of(self, name: str) -> list[str]:
        """Answer which of the cookie's own names the browser sent: the whole and any chunk.

        Args:
            name: The cookie's name, without a chunk's number.
        """
        prefix = f"{name}."
        return [
            sent
            for sent in self._values
            if sent == name or (sent.startswith(prefix) and sent[len(prefix) :] in _CHUNK_NUMBERS)
        ]
