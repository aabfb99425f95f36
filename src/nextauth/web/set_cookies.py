"""Owns how cookies are set (RFC 6265bis): names, attributes, encoding and chunks, as Auth.js does.

Values are percent-encoded here, never by a framework.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from string import ascii_letters, digits
from time import gmtime
from typing import Literal, NamedTuple
from urllib.parse import quote

__all__ = [
    "CHUNK_SIZE",
    "LONGEST_COOKIE",
    "CookieAttributes",
    "SameSite",
    "SetCookie",
    "chunk_cookie",
    "encode_value",
    "is_cookie_name",
]

CHUNK_SIZE = 4096 - 160
"""Bytes of value in one cookie: the browsers' 4096, less what a name and its attributes take."""

LONGEST_COOKIE = 4_096
"""Bytes of name and value that browsers keep of one cookie (RFC 6265bis, 5.6)."""

_UNRESERVED = "-_.!~*'()"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PLAIN = (ascii_letters + digits + _UNRESERVED).encode("ascii")
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
    _fixed: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fixed = f"; SameSite={str(self.same_site).capitalize()}"
        if self.secure:
            fixed = f"; Secure{fixed}"
        object.__setattr__(self, "_fixed", f"; HttpOnly{fixed}" if self.http_only else fixed)

    def written(self, expires: int | None, max_age: int | None) -> str:
        """Answer what stands behind a cookie's value in its header.

        Args:
            expires: Unix seconds, or None.
            max_age: Seconds, or None.
        """
        age = "" if max_age is None else f"; Max-Age={max_age}"
        domain = "" if self.domain is None else f"; Domain={self.domain}"
        ends = "" if expires is None else f"; Expires={_http_date(expires)}"
        return f"{age}{domain}; Path={self.path}{ends}{self._fixed}"


class SetCookie(NamedTuple):
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
        name, value = len(self.name), self.value
        if value.isascii() and name + len("%20") * len(value) <= LONGEST_COOKIE:
            return True  # as most are, however much of it is to be encoded
        return name + len(encode_value(value)) <= LONGEST_COOKIE

    def encode(self) -> bytes:
        """Answer the value of the ``set-cookie`` header."""
        name, value, attributes, expires, max_age = self
        behind = attributes.written(expires, max_age)
        return f"{name}={encode_value(value)}{behind}".encode("ascii")


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
    if value.isascii() and not value.encode("ascii").translate(None, _PLAIN):
        return value
    return quote(value, safe=_UNRESERVED)


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
        cookie._replace(name=f"{cookie.name}.{index}", value=value[start : start + CHUNK_SIZE])
        for index, start in enumerate(range(0, len(value), CHUNK_SIZE))
    ]
