"""Owns what is found about the options of the cookies."""

from __future__ import annotations

from collections.abc import Iterator

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity

__all__ = ["CHECKS"]

INSECURE = Diagnosis(
    "cookie-not-secure",
    Severity.ERROR,
    "The cookies of a public site may travel over plain http.",
    "Leave CookieOptions(secure=...) out: https is then told by the site's address.",
)
REACH = Diagnosis(
    "cookie-reach",
    Severity.NOTE,
    "The session cookie goes to every host of a domain, and each of them can plant one.",
    "Leave CookieOptions(domain=...) out if one host is enough.",
)
CROSS_SITE = Diagnosis(
    "cookie-cross-site",
    Severity.NOTE,
    "The cookies travel with the requests of other sites (SameSite=None).",
    "Use 'lax' unless pages of another site must ask with a session.",
)
BUDGET = Diagnosis(
    "cookie-budget-high",
    Severity.WARNING,
    "The budget for cookies is above the 8,192 bytes that common proxies let through.",
    "Keep large things where the users are, and CookieOptions(budget=...) at 8192.",
)
_COMMON_LIMIT = 8192


def _attributes(configured: Configured) -> Iterator[Finding]:
    cookies = configured.settings.cookies
    if cookies.secure is False and configured.is_public:
        yield INSECURE.found("CookieOptions(secure=False)")
    if cookies.domain is not None:
        yield REACH.found(f"CookieOptions(domain={cookies.domain!r})")
    if cookies.same_site == "none":
        yield CROSS_SITE.found("CookieOptions(same_site='none')")


def _budget(configured: Configured) -> Iterator[Finding]:
    budget = configured.settings.cookies.budget
    if budget > _COMMON_LIMIT:
        yield BUDGET.found(f"CookieOptions(budget={budget})")


CHECKS: tuple[Check[Configured], ...] = (
    Check("attributes of the cookies", (INSECURE, REACH, CROSS_SITE), _attributes),
    Check("budget of the cookies", (BUDGET,), _budget),
)
