"""Headers that claim another address, for us or for the client: who may say so, and who may not."""

from typing import Any

import pytest

from nextauth import Auth
from tests.unit.protocol.wire import CALLBACK, PASSWORD, SESSION, Browser, Reply, make_auth

PEER = "203.0.113.9"  # what `Browser` connects from
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "loopback": {},
    "base_url": {"base_url": "https://shop.example"},
    "base_url, trust_host": {"base_url": "https://shop.example", "trust_host": True},
    "trust_host": {"trust_host": True},
    "one proxy": {"trust_host": True, "trusted_proxies": 1},
    "our networks": {"trust_host": True, "trusted_proxies": ["203.0.113.0/24"]},
    "other networks": {"trust_host": True, "trusted_proxies": ["10.0.0.0/8"]},
}
Pairs = list[tuple[str, str]]

# Nobody's word, under no configuration.
NEVER_BELIEVED = [
    ("x-original-host", "evil.example"),
    ("x-host", "evil.example"),
    ("x-http-host-override", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-port", "8443"),
    ("x-forwarded-prefix", "//evil.example"),
    ("x-forwarded-ssl", "on"),
    ("x-forwarded-scheme", "https"),
    ("x-url-scheme", "https"),
    ("front-end-https", "on"),
    ("x-original-url", "/api/auth/signout"),
    ("x-rewrite-url", "/api/auth/signout"),
    ("x-original-uri", "/api/auth/callback/credentials"),
    ("x-envoy-original-path", "/api/auth/callback/credentials"),
    ("x-http-method-override", "DELETE"),
    ("x-forwarded-user", "root"),
    ("x-remote-user", "root"),
    ("remote-user", "root"),
    ("x-real-ip", "10.0.0.1"),
    ("x-client-ip", "10.0.0.1"),
    ("true-client-ip", "10.0.0.1"),
    ("cf-connecting-ip", "10.0.0.1"),
    ("x-cluster-client-ip", "10.0.0.1"),
]


def _host(auth: Auth) -> str:
    return "localhost:3000" if not auth.settings.address.trust_host else "shop.example"


def _said(auth: Auth, sent: Pairs, *, host: str | None = None) -> tuple[object, ...]:
    """Answer all in which our address, and the client's, shows."""
    browser = Browser(auth, host=_host(auth) if host is None else host)
    same = [("sec-fetch-site", "same-origin"), *sent]
    replies: list[Reply] = [
        browser.get("providers", sent),
        browser.post("signin", headers=same),
        browser.post(CALLBACK, {"password": "wrong"}, headers=same),
        browser.get("session", sent),
    ]
    shown = [(reply.status, reply.header("location"), reply.text) for reply in replies]
    request = browser.request("GET", "/page", headers=sent)
    address = auth.services.circumstances(request).address
    return (*shown, auth.signin_url(request), auth.session_sync(request), address)


@pytest.mark.parametrize("options", CONFIGURATIONS.values(), ids=list(CONFIGURATIONS))
@pytest.mark.parametrize("lie", NEVER_BELIEVED, ids=lambda lie: lie[0])
def test_some_headers_are_never_believed(options: dict[str, Any], lie: tuple[str, str]) -> None:
    """A request's own headers set the base URL: GHSA-569q-mpph-wgww (Better Auth)."""
    auth = make_auth(**options)
    assert _said(auth, [lie]) == _said(auth, [])


@pytest.mark.parametrize(
    ("configuration", "believed"),
    [
        ("loopback", None),
        ("base_url", "https://shop.example"),
        ("base_url, trust_host", "https://shop.example"),
        ("trust_host", "https://told.example"),
        ("one proxy", "https://told.example"),
        ("our networks", "https://told.example"),
        ("other networks", "http://shop.example"),
    ],
)
def test_who_may_say_what_our_address_is(configuration: str, believed: str | None) -> None:
    """A forwarded host beats the configured one (a silent NextAuth v4 fix)."""
    auth = make_auth(**CONFIGURATIONS[configuration])
    told = [("x-forwarded-host", "told.example"), ("x-forwarded-proto", "https")]
    request = Browser(auth, host=_host(auth)).request("GET", "/", headers=told)
    origin = auth.settings.address.origin(request)
    assert (None if origin is None else str(origin)) == believed
    if believed is None:
        assert Browser(auth).get("session", told).status == 500


@pytest.mark.parametrize("options", CONFIGURATIONS.values(), ids=list(CONFIGURATIONS))
@pytest.mark.parametrize(
    "lies",
    [
        [("x-forwarded-host", "evil.example, shop.example")],
        [("x-forwarded-host", "evil.example"), ("x-forwarded-host", "shop.example")],
        [("x-forwarded-host", "evil.example,"), ("x-forwarded-for", "10.0.0.1, 10.0.0.2")],
        [("x-forwarded-host", "evil.example, evil.example, shop.example")],
        [("forwarded", "host=evil.example;proto=https")],
        [("forwarded", "for=10.0.0.1, for=10.0.0.2;host=evil.example")],
    ],
    ids=str,
)
def test_what_a_client_puts_before_a_proxys_word_is_not_believed(
    options: dict[str, Any], lies: Pairs
) -> None:
    """A forwarded host beats the configured one: the last entry is the proxy's, not the first."""
    auth = make_auth(**options)
    for said in _said(auth, lies):
        assert "evil.example" not in str(said)


@pytest.mark.parametrize("options", CONFIGURATIONS.values(), ids=list(CONFIGURATIONS))
def test_two_hosts_are_no_address(options: dict[str, Any]) -> None:
    """Two parsers disagree: a duplicated Host (GHSA-569q-mpph-wgww, Better Auth)."""
    auth = make_auth(**options)
    browser = Browser(auth, host=_host(auth))
    browser.post(CALLBACK, {"email": "a", "password": PASSWORD})
    for second in ("evil.example", _host(auth)):
        sent = [("host", second)]
        has_address = auth.settings.address.base_url is not None
        assert browser.get("session", sent).status == (200 if has_address else 500)
        reply = browser.get("providers", sent)
        assert "evil.example" not in reply.text
        seen = auth.session_sync(browser.request("GET", "/", headers=sent))
        assert (seen is not None) is has_address


@pytest.mark.parametrize(
    "host",
    [
        *("localhost.evil.example", "127.0.0.1.evil.example", "localhostevil.example"),
        *("127.0.0.1.nip.io", "localhost@evil.example", "localhost/evil.example"),
        *("localhost#.evil.example", "localhost?x", "localhost:3000:80", "localhost:"),
        *("localhost:0", "localhost:99999", "localhost, evil.example", "localhost evil.example"),
        *("localhost\\evil.example", "localhost\x00", "localhost\tx", " localhost", "", "[::1"),
        *("::1", "[::1]evil.example", "[localhost]", "2130706433", "0x7f.1", "0"),
        *("[::ffff:10.0.0.1]", "loc\xe0lhost", "localhost%00.evil.example", "evil.example"),
    ],
)  # fmt: skip
def test_a_host_that_is_only_like_loopback_is_not_our_address(host: str) -> None:
    """Prefix match instead of origin match (CVE-2022-29214, NextAuth), on the Host header."""
    auth = make_auth()
    said = _said(auth, [], host=host)
    assert {shown[0] for shown in said[:4] if isinstance(shown, tuple)} == {500}
    assert said[4:6] == (None, None)


@pytest.mark.parametrize(
    "proto", ["", "ftp", "javascript", "https://x", "https\x00", "HTTPS,x", "%"]
)
def test_a_scheme_is_http_or_https(proto: str) -> None:
    """A request's own headers set the base URL: GHSA-569q-mpph-wgww; what is no scheme is none."""
    auth = make_auth(trust_host=True)
    request = Browser(auth, host="shop.example").request(
        "GET", "/", headers=[("x-forwarded-proto", proto)]
    )
    assert str(auth.settings.address.origin(request)) in {"None", "http://shop.example"}


def test_no_header_takes_the_secure_flag_away() -> None:
    """A request's own headers set the base URL (GHSA-569q-mpph-wgww), and with it the cookies."""
    auth = make_auth(base_url="https://shop.example", trust_host=True)
    browser = Browser(auth)
    lies = [("sec-fetch-site", "same-origin"), ("x-forwarded-proto", "http")]
    reply = browser.post(CALLBACK, {"email": "a", "password": PASSWORD}, headers=lies)
    assert reply.signs_in(f"__Secure-{SESSION}")
    assert all("; Secure" in written for written in reply.all("set-cookie"))
    # A cookie without the prefix, which plain http can set, is not read.
    browser.jar = {SESSION: reply.set[f"__Secure-{SESSION}"].value}
    assert browser.get("session", lies).json is None


@pytest.mark.parametrize(
    ("configuration", "forwarded", "address"),
    [
        ("trust_host", "10.0.0.1", PEER),
        ("one proxy", "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("one proxy", "junk", PEER),
        ("our networks", "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("our networks", "198.51.100.7, 203.0.113.77", "198.51.100.7"),
        ("other networks", "10.0.0.1, 198.51.100.7", PEER),
        ("our networks", "198.51.100.7:4711", "198.51.100.7"),
        ("our networks", "203.0.113.5, ::ffff:203.0.113.6", "203.0.113.5"),
    ],
)
def test_a_clients_address_is_our_proxies_word(
    configuration: str, forwarded: str, address: str
) -> None:
    """X-Forwarded-For believed without a proxy (allauth 65.14.2)."""
    auth = make_auth(**CONFIGURATIONS[configuration])
    sent = [("x-forwarded-for", forwarded)]
    assert _said(auth, sent)[-1] == address
    split = [("x-forwarded-for", each) for each in forwarded.split(", ")]
    assert _said(auth, split)[-1] == address
