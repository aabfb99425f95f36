"""Session tokens go both ways between us and the npm packages, in both dialects."""

import os
import time
from typing import Any

import pytest

from nextauth.errors import TokenError
from nextauth.tokens import DIALECTS, Keyring, SessionCodec
from nextauth.tokens.jwe import b64url_encode
from nextauth.web import CookieAttributes, Cookies, SetCookie
from nextauth.web.set_cookies import chunk_cookie
from tests.interop.conftest import Npm

pytestmark = pytest.mark.interop

SECRET = "the secret of the interoperability tests"
OLD = "the secret from before the last rotation"
NAMES = {"authjs": "authjs.session-token", "next-auth-v4": "next-auth.session-token"}
CLAIMS: dict[str, Any] = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "sub": "1",
    "role": {"admin": True, "groups": ["a", "b", None], "level": 3, "ratio": 0.5},
    "unicode": "Ζωή 漢字 🙂 \u2028 é e\u0301",
}

dialect = pytest.mark.parametrize("dialect", list(NAMES))


def codec(dialect: str, *secrets: str, name: str | None = None) -> SessionCodec:
    keyring = Keyring(secrets or (SECRET,))
    name = name or NAMES[dialect]
    return DIALECTS[dialect].codec(keyring, cookie_name=name, entropy=os.urandom)


def salt(dialect: str) -> dict[str, str]:
    return {"salt": NAMES[dialect]} if dialect == "authjs" else {}


def ours(dialect: str, *secrets: str, **claims: Any) -> str:
    stamped = {**CLAIMS, "exp": int(time.time()) + 3600, **claims}
    return codec(dialect, *secrets).seal(stamped)


def theirs(npm: Npm, dialect: str, secret: str | list[str] = SECRET, **params: Any) -> str:
    whole = {"token": CLAIMS, "secret": secret, **salt(dialect), **params}
    token: str = npm.value("encode", dialect=dialect, **whole)
    return token


def without_times(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in {"iat", "exp", "jti"}}


@dialect
def test_npm_opens_ours(npm: Npm, dialect: str) -> None:
    opened = npm.value(
        "decode", dialect=dialect, token=ours(dialect), secret=SECRET, **salt(dialect)
    )
    assert without_times(opened) == CLAIMS


@dialect
def test_we_open_npms(npm: Npm, dialect: str) -> None:
    opened = codec(dialect).open(theirs(npm, dialect), now=time.time())
    assert without_times(opened.claims) == CLAIMS


def test_we_open_the_gcm_tokens_of_early_v5(npm: Npm) -> None:
    token = npm.value("encodeGcm", token=CLAIMS, secret=SECRET, salt=NAMES["authjs"])
    assert without_times(codec("authjs").open(token, now=time.time()).claims) == CLAIMS


@dialect
def test_nine_kilobytes_travel_in_chunks(npm: Npm, dialect: str) -> None:
    large = {"sub": "1", "large": "x" * 7_000}
    name = NAMES[dialect]
    token = codec(dialect).seal({**large, "exp": int(time.time()) + 3600})
    assert len(token) > 9_000
    chunks = chunk_cookie(SetCookie(name, token, CookieAttributes(secure=False)))
    assert [chunk.name for chunk in chunks] == [f"{name}.{n}" for n in range(len(chunks))]
    header = "; ".join(f"{chunk.name}={chunk.value}" for chunk in chunks)
    opened = npm.value("getToken", dialect=dialect, cookie=header, secret=SECRET)
    assert without_times(opened) == large
    (joined,) = Cookies([header]).candidates(name)
    assert without_times(codec(dialect).open(joined, now=time.time()).claims) == large


def test_two_secrets_open_what_either_sealed(npm: Npm) -> None:
    rotated = codec("authjs", SECRET, OLD)
    for secret in (SECRET, OLD):
        token = theirs(npm, "authjs", secret)
        assert without_times(rotated.open(token, now=time.time()).claims) == CLAIMS
        sealed = ours("authjs", secret)
        both = {"secret": [SECRET, OLD], **salt("authjs")}
        assert npm.opens("decode", dialect="authjs", token=sealed, **both)


def test_v4_tokens_open_under_an_older_secret_too(npm: Npm) -> None:
    token = theirs(npm, "next-auth-v4", OLD)
    opened = codec("next-auth-v4", SECRET, OLD).open(token, now=time.time())
    assert without_times(opened.claims) == CLAIMS


@dialect
def test_a_wrong_secret_opens_nothing(npm: Npm, dialect: str) -> None:
    assert not npm.opens(
        "decode", dialect=dialect, token=ours(dialect), secret=OLD, **salt(dialect)
    )
    with pytest.raises(TokenError):
        codec(dialect, OLD).open(theirs(npm, dialect), now=time.time())


def test_a_wrong_salt_opens_nothing(npm: Npm) -> None:
    other = "__Secure-authjs.session-token"
    params = {"secret": SECRET, "salt": other}
    assert not npm.opens("decode", dialect="authjs", token=ours("authjs"), **params)
    with pytest.raises(TokenError):
        codec("authjs", name=other).open(theirs(npm, "authjs"), now=time.time())


@dialect
@pytest.mark.parametrize("segment", [0, 2, 3, 4], ids=["header", "iv", "ciphertext", "tag"])
def test_damage_opens_nothing(npm: Npm, dialect: str, segment: int) -> None:
    for token in (ours(dialect), theirs(npm, dialect)):
        segments = token.split(".")
        first = "B" if segments[segment][1] == "A" else "A"
        segments[segment] = segments[segment][0] + first + segments[segment][2:]
        damaged = ".".join(segments)
        assert not npm.opens(
            "decode", dialect=dialect, token=damaged, secret=SECRET, **salt(dialect)
        )
        with pytest.raises(TokenError):
            codec(dialect).open(damaged, now=time.time())


@dialect
def test_alg_none_opens_nothing(npm: Npm, dialect: str) -> None:
    claims = b64url_encode(b'{"sub":"1","exp":9999999999}').decode()
    for header in (b'{"alg":"none"}', b'{"alg":"none","enc":"A256GCM"}'):
        protected = b64url_encode(header).decode()
        for token in (f"{protected}.{claims}.", f"{protected}..{claims}.{claims}."):
            assert not npm.opens(
                "decode", dialect=dialect, token=token, secret=SECRET, **salt(dialect)
            )
            with pytest.raises(TokenError):
                codec(dialect).open(token, now=time.time())


@dialect
def test_both_allow_fifteen_seconds_of_clock_skew(npm: Npm, dialect: str) -> None:
    now = int(time.time())
    for age, opens in ((5, True), (60, False)):
        token = ours(dialect, exp=now - age)
        assert opens is npm.opens(
            "decode", dialect=dialect, token=token, secret=SECRET, **salt(dialect)
        )
        if opens:
            codec(dialect).open(token, now=now)
        else:
            with pytest.raises(TokenError, match="expired"):
                codec(dialect).open(token, now=now)
