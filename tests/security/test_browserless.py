"""Clients without a browser: no browser gets their tokens, and nothing stands for one of them."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth import Auth, Revocation, SessionOptions, Throttle
from nextauth.events import SignedIn
from nextauth.routes import ROUTES
from nextauth.stores import Limit, MemoryStore
from nextauth.testing import FakeClock
from nextauth.tokens import Keyring, PurposeBox
from tests.security.answers import ask, check, gives_a_session, read
from tests.security.inputs import (
    DIALECTS,
    NOW,
    ORIGINS,
    TRUSTED,
    V4,
    Entropy,
    bodies,
    cookie_headers,
    escapes,
    header_values,
    latin,
    media_types,
    pieces_of_tokens,
    repeatable,
    token_of,
)
from tests.security.mutations import mutants
from tests.security.second_factors import (
    ENDLESS,
    NAMES_OF_SESSIONS,
    Siege,
    besieged,
    person,
    postable,
    sealed_things,
)
from tests.unit.protocol.enrolments import wrong
from tests.unit.protocol.programs import JWT, Program, signed_in_program, token_in
from tests.unit.protocol.wire import (
    CALLBACK,
    FORM,
    OTHER_SECRET,
    PASSWORD,
    SECRET,
    SESSION,
    Browser,
    Reply,
    make_auth,
)

ACCEPT = ("accept", JWT)
RIGHT = {"email": "ada@example.com", "password": PASSWORD}
BEARER = SessionOptions(bearer=True, remember_field="remember")
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")
PURPOSES = ("pending", "pending-record", "device", "trusted-device", "step-up", "kept-credentials")
in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
JSON = "application/json"


@cache
def site(dialect: str = "authjs", *, accepts: bool = False) -> Auth:
    """Answer the site that is attacked: it keeps nothing of a request."""
    return make_auth(
        person,
        dialect=dialect,
        secret=[SECRET, OTHER_SECRET],
        session=SessionOptions(bearer=True, accept_bearer=accepts),
        trusted_origins=[TRUSTED],
        clock=FakeClock(NOW),
        entropy=Entropy(),
    )


@cache
def borne_by(name: str, dialect: str = "authjs") -> str:
    """Answer the token of somebody who has signed in."""
    program = Program(site(dialect))
    token = token_in(program.sign_in(email=f"{name}@example.com"))
    assert token is not None
    return token


def who(auth: Auth, *sent: tuple[str, str]) -> str | None:
    session = read(auth, Browser(auth).request("GET", "/things", headers=sent))
    return session.user.name if session else None


def bearing(token: str) -> tuple[str, str]:
    return "authorization", f"Bearer {token}"


def paths() -> Iterator[str]:
    for action in ROUTES:
        yield from (f"{action}{end}" for end in ("", "/", "/credentials", "/totp", "/factor/totp"))


# --- no browser gets one


@pytest.mark.parametrize(
    "added",
    [
        *([("sec-fetch-site", each)] for each in ("cross-site", "same-site", "none", "", "x")),
        *([("origin", each)] for each in ("null", "https://evil.example", TRUSTED, ORIGINS[0], "")),
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        [("sec-fetch-site", "cross-site"), ("origin", TRUSTED)],
        [("sec-fetch-site", "same-origin")],
        *([("cookie", each)] for each in ("theme=dark", "", f"{SESSION}=x")),
    ],
)
def test_no_browser_gets_a_token_whatever_its_page_sends(added: list[tuple[str, str]]) -> None:
    """Login CSRF, and a token that a script could carry away: CVE-2023-27490 (NextAuth)."""
    auth = site()
    sent = [ACCEPT, *added]
    for kind, body in ((JSON, json.dumps(RIGHT).encode()), (FORM, b"email=ada&password=" + b"x")):
        reply = Browser(auth, headers=sent).post_body(CALLBACK, body, kind=kind)
        assert reply.header("content-type") != JWT
        assert "token" not in reply.text
    with_token = [*sent, bearing(borne_by("ada"))]
    for method, path in product(METHODS, paths()):
        browser, plain = Browser(auth, headers=with_token), Browser(auth, headers=sent)
        if method == "POST":
            reply, without = (each.post(path, RIGHT) for each in (browser, plain))
        else:
            reply, without = (
                each.get(path, each.headers, method=method) for each in (browser, plain)
            )
        assert reply.header("content-type") != JWT
        assert "Ada" not in reply.text
        assert (reply.status, set(reply.set)) == (without.status, set(without.set))


def test_a_page_that_hides_where_it_is_still_sends_no_json() -> None:
    """CSRF through a content type without preflight: GHSA-vp58-j275-797x."""
    body = json.dumps(RIGHT).encode()
    for kind in (FORM, "text/plain", "multipart/form-data; boundary=x", "", None):
        reply = Browser(site(), headers=[ACCEPT]).post_body(CALLBACK, body, kind=kind)
        assert reply.status == 415
        assert reply.header("content-type") != JWT


def test_no_preflight_lets_a_page_bear_one() -> None:
    """What a page of a trusted origin may send is the same as ever: no Authorization."""
    sent = [("origin", TRUSTED), ("access-control-request-method", "POST")]
    sent += [("access-control-request-headers", "authorization")]
    reply = Browser(site()).get("session", sent, method="OPTIONS")
    assert "authorization" not in (reply.header("access-control-allow-headers") or "").lower()


def test_a_program_gets_no_cookie_of_any_route() -> None:
    """A session that goes on beside its token: the whole jar stays empty."""
    for borne, method, path in product((None, "x", borne_by("ada")), METHODS, paths()):
        program = Program(site())
        program.borne = borne
        body = RIGHT if method == "POST" else None
        reply = program.ask(method, f"{path}?callbackUrl=/inside", body)
        assert reply.set == {}, (method, path)
        assert reply.status < 500, (method, path)


# --- nothing stands for another


@in_each_dialect
def test_a_cookies_token_is_not_borne_and_a_borne_one_is_no_cookie(dialect: str) -> None:
    """Token purpose confusion: CVE-2023-48309 (NextAuth), both ways."""
    auth = site(dialect)
    for each in DIALECTS:
        cookie = token_of("victim", each)
        assert who(auth, bearing(cookie)) is None
        assert Browser(auth).get("session", [bearing(cookie)]).json in (None, {})
        program = Program(auth)
        program.borne = cookie
        assert program.refresh().status == 401
        assert program.post("session", {"data": 1}).status == 401
    token = borne_by("ada", dialect)
    assert who(auth, bearing(token)) == "Ada"
    half = len(token) // 2
    for name, scheme in product(NAMES_OF_SESSIONS, ("http", "https")):
        for jar in ({name: token}, {f"{name}.0": token[:half], f"{name}.1": token[half:]}):
            for both in (False, True):
                browser = Browser(site(dialect, accepts=both), scheme=scheme)
                browser.jar = dict(jar)
                assert read(browser.auth, browser.request("GET", "/")) is None
                assert browser.session() == browser.auth.settings.dialect.signed_out


def test_a_token_opens_as_one_kind_where_both_are_accepted() -> None:
    """Two options, one header: whoever made a token, it says who is signed in in one way."""
    auth = site(accepts=True)
    for token in (token_of("victim"), token_of("victim", "next-auth-v4"), borne_by("ada")):
        sessions = auth.services.sessions
        as_cookie = [each.open(token, now=NOW) for each in (sessions._secure, sessions._insecure)]
        is_borne = sessions.borne(token).open(NOW) is not None
        assert is_borne is not any(each is not None for each in as_cookie)
        assert who(auth, bearing(token)) in {"victim", "Ada"}
    program = Program(auth)
    program.borne = token_of("victim")
    assert program.refresh().status == 401, "the protocol's own routes take the one kind only"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_is_sealed_for_another_purpose_is_not_borne(purpose: str) -> None:
    """Token purpose confusion: CVE-2023-48309 (NextAuth), in a header instead of a cookie."""
    box = PurposeBox(Keyring([SECRET]), purpose=purpose, entropy=Entropy())
    claims = {"sub": "1", "name": "victim", "sid": "s", "provider": "credentials", "key": "k"}
    program = Program(site())
    program.borne = box.seal(claims, expires=2 * NOW)
    assert program.session() is None
    assert program.refresh().status == 401


def test_nothing_that_a_site_seals_is_borne_and_no_token_takes_its_place() -> None:
    """Each sealed thing in each other's place."""
    siege = besieged(session=BEARER)
    for name, value in sealed_things(siege).items():
        program = Program(siege.auth)
        program.borne = value
        assert program.session() is None, name
        assert program.refresh().status == 401, name
        assert program.ask("GET", "factor").status == 401, name
    handle, token = held(siege).borne, finished(siege).borne
    assert handle is not None
    assert token is not None
    plan = siege.plan
    for place in (plan.pending, plan.trusted, plan.device, plan.csrf, *NAMES_OF_SESSIONS):
        for value in (handle, token):
            browser = siege.browser({place: value})
            browser.post("factor/totp", {"code": siege.code()})
            assert siege.auth.session_sync(browser.request("GET", "/")) is None
            assert browser.session() is None
            assert browser.sign_in().path == "/api/auth/factor"
    for value in (handle, token):
        assert Program(siege.auth).sign_in(stepUp=value).json["error"] == "SecondFactorRequired"


def test_no_damaged_token_is_somebody() -> None:
    """A token that was changed opens: CVE-2026-28802 (Authlib); GHSA-xmf8-cvqr-rfgj (Auth.js)."""
    auth = site()
    tokens = [borne_by("ada"), borne_by("grace")]
    assert {who(auth, bearing(each)) for each in tokens} == {"Ada", "Grace"}
    for mutation, mutant in mutants(Random(7), tokens, 2_000):  # noqa: S311 - repeatable
        assert who(auth, bearing(mutant)) is None, mutation


# --- malformed, and beside a cookie


@given(
    scheme=st.sampled_from(("Bearer ", "bearer  ", "Bearer", "Bearer\t", "Bearer,", "Token ", "")),
    value=header_values | latin | escapes | pieces_of_tokens,
    others=st.lists(header_values, max_size=1),
    method=st.sampled_from(METHODS),
    path=st.sampled_from(sorted(paths())),
)
@repeatable
def test_whatever_is_borne_is_nobody_and_no_mistake_of_ours(
    scheme: str, value: str, others: list[str], method: str, path: str
) -> None:
    """Malformed percent-encoding in a Bearer header raises: GHSA-xmf8-cvqr-rfgj (Auth.js)."""
    auth = site()
    sent = [("authorization", f"{scheme}{value}"), *(("authorization", each) for each in others)]
    assert who(auth, *sent) is None
    for accept in ([], [ACCEPT]):
        request = Browser(auth).request(method, f"/api/auth/{path}", headers=[*accept, *sent])
        reply = ask(auth, request, origins=ORIGINS)
        assert reply.status < 500
        assert reply.header("content-type") != JWT


@given(body=bodies, kind=media_types, accept=st.sampled_from((JWT, f"x, {JWT};q=0.1", "*/*")))
@repeatable
def test_whatever_is_posted_gives_no_token(body: bytes, kind: str, accept: str) -> None:
    """JSON of non-strings crashes or reaches the data layer (Flask-Security)."""
    sent = [("accept", accept), ("content-type", kind)]
    request = Browser(site()).request("POST", f"/api/auth/{CALLBACK}", headers=sent, body=body)
    reply = ask(site(), request, origins=ORIGINS, body=body)
    assert reply.header("content-type") != JWT
    assert reply.status < 500


@in_each_dialect
@given(cookies=st.lists(cookie_headers, max_size=2), number=st.sampled_from(["", ".0"]))
@repeatable
def test_the_cookie_decides_where_both_came(dialect: str, cookies: list[str], number: str) -> None:
    """Two places, two meanings (cookie tossing): a header never stands in for a damaged cookie."""
    auth, name = site(dialect), V4 if dialect == "next-auth-v4" else SESSION
    bearer = bearing(borne_by("ada", dialect))
    sent = [("cookie", each) for each in cookies]
    ours = ("cookie", f"{name}{number}={token_of('victim', dialect)}")
    assert who(auth, *sent, ours, bearer) in {"victim", None}
    assert who(auth, *sent, ("cookie", f"{name}{number}=x"), bearer) is None
    assert who(auth, bearer, ("cookie", "theme=dark")) == "Ada"
    wire = Browser(auth, headers=[bearer, *sent, ours])
    for action in ("signout", "session", CALLBACK):
        reply = wire.post(action, {**RIGHT})
        assert reply.status in {302, 400}, "the may-act rule applies"
        assert not gives_a_session(reply)


# --- second factors


def held(siege: Siege, **fields: Any) -> Program:  # noqa: ANN401
    program = Program(siege.auth, scheme=siege.scheme)
    assert program.sign_in(**fields).json["error"] == "SecondFactorRequired"
    return program


def finished(siege: Siege) -> Program:
    program = held(siege)
    assert token_in(program.post("factor/totp", {"code": siege.code()})) is not None
    return program


def gives_nobody(siege: Siege, program: Program, reply: Reply | None = None) -> None:
    assert reply is None or token_in(reply) is None
    assert program.session() is None
    assert program.ask("GET", "session", accept=None).json in (None, {})
    assert program.refresh().status == 401
    for name in NAMES_OF_SESSIONS:
        browser = siege.browser({name: program.borne or ""})
        assert browser.session() == siege.auth.settings.dialect.signed_out


@in_each_dialect
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("accept", [JWT, None])
def test_a_handle_is_a_token_on_no_route(dialect: str, scheme: str, accept: str | None) -> None:
    """Half an authentication taken for all of it: GHSA-xg6x-h9c9-2m83 (NextAuth)."""
    siege = besieged(dialect=dialect, scheme=scheme, session=BEARER)
    program = held(siege)
    for method, path in product(METHODS, paths()):
        handle = program.borne
        code = wrong(siege.app.code())
        body = postable(handle or "", code) if method == "POST" else None
        if accept is None and path.startswith("callback"):
            continue  # who asks for no token there is a browser
        query = f"{path}?code={code}&stepUp={handle}&method=totp&token={handle}"
        reply = program.ask(method, query, body, accept=accept)
        check(reply.response, origins=("http://localhost:3000", "https://localhost:3000"))
        assert token_in(reply) is None, (method, path)
        program.borne = handle
        gives_nobody(siege, program, reply)
        is_waiting = program.ask("GET", "factor").status == 200
        assert is_waiting is not (method == "POST" and path in {"signout", "signout/"}), path
        if not is_waiting:
            program = held(siege)
    assert siege.sink.of(SignedIn) == []
    assert token_in(program.post("factor/totp", {"code": siege.code()})) is not None


def test_no_handle_crosses_over() -> None:
    """A browser's sign-in that waits ends in no token, and a program's in no cookie."""
    siege = besieged(session=BEARER)
    browser = siege.held()
    stolen = Program(siege.auth)
    stolen.borne = browser.jar[siege.plan.pending]
    reply = stolen.post("factor/totp", {"code": siege.code()})
    assert reply.json["error"] == "SecondFactorExpired"
    gives_nobody(siege, stolen, reply)
    planted = siege.browser({siege.plan.pending: held(siege).borne or ""})
    reply = planted.post("factor/totp", {"code": siege.code()})
    assert reply.query["error"] == "SecondFactorExpired"
    siege.gives_nobody(planted, reply)


def test_a_browser_that_is_trusted_lends_a_program_nothing() -> None:
    """Its cookie makes the request a browser's, which gets no token at all."""
    siege = besieged(session=BEARER)
    browser = siege.held()
    browser.post("factor/totp", {"code": siege.code(), "trustDevice": "on"})
    cookie = f"{siege.plan.trusted}={browser.jar[siege.plan.trusted]}"
    wire = Browser(siege.auth, headers=[ACCEPT, ("cookie", cookie)])
    reply = wire.post_body(CALLBACK, json.dumps(RIGHT).encode(), kind=JSON)
    assert (reply.status, reply.json["error"]) == (403, "MissingCSRF")
    program = held(siege)
    reply = program.post("factor/totp", {"code": siege.code(), "trustDevice": True})
    assert token_in(reply) is not None
    listed = siege.auth.factors_of_sync("credentials", "1")
    assert [each.method for each in listed].count("trusted-device") == 1


# --- guessing, and ends


def test_a_program_guesses_no_more_often_than_a_browser() -> None:
    """A second door beside the guarded one (allauth 65.8.1): both are counted together."""
    throttle = Throttle(account=(Limit(4, 60),), pair=ENDLESS, address=ENDLESS, device=ENDLESS)
    auth = make_auth(person, session=BEARER, throttle=throttle, clock=FakeClock(NOW))
    browser = Browser(auth)
    browser.sign_in()
    device = browser.jar[auth.settings.insecure.device]
    for _ in range(2):
        assert Browser(auth).sign_in("guess").query["error"] == "CredentialsSignin"
        assert Program(auth).sign_in("guess").status == 401
    assert Program(auth).sign_in().status == 429
    known = Program(auth)
    known.borne = device
    assert known.sign_in().status == 429, "a device cookie is nothing that can be borne"


def test_what_was_ended_stays_so_over_every_refresh() -> None:
    """A session outlives its user: GHSA-2vg6-77g8-24mp."""
    clock = FakeClock()
    revocation = Revocation(MemoryStore(), staleness=0)
    auth = make_auth(person, session=BEARER, revocation=revocation, clock=clock)
    program = signed_in_program(auth)
    old = program.borne
    clock.advance(86_401)
    assert token_in(program.refresh()) is not None
    new = program.borne
    assert new != old
    clock.advance(5)
    auth.revoke_user_sync("credentials", "1")
    for token in (old, new):
        program.borne = token
        assert program.session() is None
        assert program.refresh().status == 401
        assert program.post("session", {"data": {}}).status == 401


def test_no_token_is_told_to_a_log_an_event_or_a_repr(caplog: pytest.LogCaptureFixture) -> None:
    """A token in a log is whoever reads it."""
    caplog.set_level("DEBUG")
    siege = besieged(session=BEARER)
    program = held(siege)
    handle = program.borne or ""
    program.post("factor/totp", {"code": siege.code()})
    token = program.borne or ""
    carrier = siege.auth.services.sessions.borne(token)
    resumed = siege.auth.resume_sync(program.request())
    told = f"{siege.sink.events} {caplog.text} {carrier!r} {resumed!r} {resumed.session!r}"
    for secret in (handle, token, token.rsplit(".", 2)[1]):
        assert secret
        assert secret not in told
