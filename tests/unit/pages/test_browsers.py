"""Browsers are told by what people call them; what is not known is not guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.pages.browsers import browser_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
LIKE = "AppleWebKit/537.36 (KHTML, like Gecko)"
PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8)"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT}"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT}"
LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


@pytest.mark.parametrize(
    ("user_agent", "name", "system"),
    [
        (f"{WINDOWS} {LIKE} Chrome/125.0.0.0 Safari/537.36", "Chrome", "Windows"),
        (f"{WINDOWS} {LIKE} Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0", "Edge", "Windows"),
        (f"{MAC} {LIKE} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0", "Opera", "macOS"),
        (f"{PIXEL} {LIKE} Chrome/125.0.0.0 Mobile Safari/537.36", "Chrome", "Android"),
        (f"{PIXEL} {LIKE} Chrome/125.0.0.0 Mobile Safari/537.36 EdgA/125.0", "Edge", "Android"),
        (
            f"{PIXEL} {LIKE} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {LIKE} Chrome/125.0.0.0 Safari/537.36",
            "Chrome",
            "ChromeOS",
        ),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari", "iPhone"),
        (f"{IPHONE} CriOS/125.0.6422.80 Mobile/15E148 Safari/604.1", "Chrome", "iPhone"),
        (f"{IPHONE} FxiOS/126.0 Mobile/15E148 Safari/605.1.15", "Firefox", "iPhone"),
        (f"{IPHONE} EdgiOS/125.0 Version/17.0 Mobile/15E148 Safari/604.1", "Edge", "iPhone"),
        (
            f"{IPAD} Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari",
            "iPad",
        ),
        (
            f"{MAC} {WEBKIT} Version/17.5 Safari/605.1.15",
            "Safari",
            "macOS",
        ),
        (
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
            "Firefox",
            "Linux",
        ),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0",
            "Firefox",
            "Android",
        ),
    ],
)
def test_a_known_browser_is_named(user_agent: str, name: str, system: str) -> None:
    assert browser_of(user_agent)[:2] == (name, system)


@pytest.mark.parametrize(
    ("user_agent", "system"),
    [
        # Another browser that claims to be Chrome, and says who it is only in the end.
        (f"{WINDOWS} {LIKE} Chrome/125.0.0.0 Safari/537.36 Vivaldi/6.7", "Windows"),
        # A view inside an app.
        (f"{PIXEL} {LIKE} Version/4.0 Chrome/125.0.0.0 Mobile Safari/537.36", "Android"),
        # Cut off before it said all.
        (f"{WINDOWS} {LIKE} Chrome/125.0.0.0 Sa", "Windows"),
        (f"{WINDOWS} {LIKE} Chrome/125.0.0.0", "Windows"),
        # What is like Safari and is not of Apple.
        (
            f"{LINUX} {WEBKIT} Version/17.5 Safari/605.1.15",
            "Linux",
        ),
        (f"{MAC} {WEBKIT}", "macOS"),
    ],
)
def test_what_may_be_another_browser_is_not_named(user_agent: str, system: str) -> None:
    assert browser_of(user_agent)[:2] == (None, system)


@pytest.mark.parametrize("user_agent", ["curl/8.5.0", "python-requests/2.31.0", "?"])
def test_what_is_no_browser_stays_as_it_is(user_agent: str) -> None:
    assert browser_of(user_agent) == (None, None, user_agent)


@pytest.mark.parametrize("user_agent", [None, "", "  \t "])
def test_who_says_nothing_is_nobody(user_agent: str | None) -> None:
    assert browser_of(user_agent) == (None, None, "")


def test_what_is_long_is_cut_and_says_so() -> None:
    assert browser_of("Example/1 " + "x" * 300).said == "Example/1 " + "x" * 50 + "…"
    assert browser_of("x" * 60).said == "x" * 60


@given(user_agent=st.text())
def test_nothing_that_a_browser_says_is_too_much(user_agent: str) -> None:
    browser = browser_of(user_agent)
    assert len(browser.said) <= 61
    assert browser.name is None or browser.system is not None or "Firefox" in user_agent
