"""Owns "what is our address?", "whose address is that?" and what an origin is (RFC 6454).

Without `base_url`, a request's own Host header is believed only if it is loopback and nothing was
forwarded, or if the operator said `trust_host`. Forwarded headers need `trust_host`; lists in them,
and client addresses, are read from the right through `trusted_proxies` only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Self

from nextauth.web.request import Request

__all__ = ["AddressPolicy", "Origin"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(
    r"(?P<host>[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?\Z"
)
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<netloc>[^/?#\s]+)\Z", re.IGNORECASE)
_FORWARDED = (b"forwarded", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-for")
_WITH_PORT = re.compile(r"(?:\[(?P<v6>[^\]]*)\](?::\d{1,5})?|(?P<v4>[0-9.]+):\d{1,5})\Z")
_LONGEST_PORT = 65_535
_LONGEST_ORIGIN = 300  # a host name has 253 characters (RFC 1035, 2.3.4)
_LONGEST_ADDRESS = 64
_MOST_HOPS = 16  # more proxies stand before nobody

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a web origin (RFC 6454).

    Args:
        scheme: ``"http"`` or ``"https"``.
        host: Lower case; an IPv6 address in brackets.
        port: The port.

    Attributes:
        is_secure: Whether it is https.
    """

    scheme: str
    host: str
    port: int
    is_secure: bool = field(init=False, repr=False, compare=False)
    _text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # One is asked, written, and compared with what is written, many times a request.
        text = f"{self.scheme}://{self.host}"
        if self.port != _DEFAULT_PORTS[self.scheme]:
            text = f"{text}:{self.port}"
        object.__setattr__(self, "_text", text)
        object.__setattr__(self, "is_secure", self.scheme == "https")

    def __str__(self) -> str:
        return self._text

    @property
    def netloc(self) -> str:
        """Host, and port where it is not the scheme's own."""
        return str(self).partition("://")[2]

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read an origin as browsers write it, such as ``https://example.com:8443``.

        Args:
            text: The text. Paths, user names and anything else make it None.
        """
        found = _ORIGIN.match(text) if len(text) <= _LONGEST_ORIGIN else None
        return cls.of(found["scheme"].lower(), found["netloc"]) if found else None

    @classmethod
    def of(cls, scheme: str, netloc: str) -> Self | None:
        """Make an origin from a scheme and a Host header; None where they are not well-formed.

        Args:
            scheme: ``"http"`` or ``"https"``.
            netloc: Host with an optional port.
        """
        found = _HOST.match(netloc)
        if found is None or scheme not in _DEFAULT_PORTS:
            return None
        port = int(found["port"]) if found["port"] else _DEFAULT_PORTS[scheme]
        if not 0 < port <= _LONGEST_PORT:
            return None
        return cls(scheme, found["host"].lower().rstrip("."), port)

    @property
    def is_loopback(self) -> bool:
        """Whether it can only be this machine (RFC 6761, 6.3)."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


@dataclass(eq=False, frozen=True, slots=True)
class AddressPolicy:
    """Answers which origin a request was meant for, and from which address it came.

    Args:
        base_url: The public origin; beats every header.
        trust_host: Believe Host, X-Forwarded-Host and X-Forwarded-Proto.
        trusted_proxies: Networks of our proxies, or how many proxies stand before us.
    """

    base_url: Origin | None
    trust_host: bool
    trusted_proxies: tuple[Network, ...] | int

    def origin(self, request: Request) -> Origin | None:
        """Answer our public origin for this request; None if nobody told us.

        Args:
            request: The request.
        """
        if self.base_url is not None:
            return self.base_url
        hosts = request.header_values(b"host")
        host = hosts[0] if len(hosts) == 1 else ""
        if self.trust_host:
            scheme = self._forwarded(request, b"x-forwarded-proto") or request.scheme
            return Origin.of(scheme.lower(), self._forwarded(request, b"x-forwarded-host") or host)
        if any(name in _FORWARDED for name, _ in request.headers):
            return None
        origin = Origin.of(request.scheme, host)
        return origin if origin is not None and origin.is_loopback else None

    def _forwarded(self, request: Request, name: bytes) -> str | None:
        value = request.header(name)
        if not value or not self._may_forward(request):
            return None
        if "," not in value:
            return value.strip()
        hops = self._hops(request)
        entries = value.rsplit(",", hops)
        return entries[max(0, len(entries) - hops)].strip() if hops else ""

    def _may_forward(self, request: Request) -> bool:
        if isinstance(self.trusted_proxies, int) or not self.trusted_proxies:
            return True
        return request.client is not None and self._is_ours(request.client)

    def _hops(self, request: Request) -> int:
        if isinstance(self.trusted_proxies, int):
            return self.trusted_proxies
        chain = _chain(request, _MOST_HOPS)
        return next(
            (hop for hop, address in enumerate(chain) if not self._is_ours(address)), len(chain)
        )

    def _is_ours(self, address: str) -> bool:
        if isinstance(self.trusted_proxies, int):
            return False
        parsed = _parsed(address) if len(address) <= _LONGEST_ADDRESS else None
        return parsed is not None and any(parsed in network for network in self.trusted_proxies)

    def client_address(self, request: Request) -> str | None:
        """Answer the address of the person's machine, as far as our own proxies vouch for it.

        Args:
            request: The request.
        """
        if not self.trusted_proxies:
            return request.client
        most = self.trusted_proxies if isinstance(self.trusted_proxies, int) else _MOST_HOPS
        chain = _chain(request, most)
        farthest = chain[min(self._hops(request), len(chain) - 1)]
        try:
            return str(ip_address(_without_port(farthest)))
        except ValueError:
            return request.client


@lru_cache(maxsize=256)  # the same few proxies stand before every request
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(_without_port(address))
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _chain(request: Request, most: int) -> Sequence[str]:
    """Answer the peer and what stands before it, nearest first."""
    # A peer without an address, on a Unix socket, is a hop as well.
    peer = request.client or ""
    forwarded = request.header(b"x-forwarded-for")
    # Who sends thousands of addresses sends them before our proxies' own, which are the last.
    entries = [entry.strip() for entry in forwarded.rsplit(",", most)[-most:]] if forwarded else []
    return [peer, *reversed(entries)]


def _without_port(address: str) -> str:
    """Answer an address as it stands in X-Forwarded-For, where some proxies write its port too."""
    found = _WITH_PORT.match(address)
    return (found["v6"] or found["v4"]) if found else address
