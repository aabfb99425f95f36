"""No token signs anybody in, raises, or takes long, unless one of our secrets sealed it whole."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from nextauth.tokens import AuthjsCodec, Keyring, NextAuthV4Codec
from tests.security.answers import ask, read, read_nobody
from tests.security.inputs import (
    DIALECTS,
    NOW,
    ORIGINS,
    V4,
    Entropy,
    escapes,
    json_values,
    latin,
    pieces_of_tokens,
    repeatable,
    site,
    token_of,
)
from tests.unit.protocol.wire import OTHER_SECRET, SECRET, SESSION, Browser

NAMES = {"authjs": SESSION, "next-auth-v4": V4}
KEYS = {
    "authjs": (SESSION, f"Auth.js Generated Encryption Key ({SESSION})"),
    "next-auth-v4": ("", "NextAuth.js Generated Encryption Key"),
}
in_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)
members = st.sampled_from(["alg", "enc", "kid", "zip", "crit", "jwk", "jku", "typ", "p2c", "x"])
values = st.sampled_from(["dir", "A256GCM", "A256CBC-HS512", "none", "HS256", "DEF"]) | json_values
joses = st.dictionaries(members, values, max_size=5)
names_of_claims = st.sampled_from(
    ("sub", "name", "email", "picture", "exp", "nbf", "iat", "jti", "sid", "auth_time", "amr")
)
claims = st.dictionaries(
    names_of_claims | st.sampled_from(("provider", "user", "nextauth", "x")),
    json_values | st.integers(0, 2 * NOW),
    max_size=8,
)


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _nobody(dialect: str, token: str) -> None:
    auth = site(dialect)
    for name in (SESSION, V4):
        browser = Browser(auth)
        # Any code point may stand in a cookie as UTF-8; a header is bytes.
        value = token.encode("utf-8", "surrogatepass").decode("latin-1")
        sent = [("cookie", f"{name}={value}")]
        read_nobody(auth, browser.request("GET", "/", headers=sent))
        reply = ask(
            auth, browser.request("GET", "/api/auth/session", headers=sent), origins=ORIGINS
        )
        assert not reply.json


@in_each_dialect
@given(segments=st.lists(latin | escapes | pieces_of_tokens, max_size=7), glue=st.sampled_from("."))
@repeatable
def test_no_text_is_a_token(dialect: str, segments: list[str], glue: str) -> None:
    """Payload echoed in an error, oversize input: CVE-2025-61920 (Authlib)."""
    _nobody(dialect, glue.join(segments).replace(token_of("victim", dialect), ""))


@in_each_dialect
@given(header=joses, payload=claims, key=st.binary(min_size=32, max_size=32))
@repeatable
def test_no_header_opens_a_token_of_another_key(
    dialect: str, header: dict[str, Any], payload: dict[str, Any], key: bytes
) -> None:
    """Algorithm confusion, `alg: none`, keys in the header: CVE-2024-33663 (python-jose)."""
    protected = _encoded(json.dumps(header).encode())
    text = json.dumps({"exp": 2 * NOW, **payload}).encode()
    sealed = AESGCM(key).encrypt(bytes(12), text, protected.encode())
    parts = (protected, "", _encoded(bytes(12)), _encoded(sealed[:-16]), _encoded(sealed[-16:]))
    _nobody(dialect, ".".join(parts))
    _nobody(dialect, f"{protected}.{_encoded(text)}.")
    _nobody(dialect, f"{protected}.{_encoded(text)}.{_encoded(sealed[-16:])}")


@in_each_dialect
@given(header=joses, payload=claims, old=st.booleans())
@repeatable
def test_a_right_key_behind_a_wrong_header_opens_nothing(
    dialect: str,
    header: dict[str, Any],
    payload: dict[str, Any],
    old: bool,  # noqa: FBT001 - Hypothesis draws it
) -> None:
    """Unknown `crit`, `zip` bombs, header keys: CVE-2025-59420, CVE-2025-62706 (Authlib)."""
    if header == {"alg": "dir", "enc": "A256GCM"}:
        header = {**header, "zip": "DEF"}
    salt, info = KEYS[dialect]
    keys = Keyring([OTHER_SECRET if old else SECRET])
    key = keys.derive(salt=salt, info=info, length=32)[0]
    protected = _encoded(json.dumps(header).encode())
    text = json.dumps({"exp": 2 * NOW, **payload}).encode()
    sealed = AESGCM(key).encrypt(bytes(12), text, protected.encode())
    parts = (protected, "", _encoded(bytes(12)), _encoded(sealed[:-16]), _encoded(sealed[-16:]))
    _nobody(dialect, ".".join(parts))


def _seal(dialect: str, payload: bytes) -> str:
    """Seal any bytes with the right key, as a program that shares our secret could."""
    keyring, name = Keyring([SECRET]), NAMES[dialect]
    if dialect == "authjs":
        authjs = AuthjsCodec(keyring, cookie_name=name, entropy=Entropy())
        return authjs._newest.encrypt(payload, iv=bytes(16))
    v4 = NextAuthV4Codec(keyring, cookie_name=name, entropy=Entropy())
    return v4._keys[0].encrypt(payload, iv=bytes(12))


@in_each_dialect
@given(
    payload=st.binary(max_size=200)
    | json_values.map(lambda value: json.dumps(value).encode())
    | st.sampled_from(
        (
            *(b"[" * 9_000, b'{"exp":1e999}', b'{"exp":9e15,"sub":"\\ud800"}', b'{"exp":true}'),
            *(b'{"exp":"9999999999"}', b"{}", b'{"exp":-1}', b'{"exp":[]}', b'{"exp":1e-320}'),
        )
    )
)
@repeatable
def test_what_is_no_claims_is_nobody_under_the_right_key(dialect: str, payload: bytes) -> None:
    """Payload echoed in an error: CVE-2025-65015 (joserfc); what does not decode is nobody."""
    _nobody(dialect, _seal(dialect, payload))


@in_each_dialect
@given(payload=claims)
@repeatable
def test_claims_of_any_shape_raise_nothing(dialect: str, payload: dict[str, Any]) -> None:
    """A JSON body with non-strings crashes (Flask-Security): claims of any program's making."""
    auth = site(dialect)
    browser = Browser(auth)
    browser.jar = {NAMES[dialect]: _seal(dialect, json.dumps(payload).encode())}
    session = read(auth, browser.request("GET", "/"))
    shown = browser.session()
    assert (session is None) is (not shown)
    exp: Any = payload.get("exp")
    lives = type(exp) in {int, float} and NOW - 15 < exp <= 253_402_300_799
    assert lives or session is None
    if session is not None:
        assert session.user.id is None or type(session.user.id) is str
        assert session.user.id == (payload["sub"] if session.user.id is not None else None)
        assert set(shown) == {"user", "expires"}
    assert browser.post("session").status == 200
    assert browser.post("signout").status == 302


def test_tokens_of_our_own_making_do_open() -> None:
    for dialect in DIALECTS:
        browser = Browser(site(dialect))
        for token in (
            token_of("victim", dialect),
            token_of("victim", dialect, secret=OTHER_SECRET),
            _seal(dialect, b'{"exp":%d,"name":"victim"}' % (2 * NOW)),
        ):
            browser.jar = {NAMES[dialect]: token}
            assert browser.session()["user"]["name"] == "victim"
