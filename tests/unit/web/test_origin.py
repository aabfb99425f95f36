"""Origins, and the table of addresses: whose word counts for ours and for the client's."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.web import AddressPolicy, Origin, Request
from nextauth.web.origin import Network

Headers = dict[str, str]
SITE = Origin("https", "example.com", 443)
OURS: tuple[Network, ...] = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
PROXY = "10.0.0.1"
PUBLIC = {"host": "internal:8000", "x-forwarded-host": "example.com", "x-forwarded-proto": "https"}


def _request(headers: Headers, client: str | None = PROXY, scheme: str = "http") -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request("GET", "/", headers=raw, scheme=scheme, client=client)


def _seen(policy: AddressPolicy, headers: Headers, client: str | None = PROXY) -> str | None:
    origin = policy.origin(_request(headers, client))
    return None if origin is None else str(origin)


def _policy(
    trusted_proxies: tuple[Network, ...] | int = (), *, trust_host: bool = True
) -> AddressPolicy:
    return AddressPolicy(None, trust_host, trusted_proxies)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://example.com", "https://example.com"),
        ("HTTPS://EXAMPLE.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("https://example.com.", "https://example.com"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://a_b.example", "http://a_b.example"),
        ("https://xn--mnchen-3ya.de:65535", "https://xn--mnchen-3ya.de:65535"),
    ],
)
def test_parse(text: str, written: str) -> None:
    origin = Origin.parse(text)
    assert origin is not None
    assert str(origin) == written
    assert origin.netloc == written.partition("://")[2]
    assert origin.is_secure is written.startswith("https")
    assert Origin.parse(written) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "example.com",
        "//example.com",
        "ftp://example.com",
        "http\u017f://example.com",
        "https://",
        "https://example.com/",
        "https://example.com?x",
        "https://example.com#x",
        "https://user@example.com",
        "https://user:pass@example.com",
        "https://example.com:",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com:999999",
        "https://example.com:\u0663\u0664",  # digits, and no port's
        "https://example.com:-1",
        "https://exa mple.com",
        "https://example.com\n",
        "https://-a.example",
        "https://.example",
        "https://m\u00fcnchen.de",
        "https://[::1",
        "https://::1",
        "https://a\\b",
        "https://" + "a" * 254,
        " https://example.com",
    ],
)
def test_what_is_no_origin(text: str) -> None:
    assert Origin.parse(text) is None


@given(st.text())
def test_whatever_parses_is_written_in_one_way(text: str) -> None:
    origin = Origin.parse(f"https://{text}")
    if origin is not None:
        assert str(origin).isascii()
        assert Origin.parse(str(origin)) == origin


@pytest.mark.parametrize(
    "host", ["localhost", "app.localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"]
)
def test_loopback(host: str) -> None:
    origin = Origin.of("http", host)
    assert origin is not None
    assert origin.is_loopback


@pytest.mark.parametrize(
    "host",
    ["example.com", "localhost.example.com", "notlocalhost", "10.0.0.1", "[fd00::1]", "0.0.0.0"],  # noqa: S104
)
def test_not_loopback(host: str) -> None:
    origin = Origin.of("http", host)
    assert origin is not None
    assert not origin.is_loopback


@pytest.mark.parametrize("trust_host", [True, False])
@pytest.mark.parametrize(
    "headers",
    [{}, {"host": "evil.example"}, PUBLIC, {"host": "a", "x-forwarded-host": "evil.example"}],
)
def test_base_url_beats_every_header(headers: Headers, trust_host: bool) -> None:  # noqa: FBT001
    policy = AddressPolicy(SITE, trust_host, 1)
    assert _seen(policy, headers) == "https://example.com"


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ({"host": "localhost:3000"}, "http://localhost:3000"),
        ({"host": "127.0.0.1"}, "http://127.0.0.1"),
        ({"host": "example.com"}, None),
        ({"host": "evil@localhost"}, None),
        ({"host": ""}, None),
        ({}, None),
        ({"host": "localhost", "forwarded": "host=a"}, None),
        ({"host": "localhost", "x-forwarded-host": "a"}, None),
        ({"host": "localhost", "x-forwarded-proto": "https"}, None),
        ({"host": "localhost", "x-forwarded-for": "1.2.3.4"}, None),
    ],
)
def test_nobody_told_us(headers: Headers, seen: str | None) -> None:
    assert _seen(_policy(trust_host=False), headers) == seen


@pytest.mark.parametrize("trust_host", [True, False])
def test_two_host_headers_are_none(trust_host: bool) -> None:  # noqa: FBT001
    request = Request("GET", "/", headers=[(b"host", b"localhost"), (b"host", b"localhost")])
    assert _policy(trust_host=trust_host).origin(request) is None


FORWARDED_LIST = {
    "host": "internal",
    "x-forwarded-host": "evil.example, example.com, inner.example",
    "x-forwarded-proto": "http,HTTPS, http",
}


@pytest.mark.parametrize(
    ("proxies", "headers", "client", "seen"),
    [
        ((), {"host": "example.com"}, PROXY, "http://example.com"),
        ((), PUBLIC, PROXY, "https://example.com"),
        ((), PUBLIC, None, "https://example.com"),
        ((), {**PUBLIC, "x-forwarded-proto": "ws"}, PROXY, None),
        ((), {**PUBLIC, "x-forwarded-host": "a b"}, PROXY, None),
        ((), FORWARDED_LIST, PROXY, "http://internal"),
        ((), FORWARDED_LIST, None, "http://internal"),
        (0, FORWARDED_LIST, PROXY, "http://internal"),
        (1, FORWARDED_LIST, PROXY, "http://inner.example"),
        (2, FORWARDED_LIST, PROXY, "https://example.com"),
        (9, FORWARDED_LIST, PROXY, "http://evil.example"),
        (OURS, PUBLIC, PROXY, "https://example.com"),
        (OURS, PUBLIC, "203.0.113.9", "http://internal:8000"),
        (OURS, PUBLIC, None, "http://internal:8000"),
        (OURS, PUBLIC, "testclient", "http://internal:8000"),
        (OURS, FORWARDED_LIST, PROXY, "http://inner.example"),
        (
            OURS,
            {**FORWARDED_LIST, "x-forwarded-for": "1.2.3.4, 10.0.0.2"},
            PROXY,
            "https://example.com",
        ),
    ],
)
def test_trust_host(
    proxies: tuple[Network, ...] | int, headers: Headers, client: str | None, seen: str | None
) -> None:
    assert _seen(_policy(proxies), headers, client) == seen


def test_the_scheme_of_the_server_counts_where_none_is_forwarded() -> None:
    request = _request({"host": "example.com"}, scheme="https")
    assert _policy().origin(request) == SITE


FAR = "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "client", "address"),
    [
        ((), "6.6.6.6", FAR, FAR),
        ((), "6.6.6.6", None, None),
        (0, "6.6.6.6", FAR, FAR),
        (1, f"6.6.6.6, {FAR}", PROXY, FAR),
        (2, f"6.6.6.6, {FAR}, 10.0.0.2", PROXY, FAR),
        (5, FAR, PROXY, FAR),
        (1, None, PROXY, PROXY),
        (1, "unknown", PROXY, PROXY),
        (1, "[2001:db8::1]", PROXY, "2001:db8::1"),
        (1, None, None, None),
        # A proxy on a Unix socket has no address, and is a hop as well.
        (1, f"6.6.6.6, {FAR}", None, FAR),
        (OURS, f"6.6.6.6, {FAR}", PROXY, FAR),
        (OURS, f"6.6.6.6, {FAR}, 10.0.0.2", PROXY, FAR),
        (OURS, f"6.6.6.6, {FAR}", "fd00::1", FAR),
        (OURS, f"6.6.6.6, {FAR}", "[fd00::1]", FAR),
        (OURS, f"6.6.6.6, {FAR}", "::ffff:10.0.0.1", FAR),
        (OURS, "6.6.6.6", FAR, FAR),
        (OURS, "10.0.0.3, 10.0.0.2", PROXY, "10.0.0.3"),
        (OURS, "6.6.6.6, nonsense", PROXY, PROXY),
        (OURS, None, PROXY, PROXY),
        (1, f"{FAR}:4711", PROXY, FAR),  # some proxies write the port as well
        (OURS, f"6.6.6.6, {FAR}:4711, 10.0.0.2:80", PROXY, FAR),
        (1, "[2001:DB8::1]:4711", PROXY, "2001:db8::1"),
        (1, "2001:db8::1", PROXY, "2001:db8::1"),
        (1, f"{FAR}:", PROXY, PROXY),
        (OURS, f"6.6.6.6, {FAR}", None, None),
    ],
)
def test_client_address(
    proxies: tuple[Network, ...] | int,
    forwarded: str | None,
    client: str | None,
    address: str | None,
) -> None:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    assert _policy(proxies).client_address(_request(headers, client)) == address


@given(st.text(st.characters(max_codepoint=255)), st.integers(1, 3))
def test_what_a_person_writes_never_counts_behind_that_many_proxies(said: str, hops: int) -> None:
    vouched = [FAR, "10.0.0.3", "10.0.0.2"][:hops]
    headers = {"x-forwarded-for": ", ".join([said, *vouched])}
    assert _policy(hops).client_address(_request(headers)) == FAR
