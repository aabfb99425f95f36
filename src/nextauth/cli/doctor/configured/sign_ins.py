"""Owns what is found about signing in: guessing, lifetimes, dates that have passed, the audit."""

from __future__ import annotations

from collections.abc import Iterator

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.configured.subject import Configured
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.throttle import most_within

__all__ = ["CHECKS"]

UNCOUNTED = Diagnosis(
    "throttle-off",
    Severity.WARNING,
    "Guesses are not counted, so that passwords can be tried as fast as the site answers.",
    "Leave throttle=None out.",
)
LOOSE = Diagnosis(
    "throttle-loose",
    Severity.WARNING,
    "So many guesses a day pass on one account that weak passwords are found.",
    "Start from Throttle.standard().",
)
UNPADDED = Diagnosis(
    "padding-off",
    Severity.WARNING,
    "Refusals are not held back, so that their time may tell which accounts exist.",
    "Leave padding=None out.",
)
LONG = Diagnosis(
    "session-long",
    Severity.WARNING,
    "A session lives for months and cannot be ended before: a copied cookie is good for as long.",
    "Set SessionOptions(max_age=...) to 30 days or less, or revocation=Revocation(store).",
)
FAILS_OPEN = Diagnosis(
    "revocation-open",
    Severity.NOTE,
    "While the store is down, ended sessions are good again.",
    "Leave Revocation(on_failure='open') out if that is worse than nobody being signed in.",
)
PASSED = Diagnosis(
    "adopt-until-passed",
    Severity.WARNING,
    "The time for adopting sessions of another program is over; such sessions are refused.",
    "Leave Revocation(adopt_until=...) out, or set a later date.",
)
ACCEPT_OVER = Diagnosis(
    "accept-over",
    Severity.WARNING,
    "The time for reading an older release's cookies is over; its secret is kept for nothing.",
    "Take that Accept(...) out, and its secret out of the environment.",
)
OUTLIVES = Diagnosis(
    "accept-outlives",
    Severity.WARNING,
    "An older release's cookie that nobody used for longer than max_age is good all the same.",
    "Set a near Accept(until=...), or leave accept out if max_age must hold from the first day.",
)
PLANTABLE = Diagnosis(
    "accept-without-host-prefix",
    Severity.NOTE,
    "Older releases' cookies have no __Host- name, so other hosts of the domain can plant one.",
    "Trust those hosts until the older cookies are over, or leave accept out.",
)
UNHEARD = Diagnosis(
    "events-unheard",
    Severity.NOTE,
    "No sink takes the audit events, so that nobody sees guessing, sign-ins or store failures.",
    "Pass events=[LoggingSink()] of nextauth.sinks.",
)
_DAY = 86_400
_MOST_GUESSES = 1000
_LONG = 90 * _DAY
_OLDER_LIFE = 30 * _DAY  # of the cookies of older releases, unless their site said otherwise


def _guessing(configured: Configured) -> Iterator[Finding] | None:
    return None if configured.settings.only_reads else _guesses(configured)


def _guesses(configured: Configured) -> Iterator[Finding]:
    throttle = configured.settings.throttle
    if throttle is None:
        yield UNCOUNTED.found("throttle=None")
    elif (most := most_within(throttle.account, _DAY)) > _MOST_GUESSES:
        yield LOOSE.found(f"{most} a day")
    if configured.settings.padding is None:
        yield UNPADDED.found("padding=None")


def _lifetimes(configured: Configured) -> Iterator[Finding]:
    settings = configured.settings
    revocation = settings.revocation
    if revocation is None:
        if settings.session.max_age > _LONG and settings.providers:
            yield LONG.found(f"SessionOptions(max_age={settings.session.max_age}), no revocation")
        return
    if revocation.on_failure == "open":
        yield FAILS_OPEN.found("Revocation(on_failure='open')")
    until = revocation.adopt_until
    if until is not None and until.timestamp() <= configured.now:
        yield PASSED.found(f"adopt_until={until.isoformat()}")


def _acceptance(configured: Configured) -> Iterator[Finding] | None:
    return _accepted(configured) if configured.settings.accept else None


def _accepted(configured: Configured) -> Iterator[Finding]:
    settings, reads = configured.settings, False
    longest = min(_OLDER_LIFE, settings.session.absolute_max_age)
    for each in settings.accept:
        if each.until is None:  # which Auth(...) refuses
            continue
        shown = f"Accept({each.version!r}, until={each.until.isoformat()})"
        left = each.until.timestamp() - configured.now
        if left <= 0:
            yield ACCEPT_OVER.found(shown)
            continue
        reads = True
        if settings.session.max_age < min(left, longest):
            yield OUTLIVES.found(f"SessionOptions(max_age={settings.session.max_age}), {shown}")
    if reads and settings.cookies.host_prefix:
        yield PLANTABLE.found("CookieOptions(host_prefix=True)")


def _audit(configured: Configured) -> Iterator[Finding] | None:
    if configured.settings.only_reads or not configured.is_public:
        return None
    return iter(() if configured.settings.sinks else (UNHEARD.found("events=()"),))


CHECKS: tuple[Check[Configured], ...] = (
    Check("limits on guessing", (UNCOUNTED, LOOSE, UNPADDED), _guessing),
    Check("lifetimes of sessions", (LONG, FAILS_OPEN, PASSED), _lifetimes),
    Check("cookies of older releases", (ACCEPT_OVER, OUTLIVES, PLANTABLE), _acceptance),
    Check("audit events", (UNHEARD,), _audit),
)
