"""Whatever claims, secret and cookie name a site has: tokens go both ways and lose nothing."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.interop.conftest import Npm
from tests.interop.openers import (
    COOKIE,
    HOUR,
    codec,
    from_npm,
    from_us,
    npm_opens,
    we_open,
    without_stamps,
)

pytestmark = pytest.mark.interop

each_dialect = pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])

CLAIMS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "profile": {
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "picture": "https://example.com/ada.png?size=64&x=%20",
        "sub": "7",
    },
    "ours": {
        "sub": "7",
        "sid": "AAAAAAAAAAAAAAAAAAAAAA",
        "auth_time": 1_700_000_000,
        "amr": ["pwd"],
        "provider": "credentials",
        "nextauth": 1,
    },
    "unicode": {
        "name": "Ἄδα 🧮 Müller-Łukasz 愛達",
        "עברית": "مرحبا",
        "combining": "e\u0301 is not \u00e9",
        "controls": "\x00\x01\b\t\n\f\r\x1f\x7f\u0085\u2028\u2029\ufeff\uffff",
        "punctuation": "\"'\\/<script>%7C|;,= ",
    },
    "nested": {
        "user": {"roles": ["admin", "愛"], "by": {"team": {"id": None, "tags": [[], {}, [[1]]]}}},
        "": {"": ""},
    },
    "numbers": {
        "flags": [True, False, None],
        "numbers": [0, -1, 1.5, -2.25e-7, 1e21, 1.7976931348623157e308, 5e-324],
        "largest exact": [2**53 - 1, -(2**53) + 1],
    },
}
each_claims = pytest.mark.parametrize("claims", CLAIMS.values(), ids=CLAIMS.keys())

# What both languages read alike. JavaScript has one kind of number and writes a float of 2**53 or
# more without its point, so that Python reads an int; and a lone surrogate is no text in Python.
EXACT = 2**53 - 1
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-EXACT, max_value=EXACT)
    | st.floats(min_value=-EXACT, max_value=EXACT)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@each_dialect
@each_claims
def test_we_open_what_npm_sealed(npm: Npm, dialect: str, claims: dict[str, Any]) -> None:
    before = int(time.time())
    found = we_open(dialect, from_npm(npm, dialect, claims))
    assert without_stamps(found) == claims
    assert found is not None
    assert found["exp"] - found["iat"] == HOUR
    assert before <= found["iat"] <= time.time() + 1
    assert len(found["jti"]) == 36


@each_dialect
@each_claims
def test_npm_opens_what_we_sealed(npm: Npm, dialect: str, claims: dict[str, Any]) -> None:
    stamped = {**claims, "iat": int(time.time()), "exp": int(time.time()) + HOUR, "jti": "ab12"}
    assert npm_opens(npm, dialect, codec(dialect).seal(stamped)) == stamped


@each_dialect
@given(value=JSON_VALUES)
def test_any_value_survives_both_ways(npm: Npm, dialect: str, value: Any) -> None:
    claims = {"sub": "7", "value": value}
    assert without_stamps(we_open(dialect, from_npm(npm, dialect, claims))) == claims
    assert without_stamps(npm_opens(npm, dialect, from_us(dialect, claims))) == claims


@each_dialect
@pytest.mark.parametrize(
    "secret",
    ["x", "Ĝis revido, 秘密の鍵! 🔑 0123456789", "s" * 1000, "spaces  and\ttabs\n", "%41=+/|;"],
    ids=["one character", "unicode", "long", "whitespace", "punctuation"],
)
def test_any_secret_gives_both_the_same_key(npm: Npm, dialect: str, secret: str) -> None:
    token = from_npm(npm, dialect, {"sub": "7"}, secret=secret)
    assert without_stamps(we_open(dialect, token, secret=secret)) == {"sub": "7"}
    token = from_us(dialect, {"sub": "8"}, secret=secret)
    assert without_stamps(npm_opens(npm, dialect, token, secret=secret)) == {"sub": "8"}


@pytest.mark.parametrize("cookie", ["__Secure-authjs.session-token", "own.name", "ключ"])
def test_any_cookie_name_gives_both_the_same_key(npm: Npm, cookie: str) -> None:
    token = from_npm(npm, "authjs", {"sub": "7"}, cookie=cookie)
    assert without_stamps(we_open("authjs", token, cookie=cookie)) == {"sub": "7"}
    token = from_us("authjs", {"sub": "8"}, cookie=cookie)
    assert without_stamps(npm_opens(npm, "authjs", token, cookie=cookie)) == {"sub": "8"}


def test_the_headers_that_we_write_are_those_of_npm(npm: Npm) -> None:
    for dialect in COOKIE:
        theirs, ours = from_npm(npm, dialect, {}), from_us(dialect, {})
        assert theirs.partition(".")[0] == ours.partition(".")[0], dialect
