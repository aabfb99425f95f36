"""The redirect rule: on our origin, on a trusted one, or nowhere."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.web import Origin
from nextauth.web.urls import LONGEST_URL, add_query, permitted_redirect

HERE = Origin("https", "example.com", 443)
APP = Origin("https", "app.example.com", 8443)


def _to(url: object) -> str | None:
    return permitted_redirect(url, origin=HERE, trusted=frozenset({APP}))


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("/", "https://example.com/"),
        ("/a?b=c#d", "https://example.com/a?b=c#d"),
        ("/\u00fc?q=\u4e2d#%41", "https://example.com/%C3%BC?q=%E4%B8%AD#%41"),
        ("/a//b", "https://example.com/a//b"),
        ("https://example.com", "https://example.com"),
        ("HTTPS://EXAMPLE.COM:443/A", "https://example.com/A"),
        ("https://example.com?x", "https://example.com?x"),
        ("https://example.com#x", "https://example.com#x"),
        ("https://app.example.com:8443/a", "https://app.example.com:8443/a"),
    ],
)
def test_permitted(url: str, target: str) -> None:
    assert _to(url) == target


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        b"/a",
        "",
        "a",
        "a/b",
        "?a",
        "#a",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/a\nb",
        "/a b",
        "/\x7f",
        "/\xa0",
        "/\u2028",
        "/\ud800",
        " /a",
        "http://example.com/",
        "https://example.com:444/",
        "https://example.com.evil.example/",
        "https://example.comevil.example/",
        "https://example.com@evil.example/",
        "https://user@example.com/",
        "https://user:pass@example.com/",
        "https://evil.example/https://example.com/",
        "https://evil.example",
        "https:///example.com/",
        "https:/example.com/",
        "https:example.com/",
        "https://app.example.com/",
        "http://app.example.com:8443/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://example.com:\u0664\u0664\u0663/",
        "http\u017f://example.com/",
        "/" + "a" * LONGEST_URL,
    ],
)
def test_elsewhere(url: object) -> None:
    assert _to(url) is None


def test_the_longest() -> None:
    assert _to("/" + "a" * (LONGEST_URL - 1)) is not None


PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "example.com",
        "evil.example",
        "/",
        "//",
        "\\",
        "@",
        ":",
        "443",
        "?",
        "#",
        ".",
        "%2f",
        "a",
        "[",
        "]",
        "::1",
        *"\t\n \u00fc\u017f\uff0f\u3002",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.text().map("https://".__add__)))
def test_whatever_it_answers_is_on_our_origin(url: str) -> None:
    target = permitted_redirect(url, origin=HERE, trusted=())
    if target is None:
        return
    assert target.startswith(str(HERE))
    assert target[len(str(HERE)) :][:1] in {"", "/", "?", "#"}
    assert target.isascii()
    assert target.isprintable()
    split = urlsplit(target)
    assert (split.scheme, split.netloc) == ("https", "example.com")


@given(st.lists(PIECES).map(lambda pieces: "/" + "".join(pieces)))
def test_it_answers_the_same_of_its_own_answer(url: str) -> None:
    target = _to(url)
    if target is not None and len(target) <= LONGEST_URL:
        assert _to(target) == target


@pytest.mark.parametrize(
    ("url", "parameters", "result"),
    [
        ("/a", {}, "/a"),
        ("/a", {"b": None}, "/a"),
        ("/a", {"b": "c d", "e": None}, "/a?b=c+d"),
        ("/a?x=1", {"b": "&"}, "/a?x=1&b=%26"),
        ("/a#f", {"b": "c"}, "/a?b=c#f"),
        ("/a?x#f?g#h", {"b": "\u00fc"}, "/a?x&b=%C3%BC#f?g#h"),
        ("/a#f", {}, "/a#f"),
    ],
)
def test_add_query(url: str, parameters: dict[str, str | None], result: str) -> None:
    assert add_query(url, parameters) == result


@pytest.mark.parametrize("prefix", ["/", "https://example.com/"])
def test_a_url_that_grows_when_it_is_encoded_must_still_fit(prefix: str) -> None:
    fits = permitted_redirect(prefix + "é" * 300, origin=HERE, trusted=())
    assert fits is not None
    assert len(fits) <= LONGEST_URL + 270
    assert permitted_redirect(prefix + "漢" * 300, origin=HERE, trusted=()) is None
