"""Owns what is found about the way to a site: https, sizes that pass, and the server's clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.cli.doctor.site.visit import Visit
from nextauth.cli.doctor.site.wire import Answer, UnansweredError
from nextauth.tokens.jwe import CLOCK_TOLERANCE

__all__ = ["CHECKS"]

PLAIN = Diagnosis(
    "plain-http",
    Severity.ERROR,
    "The site is open over plain http, where passwords and sessions can be read on the way.",
    "Serve it over https, and redirect http to it.",
)
NOT_REDIRECTED = Diagnosis(
    "http-not-redirected",
    Severity.WARNING,
    "The site answers over plain http too, in place of sending browsers to https.",
    "Answer every request over http with a redirect to https.",
)
NO_HSTS = Diagnosis(
    "hsts-missing",
    Severity.WARNING,
    "Browsers are not told to come over https only, so that a first visit can be intercepted.",
    "Let the proxy add Strict-Transport-Security: max-age=31536000 (RFC 6797).",
)
CLOCK = Diagnosis(
    "clock-off",
    Severity.WARNING,
    "The server's clock and this machine's differ by more than 15 seconds.",
    "Let both follow a time server: sessions, codes and several servers need the right time.",
)
COOKIE_REFUSED = Diagnosis(
    "long-cookie-refused",
    Severity.WARNING,
    "A request with cookies of 8,000 bytes is refused: who has a large session is locked out.",
    "Raise the proxy's limit, such as large_client_header_buffers 4 16k; in nginx.",
)
ANSWER_REFUSED = Diagnosis(
    "long-answer-refused",
    Severity.WARNING,
    "An answer with a cookie of 4,000 bytes does not get through: large sessions fail at sign-in.",
    "Raise the proxy's limit, such as proxy_buffer_size 16k; in nginx.",
)
_LEAST_HSTS = 86_400
_BAD_REQUEST = 400
_MAX_AGE = re.compile(r'max-age\s*=\s*"?(\d{1,12})', re.IGNORECASE)


def _https(visit: Visit) -> Iterator[Finding] | None:
    is_local = visit.place.origin.is_loopback
    return None if is_local or not visit.is_served else _encryption(visit)


def _encryption(visit: Visit) -> Iterator[Finding]:
    if not visit.place.origin.is_secure:
        yield PLAIN.found(str(visit.place.origin))
        return
    plain = visit.answer("plain http")
    if plain is not None and plain.status < _BAD_REQUEST and not _leads_to_https(plain):
        yield NOT_REDIRECTED.found(f"GET http://{visit.place.origin.host}: {plain.status}")
    answer = visit.answer("providers")
    value = "" if answer is None else answer.first("strict-transport-security")
    found = _MAX_AGE.search(value)
    if found is None or int(found[1]) < _LEAST_HSTS:
        yield NO_HSTS.found(value or None)


def _leads_to_https(answer: Answer) -> bool:
    return answer.first("location").lower().startswith("https://")


def _clock(visit: Visit) -> Iterator[Finding] | None:
    answer = visit.answer("providers")
    if answer is None or not answer.first("date"):
        return None
    try:
        told = parsedate_to_datetime(answer.first("date")).timestamp()
    except (ValueError, OverflowError):
        return None
    ahead = told - answer.at
    is_off = abs(ahead) > CLOCK_TOLERANCE + answer.took
    return iter((CLOCK.found(f"it is {ahead:+.0f} seconds ahead of here"),) if is_off else ())


def _sizes(visit: Visit) -> Iterator[Finding] | None:
    return _refusals(visit) if visit.is_served else None


def _refusals(visit: Visit) -> Iterator[Finding]:
    for short, long, diagnosis in (
        ("session", "long cookie", COOKIE_REFUSED),
        ("signin", "long answer", ANSWER_REFUSED),
    ):
        before, after = visit.answer(short), visit.answers[long]
        if before is None or before.status >= _BAD_REQUEST:  # it is not the size, then
            continue
        if isinstance(after, UnansweredError):
            yield diagnosis.found(str(after))
        elif after.status >= _BAD_REQUEST:
            yield diagnosis.found(f"status {after.status}")


CHECKS: tuple[Check[Visit], ...] = (
    Check("https", (PLAIN, NOT_REDIRECTED, NO_HSTS), _https),
    Check("the server's clock", (CLOCK,), _clock),
    Check("large cookies", (COOKIE_REFUSED, ANSWER_REFUSED), _sizes),
)
