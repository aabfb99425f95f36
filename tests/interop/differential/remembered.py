"""Owns the differences in what the browser is told to remember: cookies and session tokens."""

from __future__ import annotations

from dataclasses import replace

from tests.interop.differential.answered import signs_in, url_of
from tests.interop.differential.answers import Answer
from tests.interop.differential.cases import Case
from tests.interop.differential.difference import AUTHJS, Difference
from tests.interop.differential.facts import (
    FLOW_ROUTES,
    acts,
    cookie,
    flow_cookie,
    named,
    other_session_name,
    page,
)

__all__ = ["REMEMBERED"]

_OURS = {
    "provider": "credentials",
    "sid": "a new one",
    "auth_time": "0 hours",
    "amr": ["pwd"],
    "nextauth": 1,
}
_WRITTEN = {"hour": "-1 hours", "old": "-48 hours"}


def is_update(case: Case) -> bool:
    return case.is_post and named(case) == "session" and acts(case)


def signs_out(case: Case) -> bool:
    return case.is_post and named(case) == "signout" and acts(case)


def _idle_cookies(case: Case, answer: Answer) -> Answer:
    shows_token = named(case) == "csrf" or (
        named(case) in {"signin", "signin/credentials", "signout"} and not case.at.has_own
    )
    idle = set()
    if case.is_post or not shows_token:
        idle.add(case.at.cookie("csrf-token"))
    if named(case) not in FLOW_ROUTES:
        idle.add(case.at.cookie("callback-url"))
    return replace(
        answer, cookies={name: each for name, each in answer.cookies.items() if name not in idle}
    )


def _rolled(case: Case, answer: Answer) -> Answer:
    if case.is_post or answer.session is None or case.session == "old":
        return answer
    hours = 719 if case.session == "hour" else 720
    return replace(
        answer,
        session=None,
        cookies={},
        json={"is": {**answer.json["is"], "expires": f"{hours} hours"}},
    )


def _leftovers(case: Case, answer: Answer) -> Answer:
    """Delete what else of the session the browser sent."""
    own, gone = case.at.cookie("session-token"), cookie(case, "", life="deleted")
    is_read = named(case) == "session" and (not case.is_post or acts(case))
    cookies = dict(answer.cookies)
    if case.session == "empty" and (is_read or signs_out(case)):
        cookies[own] = gone
    if case.session == "stale" and (is_update(case) or signs_out(case)):
        cookies[own] = gone
    if case.session == "other-dialect" and (answer.session is not None or signs_out(case)):
        cookies[other_session_name(case)] = gone
        if signs_out(case):
            cookies.pop(own, None)
    return replace(answer, cookies=cookies)


def _own_claims(case: Case, answer: Answer) -> Answer:
    if answer.session is None:
        return answer
    claims = dict(answer.session["claims"])
    if signs_in(case):
        claims |= _OURS
    elif "auth_time" not in claims:
        claims["nextauth_adopted"] = _WRITTEN.get(case.session, "0 hours")
    return replace(answer, session={**answer.session, "claims": claims})


def _cookies_on_failure(case: Case, answer: Answer) -> Answer:
    failed = "error" in url_of(answer).get("query", {})
    return replace(answer, cookies=flow_cookie(case)) if signs_in(case) and failed else answer


def _nobody(case: Case, answer: Answer) -> Answer:
    if not signs_in(case) or case.password != "nobody" or not case.at.has_own:
        return answer
    own, gone = case.at.cookie("session-token"), cookie(case, "", life="deleted")
    sent = {
        "none": [],
        "chunked": [f"{own}.0", f"{own}.1", f"{own}.2"],
        "gap": [f"{own}.0", f"{own}.2"],
        "stale": [own, f"{own}.0", f"{own}.1", f"{own}.2"],
        "other-dialect": [other_session_name(case)],
    }.get(case.session, [own])
    cookies = {**flow_cookie(case), **dict.fromkeys(sent, gone)}
    url = page(case, "error", error="AccessDenied")
    if case.ask == "form":
        return Answer(302, location=url, cookies=cookies)
    return Answer(403, "application/json", json={"is": {"url": url}}, cookies=cookies)


REMEMBERED = (
    Difference(
        "idle-cookies",
        "The CSRF cookie is set where the token is shown or missed, the callback-url cookie "
        "where a flow goes on; theirs sets both with nearly every answer, GET session among "
        "them.",
        rewrite=_idle_cookies,
    ),
    Difference(
        "rolling",
        "GET session writes the cookie only when the token changed or update_age has passed. "
        "Design 3, differences on purpose.",
        rewrite=_rolled,
    ),
    Difference(
        "leftovers",
        "An empty session cookie, one of the other dialect, and a stale one beside chunks are "
        "deleted where the session is written or ends.",
        rewrite=_leftovers,
    ),
    Difference(
        "own-claims",
        "Our tokens hold provider, sid, auth_time, amr and a schema version. Design 3, tokens. In "
        "the place of one of theirs they hold when that was written: its longest life counts.",
        rewrite=_own_claims,
    ),
    Difference(
        "cookies-on-failures",
        "Set-Cookie is sent on failures too. Design 3, ways to ask.",
        rewrite=_cookies_on_failure,
        dialects=AUTHJS,
    ),
    Difference(
        "no-session-is-no-success",
        "Where the jwt callback answers null at the sign-in, Access Denied is said; theirs "
        "redirects as though all were well (v5), or fails (v4). Design 2.",
        rewrite=_nobody,
    ),
)
