"""Whatever is done to an older release's token: it is nobody's, raises nothing and costs little."""

import base64
import json
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth import Auth
from nextauth.tokens import OlderShape
from nextauth.web.set_cookies import encode_value
from tests.security.answers import ask, read, read_nobody
from tests.security.inputs import NOW, ORIGINS, V4, escapes, json_values, latin, repeatable
from tests.security.test_older_tokens import PERSON, moved
from tests.unit.protocol.wire import Browser
from tests.unit.tokens import older_tokens as older

SHAPES = tuple(OlderShape)
each_shape = pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name.lower())
TOKENS = {shape: older.EVERY[shape](PERSON) for shape in SHAPES}
beginnings = st.sampled_from(
    ("", "U2FsdGVkX1", "eyJhbGciOiJIUzUxMiJ9.", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..")
)
names = st.sampled_from(
    ("sub", "name", "email", "picture", "nbf", "iat", "jti", "sid", "auth_time", "amr", "user")
) | st.sampled_from(("provider", "account", "nextauth", "nextauth_epoch", "password", "x"))


@cache
def _site() -> Auth:
    return moved()


def _nobody(value: str) -> None:
    auth = _site()
    browser = Browser(auth)
    browser.jar = {V4: value}
    read_nobody(auth, browser.request("GET", "/"))
    assert not ask(auth, browser.request("GET", "/api/auth/session"), origins=ORIGINS).json


@each_shape
@given(data=st.data())
@repeatable
def test_a_damaged_token_is_nobodys(shape: OlderShape, data: st.DataObject) -> None:
    token = TOKENS[shape]
    start = data.draw(st.integers(0, len(token) - 1))
    end = data.draw(st.integers(start, min(len(token), start + 40)))
    alphabet = st.sampled_from("ABab01-_+/=.%")
    put = data.draw(st.text(alphabet, max_size=40))
    changed = token[:start] + put + token[end:]
    if changed != token:
        _nobody(encode_value(changed))


@each_shape
@given(place=st.integers(0, 10**6), flipped=st.integers(1, 255), segment=st.integers(0, 4))
@repeatable
def test_a_changed_byte_is_nobodys(
    shape: OlderShape, place: int, flipped: int, segment: int
) -> None:
    token = TOKENS[shape]
    if shape is OlderShape.SALTED:
        raw = bytearray(base64.b64decode(token))
        raw[place % len(raw)] ^= flipped
        _nobody(encode_value(base64.b64encode(raw).decode()))
        return
    segments = token.split(".")
    at = segment % len(segments)
    encoded = segments[at]
    part = bytearray(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    if part:
        part[place % len(part)] ^= flipped
        segments[at] = older.encoded(bytes(part))
        _nobody(".".join(segments))


@given(
    start=beginnings, rest=st.lists(latin | escapes, max_size=6), glue=st.sampled_from((".", ""))
)
@repeatable
def test_no_text_is_a_token(start: str, rest: list[str], glue: str) -> None:
    text = start + glue.join(rest)
    _nobody(text.encode("utf-8", "surrogatepass").decode("latin-1"))


@each_shape
@given(claims=st.dictionaries(names, json_values | st.integers(0, 2 * NOW), max_size=8))
@repeatable
def test_whatever_it_claims_it_is_never_fresh(shape: OlderShape, claims: dict[str, object]) -> None:
    auth = _site()
    browser = Browser(auth)
    token = older.EVERY[shape](json.loads(json.dumps({**claims, "exp": NOW + 60})))
    browser.jar = {V4: encode_value(token)}
    session = read(auth, browser.request("GET", "/"))
    if session is not None:
        assert (session.auth_time, session.amr, session.sid, session.provider) == (
            None,
            (),
            None,
            None,
        )
        assert session.expires.timestamp() <= NOW + 400 * 86_400
    browser.get("session")
