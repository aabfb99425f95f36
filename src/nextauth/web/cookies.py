"""Owns how cookies are read and written (RFC 6265bis), byte for byte as Auth.js does.

Values are percent-encoded by us and decoded by us, never by a framework: frameworks leave ``%7C``
and differ on duplicates. A name that comes twice with different values has no value here, since
nobody can tell which one is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from time import gmtime
from typing import Literal
from urllib.parse import quote

from nextauth.web.percent import percent_decoder

__all__ = ["CHUNK_SIZE", "CookieAttributes", "Cookies", "SetCookie", "chunk_cookie"]

CHUNK_SIZE = 4096 - 160
"""Bytes of value in one cookie: the browsers' 4096, less what a name and its attributes take."""

_MOST_CHARACTERS = 65_536
_LONGEST_WHOLE = 4_096  # of name and value browsers keep no more (RFC 6265bis, 5.6)
_MOST_COOKIES = 256
_MOST_ESCAPES_OF_A_TOKEN = 16
_MOST_ESCAPES = 2_500  # a browser keeps 4,096 bytes of a cookie
_CHUNK_NUMBERS = dict.fromkeys(map(str, range(32)))
_UNRESERVED = "-_.!~*'()"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PLAIN = re.compile(r"[A-Za-z0-9_.!~*'()-]*\Z")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")

SameSite = Literal["lax", "strict", "none"]


@dataclass(frozen=True, slots=True)
class CookieAttributes:
    """What goes with a cookie.

    Args:
        secure: Sent over https only.
        same_site: Whether other sites' requests carry it.
        domain: The domain that it is widened to; None keeps it on this host.
        path: The path that it is sent to.
        http_only: Out of reach for scripts.
    """

    secure: bool
    same_site: SameSite = "lax"
    domain: str | None = None
    path: str = "/"
    http_only: bool = True


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One cookie to be set or deleted.

    Args:
        name: Its name.
        value: Its value, not encoded. Not in the repr.
        attributes: What goes with it.
        expires: Unix seconds; None lasts as long as the browser runs.
        max_age: Seconds; 0 deletes.
    """

    name: str
    value: str
    attributes: CookieAttributes
    expires: int | None = None
    max_age: int | None = None

    def __repr__(self) -> str:
        return f"SetCookie({self.name!r}, [{len(self.value)} characters])"

    @property
    def is_kept(self) -> bool:
        """Whether browsers keep it: larger ones they drop without a word (RFC 6265bis, 5.6)."""
        return len(self.name) + len(encode_value(self.value)) <= _LONGEST_WHOLE

    def encode(self) -> bytes:
        """Answer the value of the ``set-cookie`` header."""
        attributes = self.attributes
        parts = [f"{self.name}={encode_value(self.value)}"]
        if self.max_age is not None:
            parts.append(f"Max-Age={self.max_age}")
        if attributes.domain is not None:
            parts.append(f"Domain={attributes.domain}")
        parts.append(f"Path={attributes.path}")
        if self.expires is not None:
            parts.append(f"Expires={_http_date(self.expires)}")
        if attributes.http_only:
            parts.append("HttpOnly")
        if attributes.secure:
            parts.append("Secure")
        parts.append(f"SameSite={attributes.same_site.capitalize()}")
        return "; ".join(parts).encode("ascii")


@lru_cache(maxsize=8)  # sessions that begin in one second end in one second
def _http_date(moment: int) -> str:
    """Write a moment as RFC 9110, 5.6.7 does; strftime would follow the server's language."""
    at = gmtime(moment)
    day, month = _DAYS[at.tm_wday], _MONTHS[at.tm_mon - 1]
    clock = f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
    return f"{day}, {at.tm_mday:02} {month} {at.tm_year} {clock} GMT"


def encode_value(value: str) -> str:
    """Percent-encode a cookie's value as JavaScript's encodeURIComponent does.

    Args:
        value: Any text.
    """
    # A token is most of what is written, and has nothing to encode.
    return value if _PLAIN.match(value) else quote(value, safe=_UNRESERVED)


def decode_value(value: str) -> str:
    """Undo `encode_value`; what is not well-formed comes back as it is.

    Args:
        value: The value as it stood in the header.
    """
    escapes = value.count("%")
    if not escapes or escapes > _MOST_ESCAPES:
        return value
    try:
        return percent_decoder(escapes)(value.encode()).decode("utf-8")
    except ValueError:
        return value


def is_cookie_name(name: str) -> bool:
    """Tell whether `name` is a token (RFC 9110, 5.6.2), as a cookie's name must be.

    Args:
        name: The name.
    """
    return _NAME.match(name) is not None


def chunk_cookie(cookie: SetCookie) -> list[SetCookie]:
    """Split a cookie that is too large for one into ``name.0``, ``name.1`` and so on.

    Args:
        cookie: The whole.

    Returns:
        The cookie itself if it fits.
    """
    value = cookie.value
    if len(value) <= CHUNK_SIZE:
        return [cookie]
    return [
        replace(cookie, name=f"{cookie.name}.{index}", value=value[start : start + CHUNK_SIZE])
        for index, start in enumerate(range(0, len(value), CHUNK_SIZE))
    ]


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
        self.are_too_many: bool = (
            len(header) > _MOST_CHARACTERS or header.count(";") >= _MOST_COOKIES
        )
        if self.are_too_many:
            return
        values = self._values
        for pair in header.split(";"):
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

    def has(self, name: str) -> bool:
        """Tell whether a cookie came, whole or in chunks, with whatever value.

        Args:
            name: The cookie's name, without a chunk's number.
        """
        return name in self._values or f"{name}.0" in self._values

    def candidates(self, name: str) -> list[str]:
        """Answer the values that a chunked cookie may stand for: the whole, the joined chunks.

        More than one only where a stale cookie lies beside a newer one. A gap between chunks or
        a name written otherwise (``name.01``): no value. Two values for one of the names: none at
        all, or who can add a second value would choose which of the others is left.

        Args:
            name: The cookie's name, without a chunk's number.
        """
        if self._conflicts is not None and not self._conflicts.isdisjoint(self.names_of(name)):
            return []
        whole = self._values.get(name)
        if whole is not None and "%" in whole:
            whole = self._token(name)
        found = [whole] if whole and len(whole) <= _LONGEST_WHOLE else []
        if f"{name}.0" in self._values and (joined := self._joined(name)):
            found.append(joined)
        return found

    def _joined(self, name: str) -> str | None:
        numbers = [number for number in _CHUNK_NUMBERS if f"{name}.{number}" in self._values]
        chunks = [self._token(f"{name}.{number}") for number in numbers]
        if len(chunks) != int(numbers[-1]) + 1 or not all(chunks):
            return None
        return "".join(chunk for chunk in chunks if chunk)

    def size_without(self, names: Iterable[str]) -> int:
        """Answer the bytes that the other cookies take in the request's header.

        Args:
            names: Cookies to leave out, with their chunks.
        """
        left_out = {sent for name in names for sent in self.names_of(name)}
        return sum(
            len(name) + len(value) + len("=; ")
            for name, value in self._values.items()
            if name not in left_out
        )

    def _token(self, name: str) -> str | None:
        """Answer the decoded value of a token, or of its part: in one there is little to decode."""
        value = self._values.get(name, "")
        return self.get(name) if value.count("%") <= _MOST_ESCAPES_OF_A_TOKEN else None

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
