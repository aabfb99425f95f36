"""Owns which cookies an answer sets (RFC 6265, 5.2), and how they are sent back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime

__all__ = ["cookie_header", "cookies_set"]

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}\Z")
# What RFC 6265, 4.1.1 allows, and the blanks, commas and quotes that real ones have.
_VALUE = re.compile(r"[\x20-\x3a\x3c-\x7e]{1,4096}\Z")
_MOST = 50


def cookies_set(lines: Iterable[str], *, now: float) -> Mapping[str, str]:
    """Answer the cookies that ``Set-Cookie`` lines set, by name; the last of equal names.

    Args:
        lines: The headers' values.
        now: Unix seconds; a cookie that is over is deleted, not set.
    """
    found: dict[str, str] = {}
    for line in list(lines)[:_MOST]:
        pair, *attributes = line.split(";")
        name, _, value = (part.strip() for part in pair.partition("="))
        if not _NAME.match(name):
            continue
        if _VALUE.match(value) and not _is_over(attributes, now):
            found[name] = value
        else:
            found.pop(name, None)
    return found


def _is_over(attributes: Iterable[str], now: float) -> bool:
    given = {}
    for each in attributes:
        name, _, value = each.partition("=")
        given[name.strip().lower()] = value.strip()
    age = given.get("max-age")
    if age is not None and re.fullmatch(r"-?[0-9]{1,20}", age):  # it counts more than a date
        return int(age) <= 0
    try:
        return parsedate_to_datetime(given["expires"]).timestamp() <= now
    except (KeyError, ValueError, TypeError, OverflowError, IndexError, OSError):
        return False


def cookie_header(cookies: Mapping[str, str]) -> str:
    """Answer the ``Cookie`` header that sends cookies back.

    Args:
        cookies: By name.
    """
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
