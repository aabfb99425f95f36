"""Cookies: parsing never raises, values go there and back, chunks and attributes are exact."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.web.cookies import (
    CHUNK_SIZE,
    CookieAttributes,
    Cookies,
    SetCookie,
    chunk_cookie,
    decode_value,
    encode_value,
    is_cookie_name,
)

PLAIN = CookieAttributes(secure=False)
STRICT = CookieAttributes(secure=True, same_site="strict")
WIDE = CookieAttributes(
    secure=True, same_site="none", domain="a.example", path="/x", http_only=False
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.binary().map(lambda raw: raw.decode("latin-1"))), st.sampled_from("ab"))
def test_parsing_never_raises(headers: list[str], name: str) -> None:
    cookies = Cookies(headers)
    assert len(cookies) >= 0
    assert isinstance(cookies.get(name), str | None)
    assert all(isinstance(each, str) and each for each in cookies.candidates(name))
    assert all(sent.rstrip("0123456789") in {name, f"{name}."} for sent in cookies.names_of(name))


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


@pytest.mark.parametrize(
    ("written", "value"),
    [("a%7Cb", "a|b"), ("%", "%"), ("%zz", "%zz"), ("%FF", "%FF"), ("a+b", "a+b"), ("", "")],
)
def test_what_is_not_well_formed_comes_back_as_it_is(written: str, value: str) -> None:
    assert decode_value(written) == value


@pytest.mark.parametrize(
    ("headers", "value"),
    [
        (["n=1"], "1"),
        (["a=0; n=1; b=2"], "1"),
        (["a=0", "n=1"], "1"),
        ([" n = 1 ;"], "1"),
        (["n=1=2"], "1=2"),
        (["n=1; n=1"], "1"),
        (["n=1; n=2"], None),
        (["n=1", "n=2"], None),
        (["n"], None),
        (["N=1"], None),
        (["n="], ""),
        ([], None),
    ],
)
def test_get(headers: list[str], value: str | None) -> None:
    assert Cookies(headers).get("n") == value


@pytest.mark.parametrize("header", ["n=1; " + "x=" + "y" * 65_536, "n=1" + "; a=b" * 256])
def test_past_the_limits_nothing_is_read(header: str) -> None:
    cookies = Cookies([header])
    assert (len(cookies), cookies.get("n")) == (0, None)


def test_up_to_the_limits_all_is_read() -> None:
    many = Cookies(["; ".join(f"n{number}=1" for number in range(256))])
    assert (len(many), many.get("n255")) == (256, "1")
    assert len(Cookies(["n=" + "y" * 65_534])) == 1


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("n=w", ["w"]),
        ("n.0=a", ["a"]),
        ("n.0=a; n.1=b", ["ab"]),
        ("n.1=b; n.0=a", ["ab"]),
        ("n=w; n.0=a; n.1=b", ["w", "ab"]),
        ("n.1=b", []),
        ("n.0=a; n.2=c", []),
        ("n.0=a; n.01=b", ["a"]),
        ("n.0=a; n.1=", []),
        ("n.0=a; n.0=b", []),
        ("n.0=a; n.1=b; n.1=c", []),
        ("n=1; n=2; n.0=a", []),
        ("n=w; n.0=a; n.0=b", []),
        ("n=", []),
        ("other=1", []),
    ],
)
def test_candidates(header: str, found: list[str]) -> None:
    assert Cookies([header]).candidates("n") == found


@pytest.mark.parametrize(
    ("header", "has"),
    [("n=1", True), ("n=", True), ("n=1; n=2", True), ("n.0=1", True), ("n.1=1", False)],
)
def test_has(header: str, has: bool) -> None:  # noqa: FBT001
    assert Cookies([header]).has("n") is has


def test_the_names_of_a_cookie_are_the_whole_and_its_chunks() -> None:
    cookies = Cookies(["n=1; n.0=2; n.01=3; n.x=4; nn=5; n.=6; n.17=7; n.32=8"])
    assert cookies.names_of("n") == ["n", "n.0", "n.17"]


@given(st.text(string.ascii_letters + string.digits + "-_.", max_size=5 * CHUNK_SIZE))
def test_chunks_join_to_the_whole(value: str) -> None:
    chunks = chunk_cookie(SetCookie("n", value, PLAIN, expires=7))
    assert all(len(chunk.value) <= CHUNK_SIZE for chunk in chunks)
    assert {(chunk.attributes, chunk.expires) for chunk in chunks} == {(PLAIN, 7)}
    sent = "; ".join(f"{chunk.name}={chunk.value}" for chunk in reversed(chunks))
    assert Cookies([sent]).candidates("n") == ([value] if value else [])


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


def test_no_repr_shows_a_value() -> None:
    assert repr(SetCookie("n", "hunter2", PLAIN)) == "SetCookie('n', [7 characters])"
    assert repr(Cookies(["b=hunter2; a=hunter2"])) == "Cookies(['a', 'b'])"


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
