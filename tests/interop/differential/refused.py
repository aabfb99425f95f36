"""Owns the differences in what is answered to a request that is not served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.interop.differential.answered import signs_in, with_url
from tests.interop.differential.answers import Answer
from tests.interop.differential.cases import Case
from tests.interop.differential.difference import Difference
from tests.interop.differential.facts import (
    acts,
    csrf_cookie,
    is_guarded,
    methods_of,
    named,
    page,
    problem,
)

__all__ = ["REFUSED"]

_STATUS = {
    "BadRequest": 400,
    "UnknownAction": 400,
    "MethodNotAllowed": 405,
    "PayloadTooLarge": 413,
    "UnsupportedMediaType": 415,
}
_JSON, _PAGE = "application/json", "text/html; charset=utf-8"


def _refusal(case: Case, code: str, allow: str | None = None) -> Answer:
    """Answer a refusal that is told at once: a page to whoever takes HTML, else JSON."""
    status = _STATUS[code]
    if case.ask == "form":
        return Answer(status, _PAGE, allow, forms=[])
    told = {"url": page(case, "error", error=code), "error": code}
    return Answer(status, _JSON, allow, json={"is": told})


def _refused_as(code: str) -> Callable[[Case, Answer], Answer]:
    def rewrite(case: Case, answer: Answer) -> Answer:
        if problem(case) != code:
            return answer
        methods = methods_of(case)
        if code != "MethodNotAllowed":
            return _refusal(case, code)
        allow = ("GET", "HEAD", *methods[1:]) if "GET" in methods else methods
        return _refusal(case, code, ", ".join(allow))

    return rewrite


def _missing_csrf(case: Case, answer: Answer) -> Answer:
    if not is_guarded(case) or acts(case) or problem(case) or case.browser == "misplaced":
        return answer
    cookies = csrf_cookie(case)
    if named(case) == "session":
        return replace(answer, cookies=cookies)
    url = page(case, "signIn", error="MissingCSRF")
    if not answer.json:
        return replace(with_url(answer, url), cookies=cookies)
    told = {"url": url, "error": "MissingCSRF"}
    return replace(answer, status=403, json={"is": told}, cookies=cookies)


def _wrong_address(case: Case, answer: Answer) -> Answer:
    if not is_guarded(case) or problem(case) or case.browser != "misplaced":
        return answer
    if named(case) == "session":
        signed_out: dict[str, str] | None = None if case.at.dialect == "authjs" else {}
        return Answer(400, _JSON, json={"is": signed_out})
    if case.ask == "form":
        return Answer(403, _PAGE, forms=[])
    told = {"url": page(case, "signIn", error="WrongAddress"), "error": "WrongAddress"}
    return Answer(403, _JSON, json={"is": told})


def _typed(case: Case, answer: Answer) -> Answer:
    is_typed = case.encoding == "typed" and signs_in(case)
    return _refusal(case, "BadRequest") if is_typed else answer


def _headless(case: Case, answer: Answer) -> Answer:
    if case.method != "HEAD":
        return answer
    return replace(answer, json={}, text="", forms=None, cookies={}, session=None)


def _beacon(case: Case, answer: Answer) -> Answer:
    if not case.is_post or named(case) != "_log":
        return answer
    return Answer(200, _JSON, json={"is": {}})


REFUSED = (
    Difference(
        "missing-csrf",
        "A refused form leads to the sign-in page with error=MissingCSRF, 403 in JSON, and sets "
        "the CSRF cookie that it needs; theirs sets none (v5), or says csrf=true with 200 (v4). "
        "Design 3.",
        rewrite=_missing_csrf,
    ),
    Difference(
        "wrong-address",
        "A browser that calls another address same-origin is told that base_url is to be set; "
        "theirs looks at the token only. Design 3, may this POST act, 1.",
        rewrite=_wrong_address,
    ),
    Difference(
        "beacons",
        "POST _log answers {} and is discarded, in both dialects. Design 3, routes.",
        rewrite=_beacon,
    ),
    Difference(
        "credentials-are-text",
        "In a credentials sign-in each JSON value must be a string: 400 before authorize runs. "
        "Design 3; security cases: non-strings reach the data layer as operators.",
        rewrite=_typed,
    ),
    Difference(
        "unknown-paths",
        "What names no route, or no provider, is 400 and says so; theirs is 400 without a word, "
        "or error=Configuration. An empty path segment is no route. Design 3, routes.",
        rewrite=_refused_as("UnknownAction"),
    ),
    Difference(
        "other-methods",
        "Another method is 405 with Allow; theirs is 400, or error=Configuration. Design 3, "
        "routes.",
        rewrite=_refused_as("MethodNotAllowed"),
    ),
    Difference(
        "other-bodies",
        "A body that is neither a form nor JSON is 415; theirs reads an empty form. Design 3.",
        rewrite=_refused_as("UnsupportedMediaType"),
    ),
    Difference(
        "broken-bodies",
        "JSON that does not parse is 400 with a url that the clients can parse. Design 3.",
        rewrite=_refused_as("BadRequest"),
    ),
    Difference(
        "large-bodies",
        "Bodies of more than 64 KiB are 413. Design 3, differences on purpose.",
        rewrite=_refused_as("PayloadTooLarge"),
    ),
    Difference(
        "head-has-no-body",
        "HEAD answers like GET without callbacks, cookies or changes. Design 3, routes.",
        rewrite=_headless,
    ),
)
