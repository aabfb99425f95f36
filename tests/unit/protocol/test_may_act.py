"""May this POST act? The browser's headers, then the token; and whether we know our address."""

import logging

import pytest

from nextauth import CookieOptions, Credentials, FormField, Pages
from nextauth.testing import RecordingSink
from tests.unit.protocol.wire import (
    CSRF,
    HOST,
    ORIGIN,
    PASSWORD,
    SECRET,
    WAYS,
    Browser,
    Headers,
    ada,
    make_auth,
    signed_in,
)

SITE = "sec-fetch-site"
TRUSTED = "https://app.example.com"
EVIL = "https://evil.example"

ACTS: dict[str, Headers] = {
    "same-origin": [(SITE, "same-origin")],
    "same-origin, our origin": [(SITE, "same-origin"), ("origin", ORIGIN)],
    "same-origin, our origin in capitals": [(SITE, "same-origin"), ("origin", ORIGIN.upper())],
    "same-origin, null": [(SITE, "same-origin"), ("origin", "null")],
    "cross-site, trusted": [(SITE, "cross-site"), ("origin", TRUSTED)],
    "same-site, trusted": [(SITE, "same-site"), ("origin", TRUSTED)],
    "only our origin": [("origin", ORIGIN)],
    "only a trusted origin": [("origin", TRUSTED)],
}
REFUSED: dict[str, Headers] = {
    "cross-site": [(SITE, "cross-site")],
    "cross-site, evil": [(SITE, "cross-site"), ("origin", EVIL)],
    "cross-site, null": [(SITE, "cross-site"), ("origin", "null")],
    "cross-site, our origin": [(SITE, "cross-site"), ("origin", ORIGIN)],
    "repeated": [(SITE, "same-origin"), (SITE, "cross-site")],
    "repeated alike": [(SITE, "same-origin"), (SITE, "same-origin")],
    "two origins": [("origin", ORIGIN), ("origin", EVIL)],
    "unknown": [(SITE, "same-planet")],
    "only an evil origin": [("origin", EVIL)],
    "only our name on another port": [("origin", "http://localhost:3001")],
    "only our name on https": [("origin", f"https://{HOST}")],
    "only an origin that does not parse": [("origin", "localhost:3000")],
}
TOKEN_DECIDES: dict[str, Headers] = {
    "nothing": [],
    "none": [(SITE, "none")],
    "null": [("origin", "null")],
    "same-site": [(SITE, "same-site")],
    "same-site, elsewhere": [(SITE, "same-site"), ("origin", "https://other.example.com")],
    "none, null": [(SITE, "none"), ("origin", "null")],
}


def _browser(headers: Headers, way: str = "form") -> Browser:
    return Browser(make_auth(trusted_origins=[TRUSTED]), headers=headers, way=way)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("headers", ACTS.values(), ids=ACTS)
def test_acts(headers: Headers, way: str) -> None:
    assert _browser(headers, way).sign_in().signs_in()


@pytest.mark.parametrize("headers", [*REFUSED.values(), *TOKEN_DECIDES.values()])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("action", ["callback/credentials", "signin", "signout"])
def test_refused_in_each_way_to_ask(action: str, headers: Headers, way: str) -> None:
    reply = _browser(headers, way).post(action, {"password": PASSWORD})
    assert reply.status == (302 if way == "form" else 403)
    assert reply.url == f"{ORIGIN}/api/auth/signin?error=MissingCSRF"
    assert not reply.signs_in()


@pytest.mark.parametrize("headers", [*REFUSED.values(), *TOKEN_DECIDES.values()])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("dialect", "nobody"), [("authjs", None), ("next-auth-v4", {})])
def test_an_update_that_may_not_act_is_400(
    headers: Headers, way: str, dialect: str, nobody: object
) -> None:
    browser = signed_in(make_auth(dialect=dialect))
    browser.way = way
    reply = browser.post("session", {"data": "x"}, headers=headers)
    assert (reply.status, reply.json) == (400, nobody)
    assert browser.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED)
def test_no_token_helps_who_is_refused(headers: Headers) -> None:
    browser = _browser(headers)
    token = browser.get("csrf").json["csrfToken"]
    assert browser.sign_in(csrfToken=token).query == {"error": "MissingCSRF"}


@pytest.mark.parametrize("headers", TOKEN_DECIDES.values(), ids=TOKEN_DECIDES)
def test_the_token_decides(headers: Headers) -> None:
    browser = _browser(headers)
    assert browser.sign_in().query == {"error": "MissingCSRF"}
    assert CSRF in browser.jar  # so that the page's next form carries one
    token = browser.get("csrf").json["csrfToken"]
    assert token == browser.jar[CSRF].partition("%7C")[0]
    assert browser.sign_in(csrfToken=token).signs_in()


@pytest.mark.parametrize("token", ["", "0" * 64, "\u00fc", SECRET])
def test_a_wrong_token_is_refused(token: str) -> None:
    browser = _browser([])
    browser.get("csrf")
    assert browser.sign_in(csrfToken=token).query == {"error": "MissingCSRF"}


@pytest.mark.parametrize("cookie", ["", "abc", "abc%7C", "abc%7C" + "0" * 64, "%7C", "%FF%7C%FF"])
def test_a_csrf_cookie_that_we_did_not_sign_is_refused_and_replaced(cookie: str) -> None:
    browser = _browser([])
    browser.jar[CSRF] = cookie
    reply = browser.sign_in(csrfToken="abc")
    assert (reply.query, reply.signs_in()) == ({"error": "MissingCSRF"}, False)
    assert browser.jar[CSRF] != cookie


def test_a_token_needs_its_cookie() -> None:
    browser = _browser([])
    token = browser.get("csrf").json["csrfToken"]
    browser.jar.clear()
    assert browser.sign_in(csrfToken=token).query == {"error": "MissingCSRF"}


def test_the_token_stays_while_its_cookie_is_there() -> None:
    browser = _browser([])
    first = browser.get("csrf")
    second = browser.get("csrf")
    assert first.json == second.json
    assert (CSRF in first.set, second.set) == (True, {})


def test_the_sign_in_page_carries_the_token() -> None:
    provider = Credentials(
        authorize=ada, fields={"email": FormField("E-mail"), "password": FormField("Password")}
    )
    browser = _browser([])
    browser.auth = make_auth(providers=[provider], cookies=CookieOptions(csrf_token="my.csrf"))
    page = browser.get("signin").text
    token = browser.jar["my.csrf"].partition("%7C")[0]
    assert f'name="csrfToken" value="{token}"' in page
    assert browser.sign_in(csrfToken=token).signs_in()


def test_who_may_not_act_reaches_no_authorize_and_goes_to_ones_own_page() -> None:
    calls: list[object] = []
    sink = RecordingSink()
    auth = make_auth(calls.append, pages=Pages(sign_in="/login"), events=[sink])
    reply = Browser(auth, headers=REFUSED["cross-site"]).sign_in()
    assert (reply.url, calls) == (f"{ORIGIN}/login?error=MissingCSRF", [])
    assert [getattr(event, "reason", None) for event in sink.events] == ["MissingCSRF"]


# --- our address

HTML = ("accept", "text/html")
WRONG: Headers = [(SITE, "same-origin"), ("origin", "https://public.example")]


@pytest.mark.parametrize("way", WAYS)
def test_wrong_address_says_to_set_base_url(way: str, caplog: pytest.LogCaptureFixture) -> None:
    browser = Browser(make_auth(), headers=[*WRONG, HTML], way=way)
    reply = browser.sign_in()
    assert (reply.status, reply.signs_in()) == (403, False)
    if way == "form":
        assert "set base_url" in reply.text
        assert reply.header("location") is None
    else:
        assert reply.url == f"{ORIGIN}/api/auth/signin?error=WrongAddress"
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert getattr(record, "code", None) == "WrongAddress"
    said = record.getMessage()
    assert all(word in said for word in ("set base_url", "https://public.example", ORIGIN))


def test_wrong_address_is_mended_by_base_url() -> None:
    browser = Browser(make_auth(base_url="https://public.example"), headers=WRONG)
    assert browser.sign_in().signs_in("__Secure-authjs.session-token")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "10.0.0.1", "a b", ""])
def test_untrusted_host(way: str, host: str, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[object] = []
    browser = Browser(make_auth(calls.append), host=host, way=way)
    reply = browser.sign_in()
    assert (reply.status, reply.json["error"], calls) == (500, "UntrustedHost", [])
    assert reply.url.endswith("/api/auth/error?error=UntrustedHost")
    assert reply.url.startswith("http://")
    assert "set base_url" in caplog.text
    assert (
        browser.auth.session_sync(browser.request("GET", "/", headers=[("cookie", "a=b")])) is None
    )


def test_untrusted_host_shows_a_person_a_page() -> None:
    browser = Browser(make_auth(), host="example.com")
    reply = browser.get("signin", [HTML])
    assert (reply.status, reply.set) == (500, {})
    assert "base_url" in reply.text


@pytest.mark.parametrize(
    "header", ["x-forwarded-host", "x-forwarded-proto", "x-forwarded-for", "forwarded"]
)
def test_loopback_behind_a_proxy_is_not_our_address(header: str) -> None:
    browser = Browser(make_auth())
    assert browser.get("session", [(header, "example.com")]).status == 500
    assert browser.get("session").status == 200


@pytest.mark.parametrize(
    "host", ["localhost", "app.localhost:8000", "127.0.0.1:3000", "[::1]:3000"]
)
def test_loopback_needs_no_configuration(host: str) -> None:
    browser = Browser(make_auth(), host=host)
    assert browser.sign_in(callbackUrl="/me").url == f"http://{host}/me"


def test_trust_host_believes_the_proxy() -> None:
    browser = Browser(make_auth(trust_host=True), host="10.0.0.7:8000")
    forwarded = [("x-forwarded-host", "example.com"), ("x-forwarded-proto", "https")]
    listed = browser.get("providers", forwarded).json["credentials"]
    assert listed["callbackUrl"] == "https://example.com/api/auth/callback/credentials"


def test_base_url_beats_every_header() -> None:
    auth = make_auth(base_url="https://example.com", trust_host=True)
    forwarded = [("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "http")]
    listed = Browser(auth, host="evil.example").get("providers", forwarded).json["credentials"]
    assert listed["callbackUrl"] == "https://example.com/api/auth/callback/credentials"
