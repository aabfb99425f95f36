"""Owns where an LDAP server is and how it is reached: never so that a password travels in clear."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["ServerOptions"]

_SCHEMES = ("ldap", "ldaps", "ldapi")


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the servers are reached.

    Args:
        urls: In the order in which they are tried.
        start_tls: Whether TLS is started on an ``ldap://`` connection (RFC 4511, 4.14).
        ca_file: Certificates that are trusted, PEM; None: those of the system.
        connect_timeout: Seconds for a connection and its TLS handshake, each.
        timeout: Seconds for one question.

    Raises:
        ValueError: A password would travel in clear, or a value is impossible.
    """

    urls: tuple[str, ...]
    start_tls: bool = False
    ca_file: Path | None = None
    connect_timeout: float = 3.0
    timeout: float = 5.0

    def __post_init__(self) -> None:
        if not self.urls:
            msg = "url=() names no server; write one such as 'ldaps://ldap.example.com'."
            raise ValueError(msg)
        for url in self.urls:
            _check_url(url, start_tls=self.start_tls)
        for name, seconds in (("connect_timeout", self.connect_timeout), ("timeout", self.timeout)):
            if not 0 < seconds <= 300:  # noqa: PLR2004 - seconds
                msg = f"{name}={seconds!r}: use seconds above 0, 300 at most."
                raise ValueError(msg)
        if self.ca_file is not None and not self.ca_file.is_file():
            msg = f"ca_file={str(self.ca_file)!r} is no file; name one with certificates as PEM."
            raise ValueError(msg)

    @property
    def name(self) -> str:
        """What the system is called in messages."""
        return self.urls[0]


def as_urls(url: str | Sequence[str]) -> tuple[str, ...]:
    """Answer one URL or several as several.

    Args:
        url: As it was given.
    """
    return tuple(url) if isinstance(url, (list, tuple)) else (str(url),)


def _check_url(url: str, *, start_tls: bool) -> None:
    # libldap takes both for what parts two URLs.
    if isinstance(url, str) and any(each.isspace() or each == "," for each in url):
        msg = "url=… holds a space or a comma; write several servers as a list."
        raise ValueError(msg)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except (ValueError, AttributeError, TypeError):
        msg = f"url={url!r} is no URL; write one such as 'ldaps://ldap.example.com'."
        raise ValueError(msg) from None
    if parts.scheme not in _SCHEMES or (not host and parts.scheme != "ldapi"):
        msg = f"url={url!r}: write ldaps://HOST, ldap://HOST or ldapi://PATH."
        raise ValueError(msg)
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        msg = f"url of {host!r}: write the scheme, the host and the port only."
        raise ValueError(msg)
    if start_tls and parts.scheme != "ldap":
        msg = f"start_tls=True with {url!r}: leave it out, TLS is started on ldap:// only."
        raise ValueError(msg)
    if parts.scheme == "ldap" and not start_tls and not _is_loopback(host):
        msg = (
            f"url={url!r} sends passwords in clear. Write ldaps://, or start_tls=True if the "
            "server has no port for it."
        )
        raise ValueError(msg)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
