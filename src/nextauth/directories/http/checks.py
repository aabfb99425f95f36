"""Owns what is refused when a directory is made: addresses and headers that are not safe to use.

No message shows more of an address than its host, and none a header's value: both hold secrets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

__all__ = ["Headers", "check_seconds", "checked_headers", "checked_url", "is_sendable", "origin_of"]

Headers = tuple[tuple[str, str], ...]

_VISIBLE = re.compile(r"[!-~]+\Z")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_HEADER_VALUE = re.compile(r"[!-~](?:[ !-~]*[!-~])?\Z")
_LONGEST_VALUE = 16_384
_OURS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def checked_url(url: str, *, where: str, allow_http: bool) -> str:
    """Answer an address that credentials may be sent to.

    Args:
        url: What was given.
        where: How an error calls it, such as ``"HttpDirectory(url=...)"``.
        allow_http: Whether another machine may be asked without TLS.

    Raises:
        ValueError: It may not.
    """
    if not isinstance(url, str) or not _VISIBLE.match(url) or "\\" in url:
        message = f"{where} is no address; write one such as 'https://login.example.com/session'"
        raise ValueError(message)
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        message = f"{where}: its host or port does not parse"
        raise ValueError(message) from None
    if parts.scheme not in {"https", "http"} or not host:
        message = f"{where} is no address of a website; begin it with 'https://'"
        raise ValueError(message)
    if "@" in parts.netloc or parts.fragment:
        message = f"{where} at {host} holds a user or a fragment; give a secret as a header"
        raise ValueError(message)
    if parts.scheme == "http" and not (allow_http or _is_loopback(host)):
        message = (
            f"{where}: passwords would be readable on the way to {host}. Use https; or, on a "
            "network that is yours alone, allow_http=True"
        )
        raise ValueError(message)
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> tuple[str, str | None, int]:
    """Answer scheme, host and port of an address that was checked.

    Args:
        url: The address.
    """
    parts: SplitResult = urlsplit(url)
    usual = 443 if parts.scheme == "https" else 80
    return parts.scheme, parts.hostname, parts.port or usual


def checked_headers(headers: Mapping[str, str], *, where: str) -> Headers:
    """Answer headers that can be sent as they are.

    Args:
        headers: By name.
        where: How an error calls them.

    Raises:
        ValueError: A name or a value cannot be sent, or is not the caller's to choose.
    """
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.match(name) or name.lower() in _OURS:
            message = f"{where} names {name!r}, which is no header that can be chosen; leave it out"
            raise ValueError(message)
        if not isinstance(value, str) or not is_sendable(value):
            message = f"{where}: the value of {name!r} is not 1 to 16384 characters of ASCII"
            raise ValueError(message)
    return tuple((name.lower(), value) for name, value in headers.items())


def is_sendable(value: str) -> bool:
    """Tell whether a text can be a header's value, and nothing but one.

    Args:
        value: Any text.
    """
    return len(value) <= _LONGEST_VALUE and _HEADER_VALUE.match(value) is not None


def check_seconds(value: float, *, where: str, least: float) -> None:
    """Refuse what is no time.

    Args:
        value: What was given.
        where: How an error calls it.
        least: The least that it may be.

    Raises:
        ValueError: It is none.
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not least <= value <= 10**9:
        message = f"{where}={value!r} is no time; use seconds, from {least} on"
        raise ValueError(message)
