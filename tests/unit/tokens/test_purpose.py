"""Tokens that are not the session: one purpose's are no other's, and no session is one."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import TokenError
from nextauth.tokens import AuthjsCodec, Keyring, NextAuthV4Codec, PurposeBox

NOW = 1_800_000_000
KEYRING = Keyring(["new-secret", "old-secret"])


def _entropy(size: int) -> bytes:
    return bytes(range(size))


def _box(purpose: str = "pending", keyring: Keyring = KEYRING) -> PurposeBox:
    return PurposeBox(keyring, purpose=purpose, entropy=_entropy)


BOX = _box()
TOKEN = BOX.seal({"sub": "1"}, expires=NOW + 60)


def _reason(token: str, box: PurposeBox = BOX, now: float = NOW) -> str:
    with pytest.raises(TokenError) as caught:
        box.open(token, now=now)
    return caught.value.reason


def test_there_and_back() -> None:
    assert BOX.open(TOKEN, now=NOW).claims == {"sub": "1", "exp": NOW + 60}


def test_no_claim_overrides_the_end() -> None:
    token = BOX.seal({"exp": NOW + 10**6}, expires=NOW + 60)
    assert BOX.open(token, now=NOW).claims == {"exp": NOW + 60}


@pytest.mark.parametrize("secret", ["new-secret", "old-secret"])
def test_each_secret_opens_and_the_newest_seals(secret: str) -> None:
    token = _box(keyring=Keyring([secret])).seal({"sub": "1"}, expires=NOW + 60)
    assert BOX.open(token, now=NOW).claims["sub"] == "1"
    assert (token == TOKEN) is (secret == "new-secret")


def test_it_ends() -> None:
    assert _reason(TOKEN, now=NOW + 75) == "expired"


def test_another_purpose_or_secret_does_not_open() -> None:
    assert _reason(TOKEN, _box("device")) == "unknown-key"
    assert _reason(TOKEN, _box(keyring=Keyring(["foreign"]))) == "unknown-key"


def test_no_session_is_a_purpose_token() -> None:
    claims = {"sub": "1", "exp": NOW + 60}
    v4 = NextAuthV4Codec(KEYRING, cookie_name="n", entropy=_entropy)
    v5 = AuthjsCodec(KEYRING, cookie_name="n", entropy=_entropy)
    assert _reason(v4.seal(claims)) == "unknown-key"
    assert _reason(v5.seal(claims)) == "unsupported-header"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "dir", "enc": "A256GCM"},  # another spelling: with spaces
        {"alg": "dir", "enc": "A256GCM", "zip": "DEF"},
    ],
)
def test_only_our_own_header_opens(header: dict[str, str]) -> None:
    protected = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    rest = TOKEN.partition(".")[2]
    assert _reason(f"{protected}.{rest}") == "unsupported-header"


@given(st.integers(0, len(TOKEN) - 1), st.characters(exclude_categories=["Cs"]))
def test_no_changed_letter_opens(place: int, letter: str) -> None:
    token = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if token != TOKEN:
        _reason(token)


@given(st.text())
def test_nothing_else_opens(token: str) -> None:
    _reason(token)
