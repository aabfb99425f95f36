"""20,000 damaged tokens and cookie headers a dialect: each opens nothing and raises nothing."""

from collections import Counter
from random import Random
from urllib.parse import quote

import pytest

from nextauth import Auth
from nextauth.web.cookies import decode_value
from tests.security.inputs import DIALECTS, V4, cookies_of, site, token_of
from tests.security.mutations import MUTATIONS, mutants
from tests.security.torn_cookies import headers_of
from tests.unit.protocol.wire import OTHER_SECRET, SESSION, Browser

NAMES = {"authjs": SESSION, "next-auth-v4": V4}
COUNT = 10_000
in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def _tokens(dialect: str) -> list[str]:
    """Answer good tokens: of two people, under both secrets, and one of the other dialect."""
    return [
        token_of("victim", dialect),
        token_of("mallory", dialect),
        token_of("victim", dialect, secret=OTHER_SECRET),
        *(token_of("mallory", other) for other in DIALECTS),
    ]


def _who(auth: Auth, header: str) -> str | None:
    session = auth.session_sync(Browser(auth).request("GET", "/", headers=[("cookie", header)]))
    return session.user.name if session else None


@in_each_dialect
def test_a_damaged_token_opens_nothing(dialect: str) -> None:
    """A token that was changed opens: CVE-2026-28802 (Authlib)."""
    auth, tokens = site(dialect), _tokens(dialect)
    assert [_who(auth, f"{NAMES[dialect]}={token}") for token in tokens[:2]] == [
        "victim",
        "mallory",
    ]
    tried: Counter[str] = Counter()
    for mutation, mutant in mutants(Random(20_260_101), tokens, COUNT):  # noqa: S311 - repeatable
        assert decode_value(mutant) not in tokens
        for number in ("", ".0"):
            assert _who(auth, f"{NAMES[dialect]}{number}={mutant}") is None, (mutation, mutant)
        tried[mutation] += 1
    assert len(tried) == len(MUTATIONS)
    assert min(tried.values()) >= COUNT // len(MUTATIONS)


@in_each_dialect
def test_a_damaged_cookie_header_opens_nothing(dialect: str) -> None:
    """A stale sibling cookie (`name.9`), duplicates read differently by two parsers (tossing)."""
    auth, name = site(dialect), NAMES[dialect]
    tokens = [token_of(who, dialect) for who in ("victim", "mallory")]
    chunks = [cookies_of(f"large {who}", dialect) for who in ("victim", "mallory")]
    assert len(chunks[0]) == len(chunks[1]) > 1
    for whole in chunks:
        assert _who(auth, "; ".join(f"{sent}={each}" for sent, each in whole.items())) is not None
    seen = set()
    for header in headers_of(Random(7), name, tokens, chunks, COUNT):  # noqa: S311 - repeatable
        assert _who(auth, header) is None, header
        seen.add(header)
    assert len(seen) > COUNT // 10


@in_each_dialect
def test_damage_raises_nothing_on_the_protocols_own_routes(dialect: str) -> None:
    """Malformed percent-encoding raises: GHSA-xmf8-cvqr-rfgj (Auth.js)."""
    auth = site(dialect)
    for _, mutant in mutants(Random(11), _tokens(dialect), 500):  # noqa: S311 - repeatable
        browser = Browser(auth)
        browser.jar = {NAMES[dialect]: mutant}
        assert not browser.session()
        browser.jar = {NAMES[dialect]: mutant}
        assert not browser.post("session").json
        browser.jar = {NAMES[dialect]: mutant}
        assert browser.post("signout").deletes(NAMES[dialect])


@in_each_dialect
def test_a_respelling_that_opens_is_the_same_session(dialect: str) -> None:
    """A respelling that opens, as another person (CVE-2026-28802): only the cookie's own wrapping.

    Percent-encoding, white space around a value and the size of chunks belong to the cookie and not
    to the token. None of them is remembered or compared anywhere: a session's identity is its
    `sid`, sealed inside.
    """
    auth, name, token = site(dialect), NAMES[dialect], token_of("victim", dialect)
    escaped = "".join(f"%{ord(letter):02x}" for letter in token)
    half = len(token) // 2
    sids = set()
    for header in (
        f"{name}={token}",
        f"{name}={quote(token).replace('.', '%2E')}",
        f" {name} =\t{token} ",
        f"{name}.0={token}",
        f"{name}.1={token[half:]}; {name}.0={token[:half]}",
        f"{name}={token}; {name}={token}",
        f"{name}={token}; {name}.0={token}",
    ):
        request = Browser(auth).request("GET", "/", headers=[("cookie", header)])
        session = auth.session_sync(request)
        assert session is not None, header
        sids.add((session.sid, session.user.id))
    assert len(sids) == 1
    for header in (f"{name}={escaped}", f"{name}={escaped.upper()}", f"{name}.0={escaped}"):
        assert _who(auth, header) in {"victim", None}
    # Two spellings at once are two values: nobody.
    assert _who(auth, f"{name}={token}; {name}={escaped}") is None
