"""Which address a try is counted under, and when none tells people apart."""

import logging
from typing import Any

import pytest

from nextauth.throttle.places import Places
from nextauth.web import AddressPolicy, Origin, Request
from nextauth.web.origin import Network

SITE = Origin("https", "example.com", 443)
HERE = Origin("http", "localhost", 3000)
FORWARDED = (
    (b"x-forwarded-for", b"1.2.3.4"),
    (b"forwarded", b"for=1.2.3.4"),
    (b"x-real-ip", b"1.2.3.4"),
    (b"via", b"1.1 proxy"),
)


def place(
    client: str | None,
    *headers: tuple[bytes, bytes],
    proxies: tuple[Network, ...] | int = (),
    base_url: Origin | None = SITE,
) -> str | None:
    places = Places(AddressPolicy(base_url, trust_host=False, trusted_proxies=proxies))
    return places.of(Request("POST", "/", client=client, headers=headers))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:DB8:1:2::1", "2001:0db8:0001:0002:0:0:0:1"),
        ("198.51.100.7", "::ffff:198.51.100.7"),
        ("198.51.100.7", "::ffff:c633:6407"),
        ("198.51.100.7", "64:ff9b::198.51.100.7"),
        ("198.51.100.7", "2002:c633:6407::1"),
        ("2002:c633:6407:1::1", "2002:c633:6407:ffff::1"),
        ("fe80::1%eth0", "fe80::1%eth1"),
    ],
)
def test_addresses_of_one_customer_are_one_place(one: str, other: str) -> None:
    assert place(one) == place(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("198.51.100.7", "198.51.100.8"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("64:ff9b::198.51.100.7", "64:ff9b::198.51.100.8"),
        ("10.0.0.1", "10.0.0.2"),
    ],
)
def test_addresses_of_others_are_other_places(one: str, other: str) -> None:
    assert place(one) != place(other)


@pytest.mark.parametrize(
    "client", [None, "", "testclient", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]
)
def test_what_is_no_person_s_address_is_no_place(client: str | None) -> None:
    assert place(client) is None


@pytest.mark.parametrize("header", FORWARDED)
def test_behind_a_proxy_that_nobody_told_us_of_there_is_no_place(
    header: tuple[bytes, bytes],
) -> None:
    for inside in ("10.0.0.1", "172.18.0.3", "192.168.1.1", "100.64.0.1", "fd00::1", "fe80::1"):
        assert place(inside, header) is None
        assert place(inside) is not None


@pytest.mark.parametrize("header", FORWARDED)
def test_a_header_moves_nobody_who_comes_from_outside(header: tuple[bytes, bytes]) -> None:
    for outside in ("198.51.100.7", "2001:db8::1", "172.32.0.1", "100.128.0.1"):
        assert place(outside, header) == place(outside) is not None


@pytest.mark.parametrize("header", FORWARDED)
def test_that_there_is_no_proxy_can_be_said(header: tuple[bytes, bytes]) -> None:
    assert place("10.0.0.1", header, proxies=0) == place("10.0.0.1") is not None


def test_a_declared_proxy_vouches_for_the_address() -> None:
    chain = (b"x-forwarded-for", b"6.6.6.6, 198.51.100.7")
    assert place("10.0.0.1", chain, proxies=1) == place("198.51.100.7")
    assert place("10.0.0.1", chain, proxies=2) == place("6.6.6.6")


def warnings(caplog: pytest.LogCaptureFixture, places: Places, *requests: Request) -> list[Any]:
    with caplog.at_level(logging.WARNING, "nextauth.throttle"):
        for request in requests:
            places.of(request)
            places.warn_of_proxy(request)
    return [getattr(each, "code", None) for each in caplog.records]


def test_an_unknown_proxy_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    places = Places(AddressPolicy(SITE, trust_host=False, trusted_proxies=()))
    request = Request("POST", "/", client="10.0.0.1", headers=[FORWARDED[0]])
    assert warnings(caplog, places, request, request) == ["unknown-address"]
    assert "'10.0.0.1'" in caplog.text
    assert "trusted_proxies" in caplog.text


def test_a_site_on_this_machine_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    for base_url in (HERE, None):
        places = Places(AddressPolicy(base_url, trust_host=False, trusted_proxies=()))
        assert warnings(caplog, places, Request("POST", "/", client="127.0.0.1")) == []


def test_an_address_that_is_out_of_tries_and_may_be_a_proxy_is_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    places = Places(AddressPolicy(SITE, trust_host=False, trusted_proxies=()))
    plain = Request("POST", "/", client="198.51.100.7")
    proxied = Request("POST", "/", client="198.51.100.7", headers=[FORWARDED[0]])
    assert warnings(caplog, places, plain, proxied, proxied) == ["TooManyRequests"]
    declared = Places(AddressPolicy(SITE, trust_host=False, trusted_proxies=0))
    caplog.clear()
    assert warnings(caplog, declared, proxied) == []
