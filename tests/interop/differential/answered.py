"""Owns the differences in where an answer leads and what its page shows, in either dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.interop.differential.answers import Answer
from tests.interop.differential.cases import Case
from tests.interop.differential.difference import AUTHJS, Difference
from tests.interop.differential.facts import acts, goes_to, named, page

__all__ = ["ANSWERED", "signs_in", "url_of", "with_url"]

_STATUS = {"CredentialsSignin": 401, "AccessDenied": 403, "Configuration": 500}


def url_of(answer: Answer) -> Mapping[str, Any]:
    """Answer where an answer sends people, in either way of telling it."""
    told = answer.json.get("is")
    url: Mapping[str, Any] = told["url"] if isinstance(told, dict) and "url" in told else {}
    return url or answer.location or {}


def with_url(answer: Answer, url: Mapping[str, Any]) -> Answer:
    """Answer the same with another URL, told in the same way, if it tells one."""
    if not url_of(answer):
        return answer
    if answer.json:
        return replace(answer, json={"is": {**answer.json["is"], "url": url}})
    return replace(answer, location=url)


def signs_in(case: Case) -> bool:
    return case.is_post and named(case) == "callback/credentials" and acts(case)


def _url_once(_case: Case, answer: Answer) -> Answer:
    is_json = answer.status == 200 and bool(answer.json)
    return replace(answer, location=None) if is_json else answer


def _absolute(_case: Case, answer: Answer) -> Answer:
    url = url_of(answer)
    return with_url(answer, {**url, "is_absolute": True}) if url else answer


def _forms(case: Case, answer: Answer) -> Answer:
    if not answer.forms:
        return answer
    carried = {"callbackUrl": {"type": "hidden", "value": goes_to(case)}}
    return replace(
        answer,
        forms=[
            {
                **form,
                "action": {**form["action"], "query": {}},
                "fields": {**form["fields"], **carried},
            }
            for form in answer.forms
        ],
    )


def _to_signin_page(case: Case, answer: Answer) -> Answer:
    if not case.is_post or named(case) not in {"signin", "signin/credentials"} or not acts(case):
        return answer
    return with_url(answer, page(case, "signIn", callbackUrl=goes_to(case)))


def _joined_query(case: Case, answer: Answer) -> Answer:
    query = url_of(answer).get("query", {})
    if not case.at.has_own or not str(query.get("from")).startswith("auth?"):
        return answer
    joined = query["from"].removeprefix("auth?error=")
    rest = {name: value for name, value in query.items() if name != "from"}
    return with_url(answer, page(case, "error", error=joined, **rest))


def _no_error_named(case: Case, answer: Answer) -> Answer:
    url = url_of(answer)
    if url.get("query", {}).get("error") != "undefined":
        return answer
    query = {name: value for name, value in url["query"].items() if name != "error"}
    return with_url(answer, {**url, "query": query})


def _with_code(case: Case, answer: Answer) -> Answer:
    is_asked = named(case) == "signin" and "code=" in case.route and not case.is_post
    url = url_of(answer)
    if not is_asked or not url:
        return answer
    return with_url(answer, {**url, "query": {**url["query"], "code": "credentials"}})


def _provider_and_type(case: Case, answer: Answer) -> Answer:
    url = url_of(answer)
    if named(case) != "verify-request" or not url:
        return answer
    return with_url(answer, {**url, "query": {"provider": "email", "type": "email"}})


def _status_of_error_page(case: Case, answer: Answer) -> Answer:
    is_page = case.route == "error?error=CredentialsSignin" and answer.forms is not None
    return replace(answer, status=401) if is_page and not case.is_post else answer


def _status_of_refusal(case: Case, answer: Answer) -> Answer:
    error = url_of(answer).get("query", {}).get("error")
    if not signs_in(case) or not answer.json or error not in _STATUS:
        return answer
    return replace(answer, status=_STATUS[error])


def _page_charset(_case: Case, answer: Answer) -> Answer:
    is_page = answer.type == "text/html"
    return replace(answer, type="text/html; charset=utf-8") if is_page else answer


ANSWERED = (
    Difference(
        "url-in-one-place",
        "Where the URL is in the JSON it is not in a Location header as well.",
        rewrite=_url_once,
        dialects=AUTHJS,
    ),
    Difference(
        "absolute-urls",
        "Every URL is absolute, since the client libraries parse it. Design 3, ways to ask.",
        rewrite=_absolute,
    ),
    Difference(
        "forms-carry-the-callback-url",
        "The forms carry callbackUrl in a field: the cookie is one a browser, the field one a "
        "page, so that two tabs do not mix; and the form's address needs no query for it.",
        rewrite=_forms,
    ),
    Difference(
        "signin-leads-to-the-page",
        "POST signin leads to the sign-in page that is configured, with or without a provider's "
        "id, and takes callbackUrl along.",
        rewrite=_to_signin_page,
    ),
    Difference(
        "query-is-joined",
        "An error is added with & to a page whose address has a query; theirs adds a second ?.",
        rewrite=_joined_query,
        dialects=AUTHJS,
    ),
    Difference(
        "no-error-named",
        "Where no error is named none is; theirs says error=undefined.",
        rewrite=_no_error_named,
    ),
    Difference(
        "code-goes-on",
        "A sign-in page of the site's own gets the public code too; theirs loses it on the way.",
        rewrite=_with_code,
    ),
    Difference(
        "provider-and-type-go-on",
        "A verify-request page of the site's own gets provider and type; theirs the whole query "
        "(v5), or nothing (v4).",
        rewrite=_provider_and_type,
    ),
    Difference(
        "status-of-the-error-page",
        "The error page's status is that of the error which it shows, CredentialsSignin's too.",
        rewrite=_status_of_error_page,
    ),
    Difference(
        "status-of-refused-sign-ins",
        "Refused JSON sign-ins are 401, 403 or 500. Design 3, differences on purpose.",
        rewrite=_status_of_refusal,
    ),
    Difference(
        "page-charset",
        "The header of a page names its charset.",
        rewrite=_page_charset,
    ),
)
