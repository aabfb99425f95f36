"""Where a sign-in may lead, and which address of ours it believes."""

import pytest

from nextauth import Callbacks
from tests.unit.protocol.wire import CALLBACK, ORIGIN, WAYS, Browser, make_auth

TRUSTED = "https://app.example.com"
ELSEWHERE = (
    f"{ORIGIN}.evil.example",
    f"{ORIGIN}@evil.example",
    f"{ORIGIN}0",
    "http://localhost:30000/",
    "http://localhost",
    "https://localhost:3000/",
    f"{TRUSTED}.evil.example/",
    f"{TRUSTED}@evil.example/",
    f"{TRUSTED}:8443/",
    "https://evil.app.example.com/",
    "https://example.com/",
    "http://app.example.com/",
    "https://appXexample.com/",
    "https://app.example.com%2eevil.example/",
    "https://app.example.com\\.evil.example/",
    "https:/app.example.com",
    "https:evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    " //evil.example",
    "\u2028//evil.example",
    "javascript:alert(1)//http://localhost:3000",
    "data:text/html,x",
    "http://[::1",
    "http://localhost:99999/",
    "http://localhost:3000:3000/",
    "/\r\nset-cookie: a=b",
    "/\x00",
    "http://",
    "%",
    "\ufffd",
    "/" * 3000,
)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a_target_elsewhere_ends_at_our_root(url: str) -> None:
    """Prefix match instead of origin match: CVE-2022-24858 (NextAuth), CVE-2023-49438."""
    auth = make_auth(trusted_origins=[TRUSTED])
    for way in WAYS:
        reply = Browser(auth, way=way).sign_in(callbackUrl=url)
        assert (reply.signs_in(), reply.url) == (True, ORIGIN)
    browser = Browser(auth)
    browser.jar["authjs.callback-url"] = "".join(f"%{byte:02x}" for byte in url.encode())
    assert browser.sign_in().url == ORIGIN
    diverting = make_auth(callbacks=Callbacks(sign_in=lambda _: url))
    reply = Browser(diverting).sign_in()
    assert (reply.signs_in(), reply.url) == (False, ORIGIN)


def test_a_target_on_our_side_is_kept() -> None:
    """Trusted-origin matching bypassed: GHSA-vp58-j275-797x (Better Auth); the rest still works."""
    auth = make_auth(trusted_origins=[TRUSTED])
    for url in (f"{TRUSTED}/a?b=//evil.example#c", f"{ORIGIN}/https://evil.example"):
        assert Browser(auth).sign_in(callbackUrl=url).url == url
    assert Browser(auth).sign_in(callbackUrl="/.//evil.example").url == f"{ORIGIN}/.//evil.example"


@pytest.mark.parametrize(
    "url", ["http://[", "http://a:b:c", "%zz%", "/\ud7ff", "?", "#", "x" * 9000]
)
def test_a_malformed_target_breaks_no_flow(url: str) -> None:
    """A malformed callback URL hangs or breaks the flow: CVE-2022-31093 (NextAuth)."""
    browser = Browser(make_auth())
    assert browser.get("signin").status == 200
    assert browser.post("signin", {"callbackUrl": url}).status == 302
    assert browser.sign_in(callbackUrl=url).signs_in()
    reply = browser.post("signout", {"callbackUrl": url})
    assert (reply.status, reply.deletes()) == (302, True)


@pytest.mark.parametrize("trust_host", [False, True])
def test_no_header_beats_base_url(*, trust_host: bool) -> None:
    """A request's own headers set the base URL: GHSA-569q-mpph-wgww (Better Auth)."""
    site = "https://example.com"
    auth = make_auth(base_url=site, trust_host=trust_host)
    lies = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-host", "evil.example"),
    ]
    browser = Browser(auth, host="evil.example", way="header")
    assert "evil.example" not in browser.get("providers", lies).text
    reply = browser.post(CALLBACK, headers=[("sec-fetch-site", "same-origin"), *lies])
    assert reply.url.startswith(f"{site}/api/auth/")
    wrong = [("origin", "https://evil.example"), *lies]
    assert browser.post(CALLBACK, {"password": "correct horse"}, headers=wrong).status == 403


def test_a_header_that_nobody_vouches_for_is_not_our_address() -> None:
    """A forwarded host beats the configured one (a silent NextAuth v4 fix)."""
    auth = make_auth()
    for lies in (
        [("x-forwarded-host", "localhost:3000")],
        [("forwarded", "host=localhost:3000")],
        [("host", "localhost:3000")],  # a second one
    ):
        browser = Browser(auth, host="evil.example")
        assert browser.get("session", lies).status == 500
        assert not browser.post(CALLBACK, {"password": "correct horse"}, headers=lies).signs_in()


@pytest.mark.parametrize(
    ("proxies", "address"),
    [((), "203.0.113.9"), (1, "198.51.100.7"), (["203.0.113.0/24"], "198.51.100.7")],
)
def test_the_clients_address_comes_from_our_proxies_alone(
    proxies: list[str] | int, address: str
) -> None:
    """X-Forwarded-For believed without a proxy (allauth 65.14.2)."""
    auth = make_auth(trusted_proxies=proxies, base_url="https://example.com")
    browser = Browser(auth)
    for spoofed in (
        "10.0.0.1, 198.51.100.7",
        "203.0.113.1, 10.9.9.9, 198.51.100.7",
        "x, 198.51.100.7",
    ):
        request = browser.request("POST", "/", headers=[("x-forwarded-for", spoofed)])
        assert auth.services.circumstances(request).address == address


PATHS = (
    "//api/auth/callback/credentials",
    "/api//auth/callback/credentials",
    "/api/auth//callback/credentials",
    "/api/auth/callback//credentials",
    "/api/auth/callback/credentials//",
    "/api/auth/./callback/credentials",
    "/api/auth/x/../callback/credentials",
    "/api/auth/callback%2Fcredentials",
    "/api/auth/Callback/credentials",
    "/API/AUTH/callback/credentials",
    "/api/auth/callback/credentials;x=1",
    "/api/auth/callback/credentials\x00",
    "/api/auth\\callback/credentials",
    "/xpi/auth/callback/credentials",
    "/xpi/auth/signin",
    "/xpi/auth/signout",
    "/xpi/auth/session",
    "/api/autx/session",
    "session",
)


@pytest.mark.parametrize("path", PATHS)
def test_a_route_has_one_spelling(path: str) -> None:
    """A path written with `//` evades limits and route checks: GHSA-x732-6j76-qmhm."""
    asked: list[object] = []
    auth = make_auth(asked.append)
    browser = Browser(auth)
    form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
    ]
    reply = browser.send(browser.request("POST", path, headers=form, body=b"email=a&password=b"))
    assert (reply.status, reply.json["error"], asked) == (400, "UnknownAction", [])
    assert browser.post(CALLBACK, {"email": "a", "password": "b"}).status == 302
    assert len(asked) == 1
