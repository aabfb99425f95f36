"""Owns the differences in what next-auth v4 answers, beside those that both packages have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.interop.differential.answered import signs_in, url_of, with_url
from tests.interop.differential.answers import Answer, address
from tests.interop.differential.cases import Case
from tests.interop.differential.difference import V4, Difference
from tests.interop.differential.facts import named, page

__all__ = ["ANSWERED_V4"]


def _json_charset(_case: Case, answer: Answer) -> Answer:
    is_json = answer.type == "application/json; charset=utf-8"
    return replace(answer, type="application/json") if is_json else answer


def _failed_with(told: str, *, leads_to: str, **query: str) -> Callable[[Case, Answer], Answer]:
    def rewrite(case: Case, answer: Answer) -> Answer:
        if not signs_in(case) or url_of(answer).get("query", {}).get("error") != told:
            return answer
        return with_url(answer, page(case, leads_to, **query))

    return rewrite


def _diverted_at_home(case: Case, answer: Answer) -> Answer:
    is_astray = url_of(answer).get("origin") == "https://evil.example:443"
    return with_url(answer, address(case.at.origin, case.at)) if is_astray else answer


def _error_shown_at_once(case: Case, answer: Answer) -> Answer:
    url = url_of(answer)
    if case.is_post or named(case) != "error" or url.get("path") != f"{case.at.base_path}/signin":
        return answer
    if case.at.has_own:
        return with_url(answer, page(case, "error", error=url["query"]["error"]))
    return Answer(200, "text/html; charset=utf-8", forms=[], cookies=answer.cookies)


ANSWERED_V4 = (
    Difference(
        "json-has-no-charset",
        "JSON's media type has no charset (RFC 8259, 11).",
        rewrite=_json_charset,
        dialects=V4,
    ),
    Difference(
        "refusal-leads-to-signin",
        "Refused credentials lead to the sign-in page at once, as in v5; in v4 by way of the "
        "error page. Design 2.",
        rewrite=_failed_with(
            "CredentialsSignin", leads_to="signIn", error="CredentialsSignin", code="credentials"
        ),
        dialects=V4,
    ),
    Difference(
        "public-codes",
        "What authorize tells the client is a public code beside CredentialsSignin, as in v5; "
        "in v4 it is the message of whatever was thrown. Design 2.",
        rewrite=_failed_with("locked", leads_to="signIn", error="CredentialsSignin", code="locked"),
        dialects=V4,
    ),
    Difference(
        "errors-stay-inside",
        "An error that authorize did not mean to show is error=Configuration; v4 puts its "
        "message into the address. Security cases: output and logs.",
        rewrite=_failed_with("the directory is down", leads_to="error", error="Configuration"),
        dialects=V4,
    ),
    Difference(
        "own-error-page-at-once",
        "Access Denied leads to the error page that is configured; in v4 by way of ours.",
        rewrite=_failed_with("AccessDenied", leads_to="error", error="AccessDenied"),
        dialects=V4,
    ),
    Difference(
        "sign-in-callback-stays-home",
        "A URL that the sign_in callback answers passes the redirect rule, as in v5; v4 sends "
        "people wherever it says. Design 3, where may this redirect go.",
        rewrite=_diverted_at_home,
        dialects=V4,
    ),
    Difference(
        "error-shown-at-once",
        "The error page shows every error itself, as in v5; v4 sends some on to the sign-in page.",
        rewrite=_error_shown_at_once,
        dialects=V4,
    ),
)
