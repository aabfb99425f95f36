"""Setting cookies: values go there and back, chunks and attributes are exact."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.web.cookies import Cookies, decode_value
from nextauth.web.set_cookies import (
    CHUNK_SIZE,
    CookieAttributes,
    SetCookie,
    chunk_cookie,
    encode_value,
    is_cookie_name,
)

PLAIN = CookieAttributes(secure=False)
STRICT = CookieAttributes(secure=True, same_site="strict")
WIDE = CookieAttributes(
    secure=True, same_site="none", domain="a.example", path="/x", http_only=False
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_a_value_goes_there_and_back(value: str) -> None:
    written = encode_value(value)
    assert written.isascii()
    assert not set(written) & set(' ",;\\')
    assert decode_value(written) == value
    assert Cookies([f"n={written}"]).get("n") == value


def test_values_are_encoded_as_javascript_does() -> None:
    kept = string.ascii_letters + string.digits + "-_.!~*'()"
    assert encode_value(kept) == kept
    assert encode_value("a|b c/\u00fc=") == "a%7Cb%20c%2F%C3%BC%3D"


def test_a_cookie_is_chunked_only_where_it_must() -> None:
    names = [
        [chunk.name for chunk in chunk_cookie(SetCookie("n", "x" * size, PLAIN))]
        for size in (CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 2 * CHUNK_SIZE + 1)
    ]
    assert names == [["n"], ["n.0", "n.1"], ["n.0", "n.1"], ["n.0", "n.1", "n.2"]]


@pytest.mark.parametrize(
    ("cookie", "header"),
    [
        (SetCookie("n", "v", PLAIN), b"n=v; Path=/; HttpOnly; SameSite=Lax"),
        (
            SetCookie("__Secure-n", "a|b", WIDE),
            b"__Secure-n=a%7Cb; Domain=a.example; Path=/x; Secure; SameSite=None",
        ),
        (
            SetCookie("n", "v", STRICT, expires=0, max_age=60),
            (
                b"n=v; Max-Age=60; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; "
                b"Secure; SameSite=Strict"
            ),
        ),
        (
            SetCookie("n", "", PLAIN, max_age=0),
            b"n=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
        ),
    ],
)
def test_set_cookie(cookie: SetCookie, header: bytes) -> None:
    assert cookie.encode() == header


@pytest.mark.parametrize(
    ("moment", "date"),
    [
        (784_111_777, b"Sun, 06 Nov 1994 08:49:37 GMT"),  # the example of RFC 9110, 5.6.7
        (1_709_164_800, b"Thu, 29 Feb 2024 00:00:00 GMT"),
        (1_735_689_599, b"Tue, 31 Dec 2024 23:59:59 GMT"),
    ],
)
def test_dates_are_those_of_http(moment: int, date: bytes) -> None:
    assert b"Expires=" + date in SetCookie("n", "v", PLAIN, expires=moment).encode()


@pytest.mark.parametrize("name", ["n", "__Host-a.b", "!#$%&'*+-.^_`|~09azAZ"])
def test_names(name: str) -> None:
    assert is_cookie_name(name)


@pytest.mark.parametrize(
    "name", ["", "a b", "a;b", "a=b", "a\n", "n\n", "\u00fc", 'a"', "a,b", "(a)"]
)
def test_what_is_no_name(name: str) -> None:
    assert not is_cookie_name(name)


@given(TEXT)
def test_encoding_agrees_with_the_standard_library(value: str) -> None:
    assert encode_value(value) == quote(value, safe="-_.!~*'()")
