"""Owns which mail server is asked and how, and what about that is refused as unsafe."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal, Protocol

__all__ = ["MailServer", "Security", "TlsContext"]

Security = Literal["starttls", "tls", "none"]

_PORTS = {"starttls": 587, "tls": 465, "none": 25}  # RFC 6409, RFC 8314, RFC 5321
_MOST_PORT = 65_535
_LONGEST_TIMEOUT = 300.0
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})")
_CERT_REQUIRED = 2  # ssl.CERT_REQUIRED


class TlsContext(Protocol):
    """What is looked at of an ``ssl.SSLContext``."""

    @property
    def check_hostname(self) -> bool:
        """Whether the certificate must be for the host that was asked for."""
        ...

    @property
    def verify_mode(self) -> int:
        """Whether there must be a certificate, of somebody who is trusted."""
        ...


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and our account there. The password is not in the repr. Validates itself.

    The arguments are those of `SmtpMailer`, which its errors name.

    Raises:
        TypeError: One of them is of another type. No message holds the password.
        ValueError: One of them is of another form, or unsafe.
    """

    host: str
    port: int
    security: Security
    timeout: float
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    tls_context: TlsContext | None = field(default=None, repr=False)

    @classmethod
    def default_port(cls, security: Security) -> int:
        """Answer the port that a way to encrypt has, or 0 if there is no such way.

        Args:
            security: The way.
        """
        return _PORTS.get(security, 0)

    def __post_init__(self) -> None:
        texts = (("host", self.host), ("username", self.username), ("password", self.password))
        for name, value in texts:
            if not (isinstance(value, str) or (value is None and name != "host")):
                msg = f"SmtpMailer({name}=...) takes a str, not {type(value).__name__}"
                raise TypeError(msg)
        if self.security not in _PORTS:
            msg = f"SmtpMailer(security={self.security!r}): use 'starttls', 'tls' or 'none'"
            raise ValueError(msg)
        if not _HOST.fullmatch(self.host) and not _is_ip(self.host):
            msg = f"SmtpMailer(host={self.host!r}): use a host's name or IP address alone"
            raise ValueError(msg)
        if not _is_number(self.port) or not 1 <= self.port <= _MOST_PORT or self.port % 1:
            msg = f"SmtpMailer(port={self.port!r}): use 1 to {_MOST_PORT}"
            raise ValueError(msg)
        if not _is_number(self.timeout) or not 0 < self.timeout <= _LONGEST_TIMEOUT:
            msg = (
                f"SmtpMailer(timeout={self.timeout!r}): use seconds up to {_LONGEST_TIMEOUT:.0f}; "
                "a browser waits meanwhile"
            )
            raise ValueError(msg)
        self._refuse_what_is_unsafe()

    def _refuse_what_is_unsafe(self) -> None:
        if (self.username is None) != (self.password is None):
            msg = "SmtpMailer takes a username and a password, or neither"
            raise ValueError(msg)
        context = self.tls_context
        if self.security == "none":
            if not _is_loopback(self.host):
                msg = (
                    f"SmtpMailer(host={self.host!r}, security='none') would send codes readable "
                    "by everybody on the way: use 'starttls' or 'tls'"
                )
                raise ValueError(msg)
            if self.username is not None or context is not None:
                msg = (
                    "SmtpMailer(security='none') takes neither a password, which it would send "
                    "unencrypted, nor a tls_context: use 'starttls' or 'tls'"
                )
                raise ValueError(msg)
        elif context is not None and not (
            context.check_hostname and context.verify_mode == _CERT_REQUIRED
        ):
            msg = (
                "SmtpMailer(tls_context=...) checks no certificates: use what "
                "ssl.create_default_context() answers, and load your own authority into it"
            )
            raise ValueError(msg)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or (_is_ip(host) and ip_address(host).is_loopback)
