"""Owns what is found about the address that a site gives itself, and whom it believes about it."""

from __future__ import annotations

from collections.abc import Iterator

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.cli.doctor.site.visit import FORGED, Visit, provider_origin

__all__ = ["CHECKS"]

_OVERWRITE = (
    "Set base_url; or let the proxy overwrite Host, X-Forwarded-Host and X-Forwarded-Proto, and "
    "name it in trusted_proxies."
)
MISMATCH = Diagnosis(
    "base-url-mismatch",
    Severity.ERROR,
    "base_url (or AUTH_URL) is another address than the one that was asked about.",
    "Set it to the address that people see in the browser: scheme, host, and the port if any.",
)
MISTAKEN = Diagnosis(
    "address-mistaken",
    Severity.ERROR,
    "The site calls itself by another address than the one that browsers open.",
    _OVERWRITE,
)
FORWARDED_HOST = Diagnosis(
    "forwarded-host-believed",
    Severity.ERROR,
    "The site takes its address from an X-Forwarded-Host that any client may send.",
    _OVERWRITE,
)
FORWARDED_PROTO = Diagnosis(
    "forwarded-proto-believed",
    Severity.ERROR,
    "The site takes https or http from an X-Forwarded-Proto that any client may send.",
    _OVERWRITE,
)
HOST = Diagnosis(
    "host-believed",
    Severity.ERROR,
    "The site takes its address from any Host that a client sends.",
    "Set base_url; or let the proxy answer for your own names alone.",
)


def _own(visit: Visit) -> Iterator[Finding] | None:
    return _named(visit) if visit.is_served else None


def _named(visit: Visit) -> Iterator[Finding]:
    asked, own = visit.place.origin, visit.settings.address.base_url
    seen = provider_origin(visit.answer("providers"))
    if own is not None and own != asked:
        yield MISMATCH.found(f"base_url is {own}, asked about {asked}")
    elif seen != asked:
        yield MISTAKEN.found(f"it calls itself {seen}, asked about {asked}")


def _believed(visit: Visit) -> Iterator[Finding] | None:
    return _forgeries(visit) if visit.is_served else None


def _forgeries(visit: Visit) -> Iterator[Finding]:
    for name, diagnosis in (("forwarded host", FORWARDED_HOST), ("host", HOST)):
        answer = visit.answer(name)
        if answer is None or answer.status >= 400:  # noqa: PLR2004 - refused, as it should be
            continue
        told = [value for header, value in answer.headers if header in {"location", "set-cookie"}]
        if FORGED in answer.text or any(FORGED in value for value in told):
            yield diagnosis.found(f"a forged {FORGED} came back")
    before = provider_origin(visit.answer("providers"))
    after = provider_origin(visit.answer("forwarded proto"))
    if before is not None and after is not None and before.scheme != after.scheme:
        yield FORWARDED_PROTO.found(f"{before} became {after}")


CHECKS: tuple[Check[Visit], ...] = (
    Check("the address that it gives itself", (MISMATCH, MISTAKEN), _own),
    Check("forged addresses", (FORWARDED_HOST, FORWARDED_PROTO, HOST), _believed),
)
