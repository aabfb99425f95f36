"""Owns what a case means by the design's rules, asked of neither side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.interop.differential.answers import address
from tests.interop.differential.cases import KEPT, Case
from tests.interop.differential.wire import placed_text, sent_by

__all__ = [
    "FLOW_ROUTES",
    "acts",
    "cookie",
    "csrf_cookie",
    "flow_cookie",
    "goes_to",
    "is_guarded",
    "methods_of",
    "named",
    "other_session_name",
    "page",
    "problem",
    "with_route",
]

FLOW_ROUTES = ("signin", "signin/credentials", "signout", "callback/credentials")
_METHODS: Mapping[str, tuple[str, ...]] = {
    "providers": ("GET",),
    "csrf": ("GET",),
    "session": ("GET", "POST"),
    "signin": ("GET", "POST"),
    "signin/credentials": ("GET", "POST"),
    "callback/credentials": ("POST",),
    "signout": ("GET", "POST"),
    "error": ("GET",),
    "verify-request": ("GET",),
    "_log": ("POST",),
}
_GUARDED = ("session", *FLOW_ROUTES)
_GOES: Mapping[str, str] = {
    "path": "{origin}/inner",
    "query": "{origin}/inner?tab=2&q=a%20b+c&tab=3#part",
    "root": "{origin}/",
    "own": "{origin}/inner?x=1",
    "plain": "{origin}/inner",
    "home": "{origin}/home?from=callback",
    "shouted": "{origin}/inner",
    "latin": "{origin}/gr%C3%B6%C3%9Fe",
    "latin-encoded": "{origin}/gr%C3%B6%C3%9Fe",
    "kanji": "{origin}/%E6%BC%A2%E5%AD%97",
    "kanji-encoded": "{origin}/%E6%BC%A2%E5%AD%97",
}
_KEPT_GOES: Mapping[str, str] = {"page": "{origin}/kept", "path": "{origin}/kept"}


def named(case: Case) -> str:
    """Answer the route without the slash that may end it."""
    return case.path.removesuffix("/")


def methods_of(case: Case) -> tuple[str, ...]:
    """Answer the methods of a case's route; none where there is no such route."""
    return _METHODS.get(named(case), ())


def goes_to(case: Case) -> str:
    """Answer where a flow ends: parameter, cookie or root; what is not ours is the root."""
    kind = "home" if case.callback == "custom" and case.at.has_own else case.callback
    if kind in {"none", "empty"}:
        return placed_text(_KEPT_GOES.get(case.kept, "{origin}"), case.at)
    return placed_text(_GOES.get(kind, "{origin}"), case.at)


def problem(case: Case) -> str | None:
    """Answer why a request is refused before anything is decided; None if it is not."""
    methods = methods_of(case)
    if not methods:
        return "UnknownAction"
    if ("GET" if case.method == "HEAD" else case.method) not in methods:
        return "MethodNotAllowed"
    if not case.is_post or named(case) == "_log" or not sent_by(case).body:
        return None
    if case.encoding in {"text", "multipart", "untyped"}:
        return "UnsupportedMediaType"
    return {"broken": "BadRequest", "large": "PayloadTooLarge"}.get(case.encoding)


def acts(case: Case) -> bool:
    """Tell whether a POST is read and passes the may-act rule."""
    if problem(case):
        return False
    if case.browser in {"same-origin", "own"}:
        return True
    return case.csrf == "right" and case.browser not in {"cross-site", "other", "misplaced"}


def is_guarded(case: Case) -> bool:
    """Tell whether the may-act rule stands before a case's route."""
    return case.is_post and named(case) in _GUARDED


def page(case: Case, name: str, **query: str) -> Mapping[str, Any]:
    """Answer a page's address, the site's own or ours, with parameters."""
    where = address(f"{case.at.origin}{case.at.page(name)}", case.at)
    return {**where, "query": {**where["query"], **query}}


def cookie(case: Case, value: str, *, life: str = "as long as the browser runs") -> dict[str, Any]:
    """Answer a cookie with the attributes that all of them have on a case's site."""
    attributes = {"Path": "/", "HttpOnly": "", "SameSite": "Lax"}
    if case.at.is_secure:
        attributes["Secure"] = ""
    return {"value": value, "life": life, **attributes}


def flow_cookie(case: Case) -> dict[str, Any]:
    """Answer the callback-url cookie, if the flow ends elsewhere than the browser's cookie says."""
    goal = goes_to(case)
    if case.kept != "none" and placed_text(KEPT[case.kept], case.at) == goal:
        return {}
    return {case.at.cookie("callback-url"): cookie(case, goal)}


def csrf_cookie(case: Case) -> dict[str, Any]:
    """Answer the CSRF cookie that is set, if the browser's own is none of ours."""
    if case.csrf in {"right", "wrong", "cookie"}:
        return {}
    return {case.at.cookie("csrf-token"): cookie(case, "a new token")}


def with_route(case: Case, route: str) -> Case:
    """Answer the same case at another route, with its query."""
    return replace(case, route=route + case.route[len(case.path) :])


def other_session_name(case: Case) -> str:
    """Answer the other dialect's session cookie."""
    dialect = "next-auth-v4" if case.at.dialect == "authjs" else "authjs"
    return replace(case.at, dialect=dialect).cookie("session-token")
