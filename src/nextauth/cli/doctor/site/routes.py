"""Owns what is found about the routes: whether they are there, and answer what they should."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from nextauth.cli.doctor.checks import Check
from nextauth.cli.doctor.findings import Diagnosis, Finding, Severity
from nextauth.cli.doctor.site.visit import Visit, provider_origin
from nextauth.cli.doctor.site.wire import Answer, UnansweredError

__all__ = ["CHECKS"]

UNREACHABLE = Diagnosis(
    "site-unreachable",
    Severity.ERROR,
    "The site does not answer.",
    "Start it, or correct the address.",
)
CERTIFICATE = Diagnosis(
    "certificate-refused",
    Severity.ERROR,
    "The site's certificate is not one that browsers take.",
    "Renew it, or let your proxy send the whole chain.",
)
UNKNOWN_ADDRESS = Diagnosis(
    "address-unknown",
    Severity.ERROR,
    "The site does not know its own address, and serves nobody.",
    "Set base_url (or AUTH_URL) to the address that people open.",
)
REDIRECTED = Diagnosis(
    "routes-redirected",
    Severity.ERROR,
    "The routes send browsers elsewhere, where a form that is posted loses what it holds.",
    "Ask about the address that it leads to, and set base_url to that one.",
)
MISSING = Diagnosis(
    "routes-missing",
    Severity.ERROR,
    "The routes are not under base_path.",
    "Add them to the application (docs/frameworks.md), and let the proxy hand that path on.",
)
ELSEWHERE = Diagnosis(
    "base-path-elsewhere",
    Severity.ERROR,
    "The routes are under another path than base_path, so that forms and redirects miss them.",
    "Set base_path to the whole path as browsers see it, or let the proxy leave the path alone.",
)
NOT_JSON = Diagnosis(
    "route-not-json",
    Severity.ERROR,
    "Where JSON was due there came something else, such as a page of the front end.",
    "Let the proxy, or the front end's server, hand base_path on before anything else answers.",
)
FAILED = Diagnosis(
    "route-failed",
    Severity.ERROR,
    "A route answers with another status than it should.",
    "Look at the logs of the application, and of the proxy, for that request.",
)
OTHERS = Diagnosis(
    "other-providers",
    Severity.WARNING,
    "The running site offers other providers than this configuration: it is another version.",
    "Restart the site, or run the doctor where the site runs.",
)
POST_REFUSED = Diagnosis(
    "post-refused",
    Severity.ERROR,
    "What a browser posts from the site's own page is refused, so that nobody can sign in.",
    "Let the proxy hand on POST, and the headers Origin and Sec-Fetch-Site, as they came.",
)
_OK = 200
_SERVER_ERROR = 500
_NOT_THERE = frozenset({400, 404, 405, 410})  # 400: of an `Auth` that has another path below it


def _there(visit: Visit) -> Iterator[Finding]:
    outcome = visit.answers["providers"]
    if isinstance(outcome, UnansweredError):
        diagnosis = CERTIFICATE if outcome.is_certificate else UNREACHABLE
        yield diagnosis.found(f"{visit.place.origin}: {outcome}")
    elif visit.elsewhere is not None:
        path = visit.elsewhere
        yield ELSEWHERE.found(f"base_path={visit.settings.base_path!r}, found at {path!r}")
    elif provider_origin(outcome) is None:
        yield _absence(outcome)


def _absence(answer: Answer) -> Finding:
    shown = f"GET providers: {_shown(answer)}"
    if answer.status == _SERVER_ERROR and _error_of(answer) == "UntrustedHost":
        return UNKNOWN_ADDRESS.found(shown)
    if answer.is_redirect:
        return REDIRECTED.found(f"GET providers leads to {_place_of(answer)}")
    if answer.status in _NOT_THERE:
        return MISSING.found(shown)
    return NOT_JSON.found(shown) if answer.status == _OK else FAILED.found(shown)


def _error_of(answer: Answer) -> object:
    try:
        return answer.data().get("error")
    except (AttributeError, ValueError):
        return None


def _shown(answer: Answer) -> str:
    return f"{answer.status} {answer.kind or 'without a type'}"


def _place_of(answer: Answer) -> str:
    """Answer where a redirect leads, without the query that may hold anything."""
    try:
        parts = urlsplit(answer.first("location"))
    except ValueError:  # such as a bracket that is not closed
        return "no address"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if host else parts.path


def _answer(visit: Visit) -> Iterator[Finding] | None:
    return _judged(visit) if visit.is_served else None


def _judged(visit: Visit) -> Iterator[Finding]:
    for name in ("csrf", "session", "signin"):
        outcome = visit.answers[name]
        if isinstance(outcome, UnansweredError):
            yield FAILED.found(f"GET {name}: {outcome}")
            continue
        if name == "signin":
            own = visit.settings.pages.sign_in is not None
            is_right = outcome.is_redirect if own else outcome.status == _OK
            if not is_right:
                yield FAILED.found(f"GET signin: {_shown(outcome)}")
        elif outcome.status != _OK:
            yield FAILED.found(f"GET {name}: {_shown(outcome)}")
        elif not _is_json(outcome):
            yield NOT_JSON.found(f"GET {name}: {_shown(outcome)}")


def _is_json(answer: Answer) -> bool:
    try:
        answer.data()
    except ValueError:
        return False
    return answer.kind == "application/json"


def _same(visit: Visit) -> Iterator[Finding] | None:
    answer = visit.answer("providers")
    if not visit.is_served or answer is None:
        return None
    shown, known = set(answer.data()), set(visit.settings.providers)
    return iter(
        ()
        if shown == known
        else (OTHERS.found(f"the site has {sorted(shown)}, here are {sorted(known)}"),)
    )


def _post(visit: Visit) -> Iterator[Finding] | None:
    outcome = visit.answers.get("post")
    if not visit.is_at_home or outcome is None:
        return None
    if isinstance(outcome, UnansweredError):
        return iter((POST_REFUSED.found(f"POST session: {outcome}"),))
    if outcome.status == _OK:
        return iter(())
    return iter((POST_REFUSED.found(f"POST session: {_shown(outcome)}"),))


CHECKS: tuple[Check[Visit], ...] = (
    Check(
        "the routes under base_path",
        (
            *(UNREACHABLE, CERTIFICATE, UNKNOWN_ADDRESS, REDIRECTED),
            *(MISSING, ELSEWHERE, NOT_JSON, FAILED),
        ),
        _there,
    ),
    Check("answers of csrf, session and signin", (FAILED, NOT_JSON), _answer),
    Check("the providers that it offers", (OTHERS,), _same),
    Check("forms of its own pages", (POST_REFUSED,), _post),
)
