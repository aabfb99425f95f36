"""What one side refuses the other refuses too; rotation and expiry go by the same rules."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode

import pytest

from tests.interop.conftest import Npm
from tests.interop.openers import (
    COOKIE,
    SECRET,
    assert_nobody_opens,
    damaged,
    from_npm,
    from_us,
    npm_opens,
    we_open,
    without_stamps,
)

pytestmark = pytest.mark.interop

OLD = "pT8n-the-secret-before-4Qm2-interop"
TOLERANCE = 15
CLAIMS = {"sub": "7", "name": "Ada", "email": "ada@example.com"}
MAKERS = ("npm", "us")

each_dialect = pytest.mark.parametrize("dialect", ["authjs", "next-auth-v4"])
each_maker = pytest.mark.parametrize("maker", MAKERS)


def made(npm: Npm, maker: str, dialect: str, *, secret: str = SECRET, max_age: int = 3600) -> str:
    """Seal the claims on one side."""
    if maker == "npm":
        return from_npm(npm, dialect, CLAIMS, secret=secret, max_age=max_age)
    return from_us(dialect, CLAIMS, secret=secret, max_age=max_age)


def assert_both_open(npm: Npm, dialect: str, token: str) -> None:
    """Without this, a token that never opened would pass for one that is refused."""
    assert without_stamps(npm_opens(npm, dialect, token)) == CLAIMS
    assert without_stamps(we_open(dialect, token)) == CLAIMS


# A256GCM of the early v5 ------------------------------------------------------------------------


def early_v5(npm: Npm, secret: str) -> str:
    token = npm.value("encodeGcm", token=CLAIMS, secret=secret, salt=COOKIE["authjs"])
    assert isinstance(token, str)
    return token


def test_tokens_of_early_v5_open_on_both_sides(npm: Npm) -> None:
    token = early_v5(npm, SECRET)
    assert_both_open(npm, "authjs", token)
    assert_nobody_opens(npm, "authjs", token, secret=OLD)
    assert_nobody_opens(npm, "authjs", token, cookie="__Secure-authjs.session-token")
    assert_nobody_opens(npm, "next-auth-v4", token)
    for segment in (2, 3, 4):
        assert_nobody_opens(npm, "authjs", damaged(token, segment, byte=0))


def test_tokens_of_early_v5_open_under_an_older_secret(npm: Npm) -> None:
    # They name no key, so @auth/core tries its newest secret only. We try each.
    token = early_v5(npm, OLD)
    assert without_stamps(we_open("authjs", token, secret=[SECRET, OLD])) == CLAIMS
    assert npm_opens(npm, "authjs", token, secret=[SECRET, OLD]) is None


# Rotation ---------------------------------------------------------------------------------------


@each_maker
def test_rotation_of_v5_opens_the_old_and_seals_with_the_new(npm: Npm, maker: str) -> None:
    both = [SECRET, OLD]
    for secret in both:
        token = made(npm, maker, "authjs", secret=secret)
        assert without_stamps(npm_opens(npm, "authjs", token, secret=both)) == CLAIMS
        assert without_stamps(we_open("authjs", token, secret=both)) == CLAIMS
    if maker == "npm":
        new = from_npm(npm, "authjs", CLAIMS, secret=both)
    else:
        new = from_us("authjs", CLAIMS, secret=both)
    assert_both_open(npm, "authjs", new)
    assert_nobody_opens(npm, "authjs", new, secret=OLD)


@each_maker
def test_rotation_of_v4_opens_the_old_and_seals_with_the_new(npm: Npm, maker: str) -> None:
    # next-auth v4 knows one secret; the other side of the rotation is ours alone.
    old = made(npm, maker, "next-auth-v4", secret=OLD)
    assert without_stamps(we_open("next-auth-v4", old, secret=[SECRET, OLD])) == CLAIMS
    assert_nobody_opens(npm, "next-auth-v4", old)
    new = from_us("next-auth-v4", CLAIMS, secret=[SECRET, OLD])
    assert_both_open(npm, "next-auth-v4", new)
    assert_nobody_opens(npm, "next-auth-v4", new, secret=OLD)


# Time -------------------------------------------------------------------------------------------


@each_dialect
@each_maker
def test_expired_within_the_tolerance_opens(npm: Npm, dialect: str, maker: str) -> None:
    assert_both_open(npm, dialect, made(npm, maker, dialect, max_age=5 - TOLERANCE))


@each_dialect
@each_maker
def test_expired_beyond_the_tolerance_is_refused(npm: Npm, dialect: str, maker: str) -> None:
    assert_nobody_opens(npm, dialect, made(npm, maker, dialect, max_age=-TOLERANCE))


@each_dialect
def test_our_tolerance_ends_at_its_second(npm: Npm, dialect: str) -> None:
    token = made(npm, "npm", dialect)
    claims = we_open(dialect, token)
    assert claims is not None
    end = claims["exp"] + TOLERANCE
    assert we_open(dialect, token, now=end - 0.001) is not None
    assert we_open(dialect, token, now=end) is None


@each_dialect
def test_a_token_that_has_not_begun_is_refused(npm: Npm, dialect: str) -> None:
    now = int(time.time())
    assert_nobody_opens(npm, dialect, from_us(dialect, {**CLAIMS, "nbf": now + 60}))
    assert_nobody_opens(npm, dialect, from_npm(npm, dialect, {**CLAIMS, "nbf": now + 60}))
    assert we_open(dialect, from_npm(npm, dialect, {**CLAIMS, "nbf": now + 5})) is not None


# Damage -----------------------------------------------------------------------------------------


@each_dialect
@each_maker
def test_a_wrong_secret_opens_nothing(npm: Npm, dialect: str, maker: str) -> None:
    token = made(npm, maker, dialect)
    assert_both_open(npm, dialect, token)
    assert_nobody_opens(npm, dialect, token, secret=OLD)
    assert_nobody_opens(npm, dialect, token, secret=SECRET[:-1])


@each_maker
def test_a_wrong_salt_opens_nothing(npm: Npm, maker: str) -> None:
    token = made(npm, maker, "authjs")
    assert_both_open(npm, "authjs", token)
    assert_nobody_opens(npm, "authjs", token, cookie="__Secure-authjs.session-token")
    assert_nobody_opens(npm, "authjs", token, cookie="authjs.session-token.0")


def test_a_salted_token_of_v4_is_no_session(npm: Npm) -> None:
    # v4 salts its PKCE and state cookies with their names, so that none passes for a session.
    key = {"secret": SECRET, "salt": "next-auth.state"}
    salted = npm.value("encode", dialect="next-auth-v4", token=CLAIMS, **key)
    opened = npm.value("decode", dialect="next-auth-v4", token=salted, **key)
    assert without_stamps(opened) == CLAIMS
    assert_nobody_opens(npm, "next-auth-v4", salted)


@each_dialect
@each_maker
@pytest.mark.parametrize("byte", [0, -1], ids=["first", "last"])
@pytest.mark.parametrize("segment", [0, 2, 3, 4], ids=["header", "iv", "ciphertext", "tag"])
def test_a_damaged_bit_opens_nothing(
    npm: Npm, dialect: str, maker: str, segment: int, byte: int
) -> None:
    token = made(npm, maker, dialect)
    assert_both_open(npm, dialect, token)
    assert_nobody_opens(npm, dialect, damaged(token, segment, byte=byte))


@each_dialect
@each_maker
@pytest.mark.parametrize("segment", [2, 3, 4], ids=["iv", "ciphertext", "tag"])
def test_a_shortened_or_missing_segment_opens_nothing(
    npm: Npm, dialect: str, maker: str, segment: int
) -> None:
    token = made(npm, maker, dialect)
    assert_both_open(npm, dialect, token)
    segments = token.split(".")
    for instead in ("", segments[segment][:-4], segments[segment] + "AAAA"):
        changed = [*segments[:segment], instead, *segments[segment + 1 :]]
        assert_nobody_opens(npm, dialect, ".".join(changed))


@each_dialect
def test_segments_of_two_tokens_make_no_third(npm: Npm, dialect: str) -> None:
    one, two = from_npm(npm, dialect, CLAIMS).split("."), from_us(dialect, CLAIMS).split(".")
    assert one[0] == two[0]
    for segment in (2, 3, 4):
        mixed = [*one[:segment], two[segment], *one[segment + 1 :]]
        assert_nobody_opens(npm, dialect, ".".join(mixed))


def test_no_dialect_opens_the_other(npm: Npm) -> None:
    for maker in MAKERS:
        assert_nobody_opens(npm, "authjs", made(npm, maker, "next-auth-v4"))
        assert_nobody_opens(npm, "next-auth-v4", made(npm, maker, "authjs"))


# Forged headers ---------------------------------------------------------------------------------


def segment_of(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged_signatures() -> dict[str, str]:
    claims = segment_of({**CLAIMS, "exp": 4_102_444_800})
    signed = f"{segment_of({'alg': 'HS256', 'typ': 'JWT'})}.{claims}"
    signature = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
    none = segment_of({"alg": "none"})
    return {
        "unsecured": f"{none}.{claims}.",
        "unsecured, five segments": f"{none}..{segment_of(b'')}.{claims}.",
        "unsecured, claims for a key": f"{none}.{claims}...",
        "signed with the secret": f"{signed}.{segment_of(signature)}",
        "plain claims": claims,
        "empty": "",
        "dots": "....",
    }


@each_dialect
@pytest.mark.parametrize("forged", forged_signatures().values(), ids=forged_signatures().keys())
def test_what_is_not_encrypted_opens_nowhere(npm: Npm, dialect: str, forged: str) -> None:
    assert_nobody_opens(npm, dialect, forged)


@each_dialect
@each_maker
@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "none", "enc": "A256GCM"},
        {"alg": "dir", "enc": "none"},
        {"alg": "dir"},
        {"enc": "A256GCM"},
        {"alg": "DIR", "enc": "A256GCM"},
        {"alg": "A256KW", "enc": "A256GCM"},
        {"alg": "PBES2-HS256+A128KW", "enc": "A256GCM", "p2c": 10**9, "p2s": "AAAA"},
        {"alg": "dir", "enc": "A128CBC-HS256"},
        {"alg": "dir", "enc": "A256GCM", "crit": ["exp"]},
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
        {"alg": "dir", "enc": "A256CBC-HS512", "kid": "another"},
        [],
        "dir",
    ],
    ids=json.dumps,
)
def test_a_replaced_header_opens_nothing(
    npm: Npm, dialect: str, maker: str, header: object
) -> None:
    token = made(npm, maker, dialect)
    assert_both_open(npm, dialect, token)
    assert_nobody_opens(npm, dialect, f"{segment_of(header)}.{token.partition('.')[2]}")
