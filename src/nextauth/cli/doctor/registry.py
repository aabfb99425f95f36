"""Owns the list of all checks; a new one is a function in the file of its subject."""

from __future__ import annotations

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.configured import addresses, cookies, secrets, sign_ins, stores
from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.findings import Diagnosis
from nextauth.cli.doctor.site import addresses as site_addresses
from nextauth.cli.doctor.site import caching, headers, routes, transport
from nextauth.cli.doctor.site import cookies as site_cookies
from nextauth.cli.doctor.site.visit import Visit

__all__ = ["CONFIGURATION_CHECKS", "SITE_CHECKS", "diagnoses"]

CONFIGURATION_CHECKS: tuple[Check[Configured], ...] = (
    *secrets.CHECKS,
    *addresses.CHECKS,
    *cookies.CHECKS,
    *stores.CHECKS,
    *sign_ins.CHECKS,
)

SITE_CHECKS: tuple[Check[Visit], ...] = (
    *routes.CHECKS,
    *site_addresses.CHECKS,
    *site_cookies.CHECKS,
    *headers.CHECKS,
    *caching.CHECKS,
    *transport.CHECKS,
)


def diagnoses() -> tuple[Diagnosis, ...]:
    """Answer all that the doctor may find, each once, in the order of the checks."""
    configured = (each for check in CONFIGURATION_CHECKS for each in check.diagnoses)
    running = (each for check in SITE_CHECKS for each in check.diagnoses)
    return tuple(dict.fromkeys((*configured, *running)))
