"""No cookies sign anybody in, raise, or take long, except the ones that we wrote, untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.security.answers import ask, read_nobody
from tests.security.inputs import (
    DIALECTS,
    ORIGINS,
    V4,
    cookie_headers,
    cookie_values,
    cookies_of,
    repeatable,
    site,
    token_of,
)
from tests.unit.protocol.wire import SESSION, Browser

NAMES = {"authjs": SESSION, "next-auth-v4": V4}
in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def _seen(dialect: str, *headers: str) -> str | None:
    request = Browser(site(dialect)).request(
        "GET", "/", headers=[("cookie", header) for header in headers]
    )
    session = site(dialect).session_sync(request)
    return session.user.name if session else None


@in_each_dialect
def test_the_cookies_that_we_wrote_do_sign_in(dialect: str) -> None:
    for name in ("victim", "large victim"):
        cookies = cookies_of(name, dialect)
        assert _seen(dialect, "; ".join(f"{sent}={each}" for sent, each in cookies.items())) == name


@in_each_dialect
@given(sent=st.lists(cookie_headers, max_size=3))
@repeatable
def test_no_cookie_signs_anybody_in(dialect: str, sent: list[str]) -> None:
    """Oversize and malformed input: CVE-2025-61920 (Authlib); `name.9` (cookie tossing)."""
    headers = [("cookie", header) for header in sent]
    for scheme in ("http", "https"):
        browser = Browser(site(dialect), scheme=scheme)
        origins = tuple(origin.replace("http:", f"{scheme}:") for origin in ORIGINS)
        read_nobody(site(dialect), browser.request("GET", "/", headers=headers))
        shown = ask(
            site(dialect),
            browser.request("GET", "/api/auth/session", headers=headers),
            origins=origins,
        )
        assert (shown.status, shown.json or None) == (200, None)
        same = [*headers, ("sec-fetch-site", "same-origin")]
        for action in ("signout", "session", "signin", "callback/credentials"):
            request = browser.request("POST", f"/api/auth/{action}", headers=same)
            assert ask(site(dialect), request, origins=origins).status in {200, 302}


@in_each_dialect
@given(sent=st.lists(cookie_headers, max_size=2), first=st.booleans())
@repeatable
def test_what_lies_beside_a_session_never_becomes_another(
    dialect: str,
    sent: list[str],
    first: bool,  # noqa: FBT001 - Hypothesis draws it
) -> None:
    """Cookie tossing: duplicate cookies read differently by two parsers."""
    ours = f"{NAMES[dialect]}={token_of('victim', dialect)}"
    headers = [*sent, ours] if first else [ours, *sent]
    assert _seen(dialect, *headers) in {"victim", None}
    assert _seen(dialect, "; ".join(headers)) in {"victim", None}


@in_each_dialect
@given(drawn=st.data())
@repeatable
def test_chunks_open_only_as_they_were_written(dialect: str, drawn: st.DataObject) -> None:
    """A stale sibling cookie (`name.9`) corrupts or replaces the session (cookie tossing)."""
    people = {name: cookies_of(name, dialect) for name in ("large victim", "large mallory")}
    small = token_of("mallory", dialect)
    chunks = [value for cookies in people.values() for value in cookies.values()]
    names = [NAMES[dialect], *(f"{NAMES[dialect]}.{number}" for number in range(5))]
    values = st.sampled_from([*chunks, small, "", "junk"])
    pairs = drawn.draw(st.lists(st.tuples(st.sampled_from(names), values), max_size=7))
    seen = _seen(dialect, "; ".join(f"{name}={value}" for name, value in pairs))
    whole = {name for name, cookies in people.items() if set(cookies.items()) <= set(pairs)}
    if (NAMES[dialect], small) in pairs or (f"{NAMES[dialect]}.0", small) in pairs:
        whole.add("mallory")
    assert seen is None or seen in whole
    given_twice = len({name for name, _ in pairs}) < len(set(pairs))
    assert seen is None or not given_twice


@in_each_dialect
@given(value=cookie_values, place=st.integers(0, 4), number=st.sampled_from(["", ".0", ".1"]))
@repeatable
def test_a_chunk_that_was_replaced_opens_nothing(
    dialect: str, value: str, place: int, number: str
) -> None:
    """One chunk of another's corrupts the session (cookie tossing: a stale sibling cookie)."""
    cookies = dict(cookies_of("large victim", dialect))
    names = [*cookies, f"{NAMES[dialect]}.{len(cookies)}"]
    name = names[place % len(names)]
    value = value.replace(";", "").strip(" \t")
    if cookies.get(name) == value:
        return
    cookies[name] = value
    assert _seen(dialect, "; ".join(f"{sent}={each}" for sent, each in cookies.items())) is None
    # The same with whatever stands for it, alone.
    alone = f"{NAMES[dialect]}{number}={value}"
    assert _seen(dialect, alone) is None
