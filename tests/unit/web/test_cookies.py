"""Reading cookies: parsing never raises, and nobody can choose which of two values counts."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.web.cookies import Cookies, decode_value
from nextauth.web.set_cookies import (
    CHUNK_SIZE,
    CookieAttributes,
    SetCookie,
    chunk_cookie,
)

PLAIN = CookieAttributes(secure=False)


@given(st.lists(st.binary().map(lambda raw: raw.decode("latin-1"))), st.sampled_from("ab"))
def test_parsing_never_raises(headers: list[str], name: str) -> None:
    cookies = Cookies(headers)
    assert len(cookies) >= 0
    assert isinstance(cookies.get(name), str | None)
    assert all(isinstance(each, str) and each for each in cookies.candidates(name))
    assert all(sent.rstrip("0123456789") in {name, f"{name}."} for sent in cookies.names_of(name))


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


@pytest.mark.parametrize(
    ("headers", "holds"),
    [
        (["n=%2F"], True),
        (["m=1; n=%2F", "n=%2F"], True),
        (["n=%2f"], False),
        (["n=/"], False),
        (["n=%2F; n=1"], False),
        (["n=1; n=%2F"], False),
        (["m=%2F"], False),
    ],
)
def test_holds_compares_what_was_written(headers: list[str], holds: bool) -> None:  # noqa: FBT001
    assert Cookies(headers).holds("n", "%2F") is holds


def test_has_any_looks_at_how_names_begin() -> None:
    cookies = Cookies(["a=1; session.0=2"])
    assert cookies.has_any(("session", "other"))
    assert not cookies.has_any(("other", "ession"))
    assert not Cookies([]).has_any(("session",))


def test_the_size_of_the_others_is_that_of_their_part_of_the_header() -> None:
    cookies = Cookies(["a=1; session.0=22; session.1=333"])
    assert cookies.size_without(["session.0", "session.1"]) == len("a=1; ")
    assert cookies.size_without([]) == len("a=1; session.0=22; session.1=333; ")


def test_no_repr_shows_a_value() -> None:
    assert repr(SetCookie("n", "hunter2", PLAIN)) == "SetCookie('n', [7 characters])"
    assert repr(Cookies(["b=hunter2; a=hunter2"])) == "Cookies(['a', 'b'])"
