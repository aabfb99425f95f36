"""Owns the differences in what a request is taken for: another one is answered like it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from tests.interop.differential.answers import Answer
from tests.interop.differential.cases import Case
from tests.interop.differential.difference import AUTHJS, V4, Difference
from tests.interop.differential.facts import is_guarded, named, with_route
from tests.interop.differential.wire import sent_by

__all__ = ["TAKEN_FOR"]


def _where(applies: Callable[[Case], bool], **values: str) -> Callable[[Case], Case]:
    return lambda case: replace(case, **values) if applies(case) else case


def _mapped(
    axis: str, values: Mapping[str, str], only: Callable[[Case], bool] = lambda _case: True
) -> Callable[[Case], Case]:
    def as_though(case: Case) -> Case:
        value = getattr(case, axis)
        return replace(case, **{axis: values[value]}) if value in values and only(case) else case

    return as_though


def _is_asked_in_query(case: Case) -> bool:
    return case.callback != "none" and case.placed == "query"


def _browser_speaks(words: Collection[str]) -> Callable[[Case], bool]:
    return lambda case: is_guarded(case) and case.browser in words


def _told_in_json(case: Case, answer: Answer) -> Answer:
    if case.is_post or case.ask != "header" or answer.location is None:
        return answer
    told = {"is": {"url": answer.location}}
    return replace(answer, status=200, type="application/json", location=None, json=told)


TAKEN_FOR = (
    Difference(
        "head-is-get",
        "HEAD is GET without its body (RFC 9110, 9.3.2); theirs is 400. Design 3, routes.",
        as_though=_where(lambda case: case.method == "HEAD", method="GET"),
    ),
    Difference(
        "empty-bodies",
        "An empty body is an empty form, whatever its type says.",
        as_though=_where(lambda case: case.is_post and not sent_by(case).body, encoding="form"),
    ),
    Difference(
        "json-true-in-authjs",
        "The clients of v3 and v4 are understood whatever dialect is written. Design 3, ways to "
        "ask.",
        as_though=_where(lambda case: case.is_post and case.ask == "json", ask="header"),
        dialects=AUTHJS,
    ),
    Difference(
        "return-redirect-in-v4",
        "The client of v5 is understood whatever dialect is written. Design 3, ways to ask.",
        as_though=_where(lambda case: case.is_post and case.ask == "header", ask="json"),
        rewrite=_told_in_json,
        dialects=V4,
    ),
    Difference(
        "browser-vouches",
        "A browser that says that the form is our own needs no token. Design 3, may this POST "
        "act, 1 and 3.",
        as_though=_where(_browser_speaks({"same-origin", "own"}), csrf="right", browser="silent"),
    ),
    Difference(
        "browser-denies",
        "A form that a browser says is another site's is refused, whatever token it carries: "
        "tokens can be planted with a cookie (login CSRF). Design 3, may this POST act, 2 and "
        "3.",
        as_though=_where(_browser_speaks({"cross-site", "other"}), csrf="none", browser="silent"),
    ),
    Difference(
        "page-of-one-provider",
        "GET signin/ID shows that provider's form; theirs is an error in v5 and shows all in "
        "v4. Design 3, routes.",
        as_though=lambda case: (
            with_route(case, "signin")
            if case.method == "GET" and named(case) == "signin/credentials"
            else case
        ),
    ),
    Difference(
        "elsewhere-in-disguise",
        "//host, /\\host and user names before @ are elsewhere. Design 3, where may this "
        "redirect go; prefix instead of origin match: CVE-2022-24858, CVE-2022-29214.",
        as_though=_mapped(
            "callback",
            dict.fromkeys(("slashes", "own-slashes", "backslash", "userinfo"), "origin"),
        ),
    ),
    Difference(
        "control-characters",
        "A callback URL with control characters is elsewhere (response splitting); theirs fails "
        "while it writes the header. Design 3, where may this redirect go.",
        as_though=_mapped("callback", dict.fromkeys(("tab", "newline"), "origin")),
    ),
    Difference(
        "callback-url-too-long",
        "A callback URL of more than 2,048 characters would not fit its cookie: the site's root.",
        as_though=_mapped("callback", {"long": "origin"}),
    ),
    Difference(
        "unreadable-callback-url",
        "A callback URL that does not parse falls back to the root; theirs breaks the flow with "
        "a 500 or error=Configuration. CVE-2022-31093.",
        as_though=_mapped("callback", dict.fromkeys(("word", "broken"), "origin")),
    ),
    Difference(
        "other-schemes-in-query",
        "So does one of another scheme, wherever it stands; theirs is 500 if it stands in the "
        "query. CVE-2022-31093.",
        as_though=_mapped("callback", {"script": "origin"}, only=_is_asked_in_query),
    ),
    Difference(
        "redirect-callback-decides",
        "What the client asked for reaches the redirect callback unjudged, as in a body; theirs "
        "is 500 if it stands in the query.",
        as_though=lambda case: (
            replace(case, callback="home" if case.at.has_own else "origin")
            if case.callback == "custom" and (_is_asked_in_query(case) or not case.at.has_own)
            else case
        ),
    ),
    Difference(
        "url-is-ascii",
        "A callback URL beyond ASCII is percent-encoded (RFC 3986); theirs goes out as Latin-1, "
        "or fails while the header is written.",
        as_though=_mapped("callback", {"latin": "latin-encoded", "kanji": "kanji-encoded"}),
    ),
    Difference(
        "url-is-normal",
        "Scheme and host of a callback URL are written in lower case, so that the cookie holds "
        "one spelling of an address.",
        as_though=_mapped("callback", {"shouted": "plain"}),
    ),
    Difference(
        "unreadable-callback-cookie",
        "A callback-url cookie that does not parse is replaced; theirs is 500 until the browser "
        "forgets it. CVE-2022-31093.",
        as_though=_mapped("kept", {"word": "other"}),
    ),
    Difference(
        "stale-cookie-beside-chunks",
        "A stale cookie beside the chunks of a newer session is told apart by which of them "
        "opens; theirs joins all of them. Design 3, cookies.",
        as_though=_mapped("session", {"stale": "chunked"}),
    ),
    Difference(
        "exact-names",
        "Only the exact names are the session; theirs joins every cookie whose name begins like "
        "it. Security cases: stale sibling cookies.",
        as_though=_mapped("session", {"sibling": "theirs"}),
    ),
    Difference(
        "cookie-tossing",
        "Two values for the session cookie are nobody's; theirs takes the first. Security "
        "cases: cookie tossing.",
        as_though=_mapped("session", {"tossed": "damaged"}),
    ),
    Difference(
        "both-dialects-are-read",
        "A session of the other dialect is read, so that a site can move. Design 3, tokens.",
        as_though=_mapped("session", {"other-dialect": "theirs"}),
    ),
    Difference(
        "false-is-access-denied",
        "False from authorize is Access Denied (the seed); theirs takes it for null. Design 2.",
        as_though=_mapped("password", {"barred": "denied"}),
    ),
)
