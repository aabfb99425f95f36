"""Owns which requests are sent: the axes, their products, and every pair of their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations, product
from random import Random

from tests.interop.differential.sites import PASSWORDS, SITES, Site

__all__ = ["AXES", "CALLBACKS", "KEPT", "Case", "axes_of", "cases_of", "pairs_of"]

_SEED = 20_240_917

CALLBACKS: Mapping[str, str] = {
    "none": "",
    "path": "/inner",
    "query": "/inner?tab=2&q=a%20b+c&tab=3#part",
    "root": "/",
    "own": "{origin}/inner?x=1",
    "plain": "{origin}/inner",
    "origin": "{origin}",
    "home": "/home?from=callback",
    "shouted": "{shouted}/inner",
    "custom": "go:home",
    "empty": "",
    "latin": "/größe",
    "latin-encoded": "/gr%C3%B6%C3%9Fe",
    "kanji": "/漢字",
    "kanji-encoded": "/%E6%BC%A2%E5%AD%97",
    "other": "https://evil.example/inner",
    "prefix": "{portless}.evil.example/inner",
    "port": "{portless}:1/inner",
    "scheme": "{flipped}/inner",
    "userinfo": "{scheme}://user:pw@{host}/inner",
    "slashes": "//evil.example/inner",
    "own-slashes": "//{host}/inner",
    "backslash": "/\\evil.example/inner",
    "tab": "/\tinner",
    "newline": "/inner\r\nset-cookie: planted=1",
    "script": "javascript:alert(1)",
    "word": "not an address",
    "broken": "http://[",
    "long": f"/{'long' * 1_250}",
}
"""What a client asks to be sent to afterwards."""

KEPT: Mapping[str, str] = {
    "none": "",
    "page": "{origin}/kept",
    "root": "{origin}",
    "path": "/kept",
    "other": "https://evil.example/kept",
    "word": "not an address",
}
"""What the callback-url cookie of an earlier flow holds."""

_PAGES = (
    "signin",
    "signin?error=CredentialsSignin&code=credentials",
    "signin?error=SessionRequired",
    "signin?error=%3Cb%3E",
    "signout",
    "verify-request?provider=email&type=email",
    "error",
    "error?error=Configuration",
    "error?error=AccessDenied",
    "error?error=Verification",
    "error?error=CredentialsSignin",
    "error?error=toString",
)
_ACTING = ("callback/credentials", "signin/credentials", "signin", "signout", "session")
_PATHS = (
    "callback",
    "callback/nosuch",
    "signin/nosuch",
    "signout/credentials",
    "session/credentials",
    "nosuch",
    "webauthn-options",
)
_ODD_PATHS = ("", "session/", "signin//credentials", "signin/credentials/more", "csrf/credentials")

AXES: Mapping[str, tuple[str, ...]] = {
    "route": (*_ACTING, "providers", "csrf", "_log", *_PAGES[1:], *_PATHS, *_ODD_PATHS),
    "method": ("POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"),
    "ask": ("form", "header", "json"),
    "csrf": ("right", "none", "wrong", "cookie", "token", "other-secret", "malformed"),
    "browser": (
        "silent",
        "same-origin",
        "none",
        "same-site",
        "cross-site",
        "own",
        "other",
        "null",
        "misplaced",
    ),
    "session": (
        "none",
        "theirs",
        "ours",
        "hour",
        "old",
        "chunked",
        "damaged",
        "expired",
        "other-secret",
        "other-dialect",
        "gap",
        "stale",
        "sibling",
        "tossed",
        "over",
        "empty",
    ),
    "callback": tuple(CALLBACKS),
    "placed": ("body", "query", "both"),
    "kept": tuple(KEPT),
    "password": (*PASSWORDS, "none", "blank"),
    "encoding": (
        "form",
        "charset",
        "json",
        "typed",
        "text",
        "multipart",
        "untyped",
        "broken",
        "large",
        "repeated",
    ),
}
"""The values of each axis, the ordinary one first."""


@dataclass(frozen=True)
class Case:
    """One request, by what is particular about it; `wire` makes its bytes.

    Each member but `site` is an axis of `AXES`.
    """

    site: str
    route: str
    method: str
    ask: str = "form"
    csrf: str = "right"
    browser: str = "silent"
    session: str = "none"
    callback: str = "none"
    placed: str = "body"
    kept: str = "none"
    password: str = "right"
    encoding: str = "form"

    @property
    def at(self) -> Site:
        return SITES[self.site]

    @property
    def path(self) -> str:
        return self.route.partition("?")[0]

    @property
    def is_post(self) -> bool:
        return self.method == "POST"

    def settled(self) -> Case:
        """Answer the same request with the ordinary value on each axis that it cannot show."""
        case = self
        if not self.is_post:
            csrf = {"right": "cookie", "wrong": "cookie", "token": "none"}.get(self.csrf, self.csrf)
            ask = "form" if self.ask == "json" else self.ask
            case = replace(case, csrf=csrf, ask=ask, placed="query", encoding="form")
        if not self.is_post or not self.path.startswith("callback"):
            case = replace(case, password="right")
        if self.callback == "none":
            case = replace(case, placed="body")
        return case

    def __str__(self) -> str:
        shown = (f"{each.name}={getattr(self, each.name)}" for each in fields(self)[3:])
        return f"{self.site} {self.method} /{self.route} {' '.join(shown)}"


def axes_of(dialect: str) -> Mapping[str, Sequence[str]]:
    """Answer the axes, with the sites of one dialect."""
    sites = tuple(key for key, site in SITES.items() if site.dialect == dialect)
    axes = {"site": sites, **AXES}
    if dialect != "authjs":
        # Next.js hands v4 the values of a repeated field as an array, and answers odd paths itself.
        axes["route"] = tuple(each for each in AXES["route"] if each not in _ODD_PATHS)
        axes["encoding"] = tuple(each for each in AXES["encoding"] if each != "repeated")
    return axes


def cases_of(dialect: str) -> list[Case]:
    """Answer the cases of a dialect, always the same, in an order that never changes."""
    axes = axes_of(dialect)
    random = Random(_SEED)  # noqa: S311 - the same cases each time
    found: dict[Case, None] = {}
    for chosen in _blocks(axes):
        found.setdefault(_drawn(axes, chosen, random).settled())
    return [*found, *_for_missing_pairs(axes, found, random)]


def _blocks(axes: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    """Answer the products that matter: the rest of each case is drawn."""
    admitted = {"browser": "silent", "encoding": "form", "csrf": "right"}
    credentials = {**admitted, "method": "POST", "route": "callback/credentials"}
    for method in ("POST", "GET"):
        yield from _product(axes, ("site", "route", "ask"), {"method": method})
    yield from _product(axes, ("route", "method"), {})
    for route in _ACTING:
        post = {"route": route, "method": "POST"}
        yield from _product(axes, ("ask", "csrf", "browser"), post)
        yield from _product(axes, ("ask", "encoding"), {**post, "csrf": "right"})
        yield from _product(axes, ("site", "session"), {**post, **admitted})
        yield from _product(axes, ("site", "callback"), {**post, **admitted})
        yield from _product(axes, ("callback", "placed"), {**post, **admitted})
    for route in ("signin/credentials", "callback/credentials"):
        post = {"route": route, "method": "POST"}
        yield from _product(axes, ("callback", "kept"), {**post, **admitted})
    for route in ("session", "signin", "signout"):
        get = {"route": route, "method": "GET"}
        yield from _product(axes, ("site", "session"), get)
        yield from _product(axes, ("site", "callback"), get)
    yield from _product(axes, ("callback", "kept"), {"route": "signin", "method": "GET"})
    yield from _product(axes, ("site", "ask", "password"), credentials)


def _product(
    axes: Mapping[str, Sequence[str]], crossed: Sequence[str], fixed: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    for values in product(*(axes[name] for name in crossed)):
        yield {**fixed, **dict(zip(crossed, values, strict=True))}


def _drawn(axes: Mapping[str, Sequence[str]], chosen: Mapping[str, str], random: Random) -> Case:
    """Fill the axes that are not chosen: half of them ordinary, or most cases would be refused."""
    drawn = {
        name: values[0] if name != "site" and random.random() < 0.5 else random.choice(values)
        for name, values in axes.items()
    }
    return Case(**{**drawn, **chosen})


def pairs_of(case: Case) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Answer every two (axis, value) that a case holds."""
    held = [(each.name, getattr(case, each.name)) for each in fields(case)]
    return set(combinations(held, 2))


def _for_missing_pairs(
    axes: Mapping[str, Sequence[str]], found: Mapping[Case, None], random: Random
) -> Iterator[Case]:
    """Answer a case for each pair of values that no case holds yet and a request can hold."""
    held = set().union(*map(pairs_of, found))
    names = [each.name for each in fields(Case)]
    for one, other in combinations(names, 2):
        for pair in product(axes[one], axes[other]):
            wanted = {one: pair[0], other: pair[1]}
            if tuple(wanted.items()) in held:
                continue
            case = _holding(axes, wanted, random)
            if case is not None:
                held |= pairs_of(case)
                yield case


def _holding(
    axes: Mapping[str, Sequence[str]], wanted: Mapping[str, str], random: Random
) -> Case | None:
    for _ in range(16):
        case = _drawn(axes, wanted, random).settled()
        if all(getattr(case, name) == value for name, value in wanted.items()):
            return case
    return None
