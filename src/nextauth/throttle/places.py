"""Owns which address a try is counted under, and when no address tells people apart.

Behind a proxy that nobody told us of, everybody comes from one address: to count it would lock the
whole site. It is not counted then, and a warning says what to configure.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from nextauth.web import AddressPolicy, Request

__all__ = ["Places"]

_log = logging.getLogger("nextauth.throttle")
_FORWARDED = frozenset({b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via"})
# Where proxies and the machines behind them are: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
_INSIDE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_HALF = 64  # an IPv6 network of one customer: RFC 6177


class Places:
    """Answers where a request comes from, as far as it is counted.

    Args:
        policy: Whom to believe about the client's address.
    """

    __slots__ = ("_is_public", "_policy", "_proxies_are_declared", "_warned")

    def __init__(self, policy: AddressPolicy) -> None:
        proxies = policy.trusted_proxies
        self._policy = policy
        self._proxies_are_declared = isinstance(proxies, int) or bool(proxies)
        base = policy.base_url
        self._is_public = policy.trust_host if base is None else not base.is_loopback
        self._warned = False

    def of(self, request: Request) -> str | None:
        """Answer the network that counts for a request; None where it tells nobody apart.

        Args:
            request: The request.
        """
        address = self._policy.client_address(request) or ""
        network = _network(address)
        if network is not None and (
            self._proxies_are_declared or not _is_forwarded(request) or not _is_inside(address)
        ):
            return network
        self._warn(request)
        return None

    def warn_of_proxy(self, request: Request) -> None:
        """Say, once, that an address which is out of tries may be a proxy's, if it may.

        Args:
            request: The request.
        """
        if self._warned or self._proxies_are_declared or not _is_forwarded(request):
            return
        self._warned = True
        _log.warning(
            "Too many tries to sign in came from %r. If that is a proxy of yours, which everybody "
            "comes through, set trusted_proxies to its network, or to the number of proxies.",
            request.client,
            extra={"code": "TooManyRequests"},
        )

    def _warn(self, request: Request) -> None:
        if self._warned or not self._is_public:
            return
        self._warned = True
        _log.warning(
            "Tries to sign in are counted by account, and not by address: %r does not tell people "
            "apart, since a proxy of yours seems to stand between. Set trusted_proxies to its "
            "network, or to the number of proxies; 0 says that there is none.",
            request.client,
            extra={"code": "unknown-address"},
        )


@lru_cache(maxsize=1024)
def _network(text: str) -> str | None:
    """Answer what an address is counted as; None where it tells nobody apart."""
    address = _parsed(text)
    if address is None or address.is_loopback:
        return None
    return str(address) if address.version == 4 else f"{int(address) >> _HALF:x}"  # noqa: PLR2004


def _is_inside(text: str) -> bool:
    address = _parsed(text)
    return address is not None and any(address in network for network in _INSIDE)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return _inner(address) or address if isinstance(address, IPv6Address) else address


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Answer the IPv4 address that an IPv6 address stands for (RFC 4291, 6052, 3056), or None."""
    mapped = address.ipv4_mapped or address.sixtofour
    if mapped is None and address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return mapped


def _is_forwarded(request: Request) -> bool:
    return any(name in _FORWARDED for name, _ in request.headers)
