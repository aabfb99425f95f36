"""Tokens that are not a session of ours, however they are made, sign nobody in."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from itertools import product

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nextauth import ConfigurationError
from nextauth.errors import TokenError
from nextauth.tokens import AuthjsCodec, Keyring, NextAuthV4Codec, PurposeBox
from tests.unit.protocol.wire import CSRF, SECRET, SESSION, Browser, make_auth, signed_in

V4 = "next-auth.session-token"
MANY_MEMBERS = b'{%s"enc":"A256GCM"}' % (b'"alg":"dir",' * 1800)
CLAIMS = {"sub": "1", "name": "Ada", "exp": 4_000_000_000}


def _entropy(size: int) -> bytes:
    return bytes(range(size))


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _seen(name: str, token: str, dialect: str = "authjs") -> object:
    browser = Browser(make_auth(dialect=dialect))
    browser.jar = {name: token}
    return browser.session() or None


@pytest.mark.parametrize("purpose", ["state", "pkce", "nonce", "pending", "device", "session"])
def test_what_is_sealed_for_another_purpose_is_no_session(purpose: str) -> None:
    """Token purpose confusion, a check cookie taken for a session: CVE-2023-48309 (NextAuth)."""
    keyring = Keyring([SECRET])
    token = PurposeBox(keyring, purpose=purpose, entropy=_entropy).seal(CLAIMS, expires=4 * 10**9)
    for name, dialect in product((SESSION, V4), ("authjs", "next-auth-v4")):
        assert _seen(name, token, dialect) is None
    codecs = (
        AuthjsCodec(keyring, cookie_name=SESSION, entropy=_entropy),
        NextAuthV4Codec(keyring, cookie_name=V4, entropy=_entropy),
    )
    for codec in codecs:
        box = PurposeBox(keyring, purpose=purpose, entropy=_entropy)
        session = codec.seal(CLAIMS)
        assert codec.open(session, now=1).claims["sub"] == "1"
        with pytest.raises(TokenError):
            box.open(session, now=1)


def test_a_cookie_of_another_name_is_no_session() -> None:
    """A check cookie not bound to its use: GHSA-x445-f3h2-j279 (Auth.js; the key's salt)."""
    keyring = Keyring([SECRET])
    for name in ("authjs.state", "authjs.pkce.code_verifier", f"__Secure-{SESSION}", "session"):
        token = AuthjsCodec(keyring, cookie_name=name, entropy=_entropy).seal(CLAIMS)
        assert _seen(SESSION, token) is None
    browser = signed_in(make_auth())
    assert _seen(SESSION, browser.jar[SESSION]) is not None
    browser.get("csrf")
    for name in (CSRF, "authjs.callback-url"):
        assert _seen(SESSION, browser.jar[name]) is None


def _headers() -> Iterator[dict[str, object]]:
    yield {"alg": "none"}
    yield {"alg": "HS256", "typ": "JWT"}
    yield {"alg": "dir", "enc": "A128GCM"}
    yield {"alg": "A256KW", "enc": "A256GCM"}
    yield {"alg": "PBES2-HS256+A128KW", "enc": "A256GCM", "p2c": 10**9, "p2s": "AAAA"}
    whole: dict[str, object] = {"alg": "dir", "enc": "A256GCM"}
    yield {**whole, "zip": "DEF"}
    yield {**whole, "crit": ["exp"]}
    yield {**whole, "jwk": {"kty": "oct", "k": "AAAA"}}
    yield {**whole, "jku": "https://evil.example/keys"}
    yield {**whole, "x5u": "https://evil.example/cert"}
    yield {**whole, "kid": "../../dev/null"}
    yield {**whole, "typ": "JWT"}
    yield {"alg": ["dir"], "enc": "A256GCM"}
    yield {"alg": "dir", "enc": None}


@pytest.mark.parametrize("header", list(_headers()), ids=str)
def test_a_header_decides_nothing(header: dict[str, object]) -> None:
    """`alg: none`, `crit`, `zip`, header keys: CVE-2024-33663, CVE-2025-59420, CVE-2026-32597.

    The tokens are sealed with the right key, so that the header alone is what is wrong.
    """
    info = "NextAuth.js Generated Encryption Key"
    key = Keyring([SECRET]).derive(salt="", info=info, length=32)[0]
    for made, opens in (({"alg": "dir", "enc": "A256GCM"}, True), (header, False)):
        protected = _encoded(json.dumps(made).encode())
        sealed = AESGCM(key).encrypt(bytes(12), json.dumps(CLAIMS).encode(), protected.encode())
        parts = (protected, "", _encoded(bytes(12)), _encoded(sealed[:-16]), _encoded(sealed[-16:]))
        assert (_seen(V4, ".".join(parts)) is not None) is opens
        assert (_seen(V4, ".".join(parts), "next-auth-v4") is not None) is opens
    assert _seen(SESSION, ".".join(parts)) is None


@pytest.mark.parametrize(
    "token",
    [
        "A" * 40_000,
        "." * 20_000,
        "e30.e30.",
        f"{_encoded(json.dumps(CLAIMS).encode())}",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0....",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAA",
        f"{_encoded(b'[' * 9000)}..AAAA.AAAA.AAAA",
        f"{_encoded(MANY_MEMBERS)}..AAAA.AAAA.AAAA",
        "%00.%00.%00.%00.%00",
        "%zz%",
        "%ff%fe..a.b.c",
        "%ED%A0%80",
    ],
    ids=map(str, range(12)),
)
def test_a_hostile_cookie_is_nobody_and_no_error(token: str) -> None:
    """Oversize input: CVE-2025-61920 (Authlib); bad percent-encoding: GHSA-xmf8-cvqr-rfgj."""
    for name in (SESSION, V4, f"{SESSION}.0", CSRF, "authjs.callback-url"):
        browser = Browser(make_auth())
        browser.jar = {name: token}
        assert browser.session() is None
        browser.jar = {name: token}
        assert browser.post("signout").status == 302
        browser.jar = {name: token}
        assert browser.sign_in().signs_in()


def test_no_session_comes_from_an_authorization_header() -> None:
    """A Bearer header is not read at all: GHSA-xmf8-cvqr-rfgj (Auth.js)."""
    token = signed_in(make_auth()).jar[SESSION]
    browser = Browser(make_auth())
    for value in (f"Bearer {token}", "Bearer %zz%", "Bearer", f"Bearer {SESSION}={token}"):
        assert browser.get("session", [("authorization", value)]).json is None
    assert browser.get(f"session?{SESSION}={token}&token={token}").json is None


@pytest.mark.parametrize(
    "options",
    [
        {"secret": ""},
        {"secret": []},
        {"secret": [SECRET, ""]},
        {"secret": "changeme"},
        {"secret": "your-super-secret-jwt-key-change-this-in-production"},
        {"secret": "ab" * 32},
        {"secret": SECRET[:31]},
        {"base_url": "https://example.com/else"},
        {"trusted_origins": ["*"]},
        {"trusted_origins": ["https://*.example.com"]},
        {"trusted_origins": ["null"]},
        {"trust_host": "false"},
        {"trusted_proxies": ["*"]},
        {"trusted_proxies": True},
        {"trusted_proxies": ["10.0.0.0/8", "0.0.0.0/0"]},
        {"trusted_proxies": ["::/0"]},
    ],
    ids=str,
)
def test_an_unsafe_configuration_never_starts(options: dict[str, object]) -> None:
    """A configuration error fails open: GHSA-8fpg-xm3f-6cx3; weak secrets (badsecrets)."""
    with pytest.raises(ConfigurationError) as caught:
        make_auth(**options)  # type: ignore[arg-type]
    secret = options.get("secret")
    assert not isinstance(secret, str) or not secret or repr(secret) not in str(caught.value)
