"""A session in the Authorization header: damage is nobody, and the protocol never reads it."""

from functools import cache
from itertools import product
from random import Random
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth import Auth, SessionOptions
from nextauth.routes import ROUTES
from nextauth.testing import FakeClock
from nextauth.tokens import Keyring, PurposeBox
from tests.security.answers import gives_a_session, read
from tests.security.inputs import (
    DIALECTS,
    NOW,
    V4,
    Entropy,
    cookie_headers,
    escapes,
    header_values,
    latin,
    pieces_of_tokens,
    repeatable,
    token_of,
)
from tests.security.mutations import mutants
from tests.unit.protocol.wire import (
    CALLBACK,
    FORM,
    OTHER_SECRET,
    PASSWORD,
    SAME_ORIGIN,
    SECRET,
    SESSION,
    Browser,
    make_auth,
)

NAMES = {"authjs": SESSION, "next-auth-v4": V4}
in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@cache
def _reader(dialect: str = "authjs") -> Auth:
    return make_auth(
        dialect=dialect,
        secret=[SECRET, OTHER_SECRET],
        session=SessionOptions(accept_bearer=True),
        clock=FakeClock(NOW),
        entropy=Entropy(),
    )


def _who(auth: Auth, *sent: tuple[str, str]) -> str | None:
    request = Browser(auth).request("GET", "/things", headers=sent)
    session = read(auth, request)
    return session.user.name if session else None


@in_each_dialect
@given(
    scheme=st.sampled_from(("Bearer ", "bearer  ", "Bearer", "Bearer\t", "Bearer,", "Token ", "")),
    value=header_values | latin | escapes | pieces_of_tokens,
    others=st.lists(header_values, max_size=1),
)
@repeatable
def test_no_header_is_somebody(dialect: str, scheme: str, value: str, others: list[str]) -> None:
    """Malformed percent-encoding in a Bearer header raises: GHSA-xmf8-cvqr-rfgj (Auth.js)."""
    sent = [("authorization", f"{scheme}{value}"), *(("authorization", each) for each in others)]
    assert _who(_reader(dialect), *sent) is None
    assert _reader(dialect).challenge(Browser(_reader(dialect)).request("GET", "/", headers=sent))


@in_each_dialect
def test_no_damaged_token_is_somebody(dialect: str) -> None:
    """A token that was changed opens: CVE-2026-28802 (Authlib); GHSA-xmf8-cvqr-rfgj (Auth.js)."""
    tokens = [token_of(who, each) for who in ("victim", "mallory") for each in DIALECTS]
    assert {_who(_reader(dialect), ("authorization", f"Bearer {each}")) for each in tokens} == {
        "victim",
        "mallory",
    }
    for mutation, mutant in mutants(Random(5), tokens, 3_000):  # noqa: S311 - repeatable
        assert _who(_reader(dialect), ("authorization", f"Bearer {mutant}")) is None, mutation


@in_each_dialect
def test_a_bearer_token_has_one_spelling(dialect: str) -> None:
    """Malformed percent-encoding in a Bearer header: GHSA-xmf8-cvqr-rfgj: nothing is decoded."""
    token = token_of("victim", dialect)
    for written in (
        quote(token).replace(".", "%2E"),
        "".join(f"%{ord(letter):02x}" for letter in token),
        *(f"{token} ", f"{token}\t", f"{token}\n", f"\t{token}", f"{token}=", f"{token};"),
        *(f"<{token}>", f'"{token}"', f'token="{token}"', f"{NAMES[dialect]}={token}"),
        f"{token}, realm=x",
    ):  # fmt: skip
        assert _who(_reader(dialect), ("authorization", f"Bearer {written}")) is None, written
    good = ("authorization", f"Bearer {token}")
    assert _who(_reader(dialect), good) == "victim"
    for other in (good, ("authorization", "Basic YTpi"), ("authorization", "")):
        assert _who(_reader(dialect), good, other) is None
        assert _who(_reader(dialect), other, good) is None


@in_each_dialect
def test_a_token_is_read_from_nowhere_else(dialect: str) -> None:
    """A token where logs and other sites see it (RFC 6750, 2.2 and 2.3): GHSA-xmf8-cvqr-rfgj."""
    auth, token = _reader(dialect), token_of("victim", dialect)
    for name in ("proxy-authorization", "x-authorization", "x-access-token", "x-auth-token"):
        assert _who(auth, (name, f"Bearer {token}")) is None
        assert _who(auth, (name, token)) is None
    request = Browser(auth).request("GET", "/", query=f"access_token={token}&token={token}")
    assert auth.session_sync(request) is None
    body = f"access_token={token}".encode()
    request = Browser(auth).request("POST", "/", headers=[("content-type", FORM)], body=body)
    assert auth.session_sync(request) is None


@pytest.mark.parametrize("purpose", ["state", "pkce", "nonce", "pending", "device", "session"])
def test_what_is_sealed_for_another_purpose_is_nobody(purpose: str) -> None:
    """Token purpose confusion: CVE-2023-48309 (NextAuth), in a header instead of a cookie."""
    box = PurposeBox(Keyring([SECRET]), purpose=purpose, entropy=Entropy())
    token = box.seal({"sub": "1", "name": "victim"}, expires=2 * NOW)
    for dialect in DIALECTS:
        assert _who(_reader(dialect), ("authorization", f"Bearer {token}")) is None


@in_each_dialect
def test_the_protocol_reads_no_header(dialect: str) -> None:
    """A token that a page can be made to send acts for nobody (login CSRF, GHSA-wmjr-v86c-m9jj)."""
    auth, token = _reader(dialect), token_of("victim", dialect)
    bearing = [("authorization", f"Bearer {token}"), ("accept", "text/html")]
    for (action, route), cross in product(ROUTES.items(), (False, True)):
        path = f"{action}/credentials" if route.provider == "required" else action
        site = [("sec-fetch-site", "cross-site")] if cross else list(SAME_ORIGIN)
        for method in ("GET", "POST", "HEAD", "DELETE"):
            browser, plain = (Browser(auth) for _ in range(2))
            with_token = browser.get(path, [*site, *bearing], method=method)
            without = plain.get(path, [*site, bearing[1]], method=method)
            assert with_token.status == without.status
            assert set(with_token.set) == set(without.set)
            assert not gives_a_session(with_token)
            assert "victim" not in with_token.text


@in_each_dialect
def test_a_header_loosens_no_rule_about_forms(dialect: str) -> None:
    """Login CSRF: an API's token is no reason to believe a form of another site."""
    auth, token = _reader(dialect), token_of("victim", dialect)
    for site in ("cross-site", "same-site", "none", None):
        sent = [("authorization", f"Bearer {token}")]
        sent += [] if site is None else [("sec-fetch-site", site)]
        browser = Browser(auth, headers=sent)
        for action in (CALLBACK, "signout", "session", "signin"):
            reply = browser.post(action, {"email": "ada", "password": PASSWORD})
            assert reply.status in {302, 400}
            assert not gives_a_session(reply)
            assert reply.status == 400 or reply.query["error"] == "MissingCSRF"


@in_each_dialect
@given(cookies=st.lists(cookie_headers, max_size=2), number=st.sampled_from(["", ".0"]))
@repeatable
def test_the_cookie_decides_where_both_came(dialect: str, cookies: list[str], number: str) -> None:
    """Two places, two meanings (cookie tossing): a header never stands in for a damaged cookie."""
    auth = _reader(dialect)
    bearer = ("authorization", f"Bearer {token_of('mallory', dialect)}")
    ours = ("cookie", f"{NAMES[dialect]}{number}={token_of('victim', dialect)}")
    sent = [("cookie", each) for each in cookies]
    assert _who(auth, *sent, ours, bearer) in {"victim", None}
    assert _who(auth, *sent, ("cookie", f"{NAMES[dialect]}{number}=x"), bearer) is None
    for prefix in ("__Secure-", ""):
        name = f"{prefix}{NAMES[dialect]}{number}"
        assert _who(auth, bearer, ("cookie", f"{name}={token_of('victim', dialect)[:-1]}")) is None
    assert _who(auth, bearer, ("cookie", "theme=dark")) == "mallory"
