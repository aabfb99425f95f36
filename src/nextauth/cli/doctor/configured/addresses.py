"""Owns what is found about the configured addresses: our own, proxies, trusted origins."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.web import Origin
from nextauth.web.origin import Network

__all__ = ["CHECKS"]

PLAIN = Diagnosis(
    "base-url-plain-http",
    Severity.ERROR,
    "The public address is plain http, so that passwords and sessions can be read on the way.",
    "Serve the site over https, and write base_url='https://...'.",
)
ANYBODY = Diagnosis(
    "trust-host-anybody",
    Severity.WARNING,
    "trust_host is on without trusted_proxies, so that the address is believed from whoever asks.",
    "Set base_url instead; or name your proxies: trusted_proxies=['10.0.0.5'].",
)
UNUSED = Diagnosis(
    "trust-host-unused",
    Severity.NOTE,
    "trust_host changes nothing for the address, since base_url decides it.",
    "Leave trust_host out.",
)
WIDE = Diagnosis(
    "trusted-proxies-wide",
    Severity.WARNING,
    "A network of trusted_proxies is public and large, so that strangers are in it.",
    "Name the addresses of your own proxies, or how many stand in front.",
)
ORIGIN_PLAIN = Diagnosis(
    "trusted-origin-plain-http",
    Severity.WARNING,
    "A trusted origin is plain http: whoever is on the way can change its pages, and act by them.",
    "Serve that site over https, or take it out of trusted_origins.",
)
ORIGIN_LOOPBACK = Diagnosis(
    "trusted-origin-loopback",
    Severity.WARNING,
    "A public site trusts pages of the visitor's own machine, as is done during development.",
    "Take that origin out of trusted_origins on the public site.",
)
CONFLICT = Diagnosis(
    "auth-url-ignored",
    Severity.WARNING,
    "The environment names another address than base_url, which is the one that counts.",
    "Set one of the two: leave base_url out, or the variable.",
)
AUTH_TRUST_HOST = Diagnosis(
    "auth-trust-host-ignored",
    Severity.NOTE,
    "AUTH_TRUST_HOST is set, as for Auth.js; nextauth does not read it.",
    "Set base_url (or AUTH_URL); or write trust_host=True and trusted_proxies=... in the program.",
)

_SMALLEST_WIDE = {4: 16, 6: 32}
# RFC 1918, RFC 6598 (some clouds take it), RFC 1122 3.2.1.3; RFC 4193, RFC 4291 2.5.6.
_OWN_V4 = tuple(
    map(
        IPv4Network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8"),
    )
)
_OWN_V6 = tuple(map(IPv6Network, ("fc00::/7", "fe80::/10")))
_ADDRESS_VARIABLES = ("AUTH_URL", "NEXTAUTH_URL")


def _own(configured: Configured) -> Iterator[Finding]:
    address = configured.settings.address
    own = address.base_url
    if own is not None and not own.is_secure and not own.is_loopback:
        yield PLAIN.found(str(own))
    if address.trust_host and own is None and address.trusted_proxies in ((), 0):
        yield ANYBODY.found("trust_host=True, trusted_proxies=()")
    if address.trust_host and own is not None:
        yield UNUSED.found(f"base_url={str(own)!r}")


def _proxies(configured: Configured) -> Iterator[Finding]:
    given = configured.settings.address.trusted_proxies
    for network in () if isinstance(given, int) else given:
        if network.prefixlen < _SMALLEST_WIDE[network.version] and not _is_ones_own(network):
            yield WIDE.found(str(network))


def _is_ones_own(network: Network) -> bool:
    # (`is_private` takes a network that begins and ends in two private ones for one of them.)
    if isinstance(network, IPv4Network):
        return any(network.subnet_of(each) for each in _OWN_V4)
    return any(network.subnet_of(each) for each in _OWN_V6)


def _origins(configured: Configured) -> Iterator[Finding]:
    if not configured.is_public:
        return
    for origin in sorted(configured.settings.trusted_origins, key=str):
        if origin.is_loopback:
            yield ORIGIN_LOOPBACK.found(str(origin))
        elif not origin.is_secure:
            yield ORIGIN_PLAIN.found(str(origin))


def _environment(configured: Configured) -> Iterator[Finding]:
    own = configured.settings.address.base_url
    name = next((each for each in _ADDRESS_VARIABLES if configured.environ.get(each)), None)
    if own is not None and name is not None:
        named = _origin_of(configured.environ[name], configured.settings.base_path)
        if named != own:
            shown = "another address" if named is None else str(named)
            yield CONFLICT.found(f"{name} is {shown}, base_url is {own}")
    if configured.environ.get("AUTH_TRUST_HOST"):
        yield AUTH_TRUST_HOST.found()


def _origin_of(text: str, base_path: str) -> Origin | None:
    trimmed = text.rstrip("/")
    return Origin.parse(trimmed.removesuffix(base_path)) or Origin.parse(trimmed)


CHECKS: tuple[Check[Configured], ...] = (
    Check("the configured address", (PLAIN, ANYBODY, UNUSED), _own),
    Check("trusted proxies", (WIDE,), _proxies),
    Check("trusted origins", (ORIGIN_PLAIN, ORIGIN_LOOPBACK), _origins),
    Check("addresses in the environment", (CONFLICT, AUTH_TRUST_HOST), _environment),
)
