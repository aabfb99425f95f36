"""Owns what is found about caches: an answer about one person must never be given to another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.cli.doctor.site.visit import Visit
from nextauth.cli.doctor.site.wire import Answer

__all__ = ["CHECKS"]

SOMEBODY = Diagnosis(
    "session-of-somebody",
    Severity.ERROR,
    "Who is not signed in gets a session: a cache gives out that of another person.",
    "Turn the cache off under base_path at once, and change the secret.",
)
CACHED = Diagnosis(
    "answers-cached",
    Severity.ERROR,
    "A cache keeps what the routes answer, so that one person gets what was meant for another.",
    "Turn the cache off under base_path; it ignores Cache-Control: no-store.",
)
CACHEABLE = Diagnosis(
    "no-store-lost",
    Severity.ERROR,
    "Answers arrive without Cache-Control: no-store, so that any cache may keep them.",
    "Let the proxy leave Cache-Control under base_path as it comes.",
)
_STATES = ("x-cache", "x-cache-status", "cf-cache-status", "x-proxy-cache", "x-varnish-cache")
# As in "HIT from edge", "TCP_MEM_HIT", "RefreshHit from cloudfront"; not in "MISS from whitehall".
_HIT = re.compile(r"(?<![a-z])(?:refresh)?hit(?![a-z])", re.IGNORECASE)
_BAD_REQUEST = 400
_ROUTES = ("csrf", "csrf again", "session", "providers", "signin")


def _cached(visit: Visit) -> Iterator[Finding] | None:
    return _judged(visit) if visit.is_served else None


def _judged(visit: Visit) -> Iterator[Finding]:
    session = visit.answer("session")
    if session is not None and _has_user(session):
        yield SOMEBODY.found("GET session, without a cookie, has a user")
    signs = list(_signs(visit))
    if signs:
        yield CACHED.found(signs[0])
        return
    answers = [(name, visit.answer(name)) for name in _ROUTES]
    lost = [name for name, answer in answers if answer is not None and _is_keepable(answer)]
    if lost:
        yield CACHEABLE.found(f"GET {lost[0]}")


def _signs(visit: Visit) -> Iterator[str]:
    for name in _ROUTES:
        answer = visit.answer(name)
        if answer is None:
            continue
        if answer.first("age") not in {"", "0"}:
            yield f"GET {name}: Age: {answer.first('age')}"
        for state in _STATES:
            if _HIT.search(answer.first(state)):
                yield f"GET {name}: {state}: {answer.first(state)}"
    tokens = [_token(visit.answer(name)) for name in ("csrf", "csrf again")]
    if tokens[0] is not None and tokens[0] == tokens[1]:
        yield "GET csrf: two browsers get one token"


def _token(answer: Answer | None) -> object:
    try:
        return None if answer is None else answer.data()["csrfToken"]
    except (KeyError, TypeError, ValueError):
        return None


def _has_user(answer: Answer) -> bool:
    try:
        session = answer.data()
    except ValueError:
        return False
    return isinstance(session, dict) and bool(session.get("user"))


def _is_keepable(answer: Answer) -> bool:
    if answer.status >= _BAD_REQUEST:  # what went wrong there is told elsewhere
        return False
    return not any("no-store" in value.lower() for value in answer.values("cache-control"))


CHECKS: tuple[Check[Visit], ...] = (Check("caches", (SOMEBODY, CACHED, CACHEABLE), _cached),)
