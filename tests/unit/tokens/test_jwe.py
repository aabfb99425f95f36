"""The compact serialisation: one spelling a value, a size limit, and what makes claims current."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import TokenError
from nextauth.tokens.jwe import (
    CLOCK_TOLERANCE,
    LONGEST_TOKEN,
    OpenedToken,
    b64url_decode,
    b64url_encode,
    decode_claims,
    decode_header,
    encode_claims,
    split_compact,
)

NOW = 1_800_000_000


def _reason(caught: pytest.ExceptionInfo[TokenError]) -> str:
    return caught.value.reason


@given(st.binary())
def test_base64url_goes_there_and_back(data: bytes) -> None:
    written = b64url_encode(data)
    assert written == base64.urlsafe_b64encode(data).rstrip(b"=")
    assert b64url_decode(written) == data


@given(st.one_of(st.binary(), st.text("AQgwEIMUYcgkosw048-_+/=. \n").map(str.encode)))
def test_each_value_has_one_spelling(segment: bytes) -> None:
    try:
        data = b64url_decode(segment)
    except TokenError as error:
        assert error.reason == "malformed"  # noqa: PT017 - either outcome is right
    else:
        assert b64url_encode(data) == segment


@pytest.mark.parametrize(
    "segment",
    [
        b"A",
        b"AAAAA",
        b"AA==",
        b"AAA=",
        b"A=",
        b"AB",
        b"AAB",
        b"A+AA",
        b"A/AA",
        b"AA A",
        b"AAA\n",
        b"=AAA",
        b"A!AA",
        b"\xff\xff\xff\xff",
    ],
)
def test_other_spellings_are_refused(segment: bytes) -> None:
    with pytest.raises(TokenError) as caught:
        b64url_decode(segment)
    assert _reason(caught) == "malformed"


def test_split() -> None:
    assert split_compact("a..b.c.d") == [b"a", b"", b"b", b"c", b"d"]


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a",
        "....x.",
        "a.b.c",
        "a..b.c",
        "a..b.c.d.e",
        "a.key.b.c.d",
        "a..b.c.\u00fc",
        "\ud800..b.c.d",
        "a..b.c." + "d" * LONGEST_TOKEN,
    ],
)
def test_what_is_no_compact_jwe(token: str) -> None:
    with pytest.raises(TokenError) as caught:
        split_compact(token)
    assert _reason(caught) == "malformed"


def test_the_longest_token() -> None:
    assert split_compact("a..b.c." + "d" * (LONGEST_TOKEN - 7))[0] == b"a"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "dir"},
        {"alg": "dir", "enc": "A256GCM"},
        {"kid": "k", "enc": "A256CBC-HS512", "alg": "dir"},
    ],
)
def test_header(header: dict[str, Any]) -> None:
    assert decode_header(b64url_encode(json.dumps(header).encode())) == header


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"enc": "A256GCM"},
        {"alg": "none"},
        {"alg": "none", "enc": "A256GCM"},
        {"alg": "DIR", "enc": "A256GCM"},
        {"alg": ["dir"], "enc": "A256GCM"},
        {"alg": None},
        {"alg": "RSA-OAEP", "enc": "A256GCM"},
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
        {"alg": "dir", "enc": "A256GCM", "crit": ["exp"], "exp": 1},
        {"alg": "dir", "enc": "A256GCM", "typ": "JWT"},
        {"alg": "dir", "enc": "A256GCM", "epk": {}},
        {"alg": "dir", "enc": "A256GCM", "jku": "https://evil.example"},
    ],
)
def test_other_headers_are_unsupported(header: dict[str, Any]) -> None:
    with pytest.raises(TokenError) as caught:
        decode_header(b64url_encode(json.dumps(header).encode()))
    assert _reason(caught) == "unsupported-header"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff", b'"dir"', b"[" * 20_000])
def test_a_header_that_does_not_parse(raw: bytes) -> None:
    with pytest.raises(TokenError) as caught:
        decode_header(b64url_encode(raw))
    assert _reason(caught) == "malformed"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW + 1},
        {"exp": NOW},
        {"exp": NOW - CLOCK_TOLERANCE + 1},
        {"exp": NOW - CLOCK_TOLERANCE + 0.5},
        {"exp": 253_402_300_799},
        {"exp": NOW + 1, "nbf": NOW + CLOCK_TOLERANCE},
        {"exp": NOW + 1, "nbf": 0, "iat": "any"},
    ],
)
def test_current(claims: dict[str, Any]) -> None:
    payload = encode_claims(claims)
    opened = decode_claims(payload, now=NOW)
    assert (opened.claims, opened.payload) == (claims, payload)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({}, "no-expiry"),
        ({"exp": None}, "no-expiry"),
        ({"exp": True}, "no-expiry"),
        ({"exp": str(NOW + 1)}, "no-expiry"),
        ({"exp": 0}, "no-expiry"),
        ({"exp": -1}, "no-expiry"),
        ({"exp": 253_402_300_800}, "no-expiry"),
        ({"exp": 10**30}, "no-expiry"),
        ({"exp": NOW - CLOCK_TOLERANCE}, "expired"),
        ({"exp": 1}, "expired"),
        ({"exp": NOW + 1, "nbf": NOW + CLOCK_TOLERANCE + 1}, "not-yet-valid"),
        ({"exp": NOW + 1, "nbf": None}, "not-yet-valid"),
        ({"exp": NOW + 1, "nbf": False}, "not-yet-valid"),
        ({"exp": NOW + 1, "nbf": "0"}, "not-yet-valid"),
    ],
)
def test_not_current(claims: dict[str, Any], reason: str) -> None:
    with pytest.raises(TokenError) as caught:
        decode_claims(json.dumps(claims).encode(), now=NOW)
    assert _reason(caught) == reason


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"7", b'{"exp": NaN}', b'{"a": "\xff"}', b'{"a":' * 20_000]
)
def test_not_claims(payload: bytes) -> None:
    with pytest.raises(TokenError) as caught:
        decode_claims(payload, now=NOW)
    assert _reason(caught) == "not-claims"


def test_an_expiry_beyond_all_numbers() -> None:
    with pytest.raises(TokenError) as caught:
        decode_claims(b'{"exp": 1e999}', now=NOW)
    assert _reason(caught) in {"no-expiry", "not-claims"}


def test_claims_are_of_json_types() -> None:
    with pytest.raises(TypeError):
        encode_claims({"a": object()})


def test_fresh_claims_are_a_copy_to_their_depth() -> None:
    opened = decode_claims(b'{"exp": 1800000001, "user": {"roles": []}}', now=NOW)
    copy = opened.fresh_claims()
    copy["user"]["roles"].append("admin")
    assert opened.claims == opened.fresh_claims() == {"exp": NOW + 1, "user": {"roles": []}}


def test_no_repr_shows_claims() -> None:
    assert repr(OpenedToken({"sub": "hunter2"}, b'{"sub": "hunter2"}')) == "OpenedToken(18 bytes)"
