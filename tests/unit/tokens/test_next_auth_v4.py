"""The next-auth-v4 dialect: A256GCM, a key that does not depend on the cookie, no key id."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import TokenError
from nextauth.tokens import AuthjsCodec, Keyring, NextAuthV4Codec, PurposeBox

NOW = 1_800_000_000
NAME = "next-auth.session-token"
SECRETS = ["new-secret", "old-secret"]
CLAIMS = {"name": "J\u00fcrgen", "sub": "1", "exp": NOW + 60}


def _entropy(size: int) -> bytes:
    return bytes(range(size))


def _codec(*secrets: str, name: str = NAME) -> NextAuthV4Codec:
    return NextAuthV4Codec(Keyring(secrets or SECRETS), cookie_name=name, entropy=_entropy)


CODEC = _codec()
TOKEN = CODEC.seal(CLAIMS)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _sealed(header: object, claims: dict[str, Any] | None = None, iv: bytes = bytes(12)) -> str:
    info = "NextAuth.js Generated Encryption Key"
    key = Keyring(SECRETS).derive(salt="", info=info, length=32)[0]
    protected = _b64(json.dumps(header).encode())
    payload = json.dumps(CLAIMS if claims is None else claims).encode()
    sealed = AESGCM(key).encrypt(iv, payload, protected.encode())
    return f"{protected}..{_b64(iv)}.{_b64(sealed[:-16])}.{_b64(sealed[-16:])}"


def _reason(token: str, codec: NextAuthV4Codec = CODEC, now: float = NOW) -> str:
    with pytest.raises(TokenError) as caught:
        codec.open(token, now=now)
    return caught.value.reason


def test_the_header() -> None:
    protected, key, iv, _, tag = TOKEN.split(".")
    assert protected == _b64(b'{"alg":"dir","enc":"A256GCM"}')
    assert (key, iv, len(tag)) == ("", _b64(bytes(range(12))), 22)


@given(
    st.dictionaries(st.text("abc", min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
)
def test_claims_go_there_and_back(claims: dict[str, Any]) -> None:
    claims = {**claims, "exp": NOW + 60}
    assert CODEC.open(CODEC.seal(claims), now=NOW).claims == claims


@pytest.mark.parametrize(
    "header", [{"alg": "dir", "enc": "A256GCM"}, {"enc": "A256GCM", "alg": "dir"}]
)
def test_both_orders_of_the_header_open(header: dict[str, str]) -> None:
    assert CODEC.open(_sealed(header), now=NOW).claims == CLAIMS


@pytest.mark.parametrize("secret", SECRETS)
def test_each_secret_opens_under_any_cookie_name(secret: str) -> None:
    token = _codec(secret, name="__Secure-other").seal(CLAIMS)
    assert CODEC.open(token, now=NOW).claims == CLAIMS
    assert (token == TOKEN) is (secret == SECRETS[0])


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"alg": "none", "enc": "A256GCM"}, "unsupported-header"),
        ({"alg": "dir"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256CBC-HS512"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256GCM", "kid": "any"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256GCM", "kid": []}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256GCM", "crit": []}, "unsupported-header"),
        ([], "malformed"),
    ],
)
def test_other_headers_are_refused_though_the_tag_is_right(header: object, reason: str) -> None:
    assert _reason(_sealed(header)) == reason


@pytest.mark.parametrize("size", [8, 16])
def test_an_iv_of_another_length_is_refused_though_the_tag_is_right(size: int) -> None:
    assert _reason(_sealed({"alg": "dir", "enc": "A256GCM"}, iv=bytes(size))) == "unknown-key"


def test_a_shorter_tag_is_refused() -> None:
    head, _, tag = TOKEN.rpartition(".")
    raw = base64.urlsafe_b64decode(tag + "==")
    assert [_reason(f"{head}.{_b64(raw[:size])}") for size in (0, 4, 12, 15)] == ["unknown-key"] * 4


def test_no_byte_may_move_from_the_ciphertext_to_the_tag() -> None:
    head, ciphertext, tag = TOKEN.rsplit(".", 2)
    raw, raw_tag = (base64.urlsafe_b64decode(part + "==") for part in (ciphertext, tag))
    assert _reason(f"{head}.{_b64(raw[:-3])}.{_b64(raw[-3:] + raw_tag)}") == "unknown-key"
    assert _reason(f"{head}.{_b64(raw + raw_tag[:3])}.{_b64(raw_tag[3:])}") == "unknown-key"


def test_what_opens_must_be_claims() -> None:
    header = {"alg": "dir", "enc": "A256GCM"}
    assert _reason(_sealed(header, {})) == "no-expiry"
    assert _reason(_sealed(header, {"exp": NOW - 15})) == "expired"


def test_other_tokens_are_no_session() -> None:
    keyring = Keyring(SECRETS)
    box = PurposeBox(keyring, purpose="pending", entropy=_entropy)
    v5 = AuthjsCodec(keyring, cookie_name=NAME, entropy=_entropy)
    assert _reason(box.seal(CLAIMS, expires=NOW + 60)) == "unknown-key"
    assert _reason(v5.seal(CLAIMS)) == "unsupported-header"
    assert _reason(TOKEN, _codec("foreign")) == "unknown-key"


@given(st.integers(0, len(TOKEN) - 1), st.characters(exclude_categories=["Cs"]))
def test_no_changed_letter_opens(place: int, letter: str) -> None:
    token = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if token != TOKEN:
        _reason(token)


PIECES = st.sampled_from([*TOKEN.split("."), "", ".", "A", "="])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=7).map(".".join)))
def test_nothing_else_opens_and_only_token_errors_are_raised(token: str) -> None:
    if token != TOKEN:
        _reason(token)


def test_sealing_needs_json_types() -> None:
    with pytest.raises(TypeError):
        CODEC.seal({"a": object()})


def test_no_repr_shows_a_secret() -> None:
    assert all(secret not in repr((CODEC, CODEC._keys)) for secret in SECRETS)
