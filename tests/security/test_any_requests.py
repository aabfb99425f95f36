"""No address, header or body signs anybody in, raises, or takes long."""

from urllib.parse import urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nextauth import Auth, Request, SubmittedCredentials
from nextauth.testing import FakeClock
from tests.security.answers import ask, gives_a_session, read_nobody
from tests.security.inputs import (
    DIALECTS,
    NOW,
    ORIGINS,
    TRUSTED,
    Entropy,
    addresses,
    bodies,
    header_values,
    headers,
    media_types,
    methods,
    paths,
    queries,
    repeatable,
    site,
)
from tests.unit.protocol.wire import (
    CALLBACK,
    FORM,
    ORIGIN,
    PASSWORD,
    WAYS,
    Browser,
    Reply,
    make_auth,
    signed_in,
)

Pairs = list[tuple[str, str]]
RIGHT = urlencode({"email": "victim", "password": PASSWORD}).encode()
in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def _request(
    auth: Auth,
    method: str,
    path: str,
    *,
    query: bytes = b"",
    sent: Pairs | None = None,
    body: bytes = b"",
) -> Request:
    request = Browser(auth).request(method, path, headers=sent or [], body=body)
    request.query = query
    return request


@in_each_dialect
@given(method=methods, path=paths, query=queries)
@repeatable
def test_no_address_signs_anybody_in(dialect: str, method: str, path: str, query: bytes) -> None:
    """Sign-in by GET (allauth 0.47); a path that evades route checks: GHSA-x732-6j76-qmhm."""
    auth = site(dialect)
    sent = [("sec-fetch-site", "same-origin"), ("accept", "text/html")]
    reply = ask(auth, _request(auth, method, path, query=query, sent=sent), origins=ORIGINS)
    assert reply.status != 500 or reply.text
    read_nobody(auth, _request(auth, method, path, query=query))
    url = auth.signin_url(_request(auth, "GET", path, query=query))
    assert url is not None
    assert url.startswith(f"{ORIGIN}/api/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%3A3000")
    assert url.isascii()
    assert url.isprintable()


@in_each_dialect
@given(sent=headers, method=st.sampled_from(["GET", "POST", "OPTIONS", "HEAD"]), body=bodies)
@repeatable
def test_no_header_signs_anybody_in(dialect: str, sent: Pairs, method: str, body: bytes) -> None:
    """A Bearer header raises: GHSA-xmf8-cvqr-rfgj (Auth.js); X-Forwarded-* believed."""
    auth = site(dialect)
    for action in ("session", CALLBACK, "signout"):
        request = _request(auth, method, f"/api/auth/{action}", sent=sent, body=body)
        # A second Host, or a forwarded one, leaves our own address open: refused, and told where.
        told = [value.lower() for name, value in sent if name == "host"]
        reply = ask(auth, request, origins=(*ORIGINS, *(f"http://{host}" for host in told)))
        assert reply.header("access-control-allow-origin") in {None, TRUSTED}
    read_nobody(auth, _request(auth, method, "/", sent=sent))


@given(
    sent=headers,
    site_=st.sampled_from(["cross-site", "same-site", "none", "", "same-origin, same-origin"])
    | header_values.filter(lambda value: value != "same-origin"),
    origin=st.none()
    | header_values.filter(lambda value: value.lower().rstrip("/") not in {ORIGIN, TRUSTED}),
    way=st.sampled_from(WAYS),
)
@repeatable
def test_a_form_of_another_site_never_acts(
    sent: Pairs, site_: str, origin: str | None, way: str
) -> None:
    """Login CSRF, state not bound to the browser (CVE-2023-27490): right credentials, no token."""
    asked: list[SubmittedCredentials] = []
    auth = make_auth(asked.append, trusted_origins=[TRUSTED], clock=FakeClock(NOW))
    named = [("sec-fetch-site", site_), *([] if origin is None else [("origin", origin)])]
    kept = [pair for pair in sent if pair[0] not in {"sec-fetch-site", "origin", "content-type"}]
    browser = Browser(auth, way=way)
    reply = browser.post_body(
        CALLBACK, RIGHT + b"&json=true" * (way == "json"), headers=named + kept
    )
    assert asked == []
    assert not gives_a_session(reply)
    assert reply.status in {302, 403, 500}


@given(cookies=headers, token=st.text(max_size=80) | st.just("0" * 64))
@repeatable
def test_no_other_token_stands_for_the_csrf_token(cookies: Pairs, token: str) -> None:
    """Login CSRF: a token that this browser's cookie does not hold (double submit)."""
    auth = make_auth(trusted_origins=[TRUSTED], clock=FakeClock(NOW), entropy=Entropy())
    browser = Browser(auth, headers=())
    real = browser.get("csrf").json["csrfToken"]
    assume(token != real)
    surrogates = token.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    form = {"email": "victim", "password": PASSWORD, "csrfToken": surrogates}
    quiet = [pair for pair in cookies if pair[0] in {"cookie", "referer", "accept"}]
    assert not gives_a_session(browser.post(CALLBACK, form, headers=quiet))
    browser.jar.clear()
    assert not gives_a_session(browser.post(CALLBACK, {**form, "csrfToken": real}))


@in_each_dialect
@given(body=bodies, kind=media_types, sent=headers, way=st.sampled_from(WAYS))
@repeatable
def test_no_body_signs_anybody_in(
    dialect: str, body: bytes, kind: str, sent: Pairs, way: str
) -> None:
    """A JSON body with non-strings crashes (Flask-Security); oversize input: CVE-2025-61920."""
    auth = site(dialect)
    own = [("sec-fetch-site", "same-origin"), ("content-type", kind), ("accept", "text/html")]
    own += [("x-auth-return-redirect", "1")] * (way == "header")
    extra = [pair for pair in sent if pair[0] in {"content-encoding", "content-length", "te"}]
    for action in (CALLBACK, "session", "signin", "signout", "_log"):
        request = _request(auth, "POST", f"/api/auth/{action}", sent=own + extra, body=body)
        reply = ask(auth, request, origins=ORIGINS, body=body)
        assert reply.status != 500


@given(body=bodies, kind=media_types)
@repeatable
def test_only_text_of_a_sensible_length_reaches_authorize(body: bytes, kind: str) -> None:
    """A JSON body with non-strings reaches the data layer as an operator (Flask-Security)."""
    asked: list[SubmittedCredentials] = []
    auth = make_auth(asked.append)
    browser = Browser(auth)
    status = browser.post_body(CALLBACK, body, kind=kind).status
    assert status in ({302} if asked else {302, 400, 413, 415})
    for credentials in asked:
        for name, value in credentials.items():
            assert type(name) is type(value) is str
            assert name == "callbackUrl" or max(len(name), len(value)) <= 1_024
        assert credentials.get("password", "x").strip()


@given(url=addresses, way=st.sampled_from(WAYS), prefix=st.sampled_from(["", "/", ORIGIN]))
@repeatable
def test_no_address_is_redirected_to_but_ours(url: str, way: str, prefix: str) -> None:
    """Prefix match instead of origin match: CVE-2022-24858 (NextAuth), CVE-2024-56734."""
    target = f"{prefix}{url}".encode("utf-8", "replace")
    auth = site()
    escaped = "".join(f"%{byte:02x}" for byte in target)
    cookie = ("cookie", f"authjs.callback-url={escaped}")
    query = f"callbackUrl={escaped}".encode()
    own = [("sec-fetch-site", "same-origin"), ("content-type", FORM)]
    own += [("x-auth-return-redirect", "1")] * (way == "header")
    json = b"&json=true" * (way == "json")
    for action, sent, body in (
        ("signin", own, query + json),
        ("signout", own, query + json),
        ("signin", [*own, cookie], b"x=y" + json),
    ):
        request = _request(auth, "POST", f"/api/auth/{action}", sent=sent, body=body)
        reply = ask(auth, request, origins=ORIGINS, body=body)
        _is_ours(reply)
    for page in ("signin", "signout"):
        request = _request(auth, "GET", f"/api/auth/{page}", query=query, sent=[cookie])
        _is_ours(ask(auth, request, origins=ORIGINS))


def _is_ours(reply: Reply) -> None:
    for name, cookie in reply.set.items():
        if name.endswith("callback-url"):
            assert cookie.value.startswith(ORIGINS)
            assert cookie.value.removeprefix(ORIGIN).removeprefix(TRUSTED)[:1] in {*"/?#", ""}
    if reply.status == 200 and reply.text.startswith("{"):
        assert reply.url.startswith(ORIGINS)


def test_the_right_credentials_do_sign_in() -> None:
    browser = Browser(site())
    assert gives_a_session(browser.post_body(CALLBACK, RIGHT))
    assert signed_in(make_auth(clock=FakeClock(NOW)), headers=[("origin", ORIGIN)])
