"""The authjs dialect: sealed as Auth.js v5 does, opened strictly, damaged by any change."""

import base64
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from nextauth.errors import TokenError
from nextauth.tokens import AuthjsCodec, Keyring, NextAuthV4Codec, PurposeBox

NOW = 1_800_000_000
NAME = "authjs.session-token"
INFO = f"Auth.js Generated Encryption Key ({NAME})"
SECRETS = ["new-secret", "old-secret"]
CLAIMS = {"name": "J\u00fcrgen \u4e2d", "sub": "1", "exp": NOW + 60}
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("k"), inner),
    max_leaves=5,
)


def _entropy(size: int) -> bytes:
    return bytes(range(size))


def _codec(*secrets: str, name: str = NAME) -> AuthjsCodec:
    return AuthjsCodec(Keyring(secrets or SECRETS), cookie_name=name, entropy=_entropy)


CODEC = _codec()
TOKEN = CODEC.seal(CLAIMS)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key(secret: str = SECRETS[0], length: int = 64) -> bytes:
    return Keyring([secret]).derive(salt=NAME, info=INFO, length=length)[0]


def _kid(key: bytes) -> str:
    """Answer the RFC 7638 thumbprint by SHA-512."""
    return _b64(hashlib.sha512(f'{{"k":"{_b64(key)}","kty":"oct"}}'.encode()).digest())


def _cbc(header: object, payload: bytes, key: bytes | None = None, iv: bytes = bytes(16)) -> str:
    """Seal as RFC 7518, 5.2.2 writes it down; `payload` is padded already."""
    key = key or _key()
    protected = _b64(json.dumps(header).encode())
    sealer = Cipher(AES256(key[32:]), CBC(iv[:16].ljust(16))).encryptor()
    ciphertext = sealer.update(payload) if not len(payload) % 16 else payload
    bits = (len(protected) * 8).to_bytes(8, "big")
    tag = hmac.digest(key[:32], protected.encode() + iv + ciphertext + bits, "sha512")[:32]
    return f"{protected}..{_b64(iv)}.{_b64(ciphertext)}.{_b64(tag)}"


def _payload(token: str) -> bytes:
    _, _, *rest = token.encode().split(b".")
    return CODEC._newest.decrypt(*rest)


def _gcm(header: object, claims: dict[str, Any], key: bytes | None = None) -> str:
    protected = _b64(json.dumps(header).encode())
    sealed = AESGCM(key or _key(length=32)).encrypt(
        bytes(12), json.dumps(claims).encode(), protected.encode()
    )
    return f"{protected}..{_b64(bytes(12))}.{_b64(sealed[:-16])}.{_b64(sealed[-16:])}"


def _padded(claims: dict[str, Any]) -> bytes:
    raw = json.dumps(claims).encode()
    size = 16 - len(raw) % 16
    return raw + bytes([size]) * size


def _reason(token: str, codec: AuthjsCodec = CODEC, now: float = NOW) -> str:
    with pytest.raises(TokenError) as caught:
        codec.open(token, now=now)
    assert str(caught.value) == f"the token does not open: {caught.value.reason}"
    return caught.value.reason


def test_the_header_names_pair_and_thumbprint() -> None:
    protected, key, iv, _, tag = TOKEN.split(".")
    header = json.loads(base64.urlsafe_b64decode(protected + "=="))
    assert header == {"alg": "dir", "enc": "A256CBC-HS512", "kid": _kid(_key())}
    assert (key, iv, len(tag)) == ("", _b64(bytes(range(16))), 43)


@given(st.dictionaries(st.text("abc", min_size=1), JSON_VALUES))
def test_claims_go_there_and_back(claims: dict[str, Any]) -> None:
    claims = {**claims, "exp": NOW + 60}
    assert CODEC.open(CODEC.seal(claims), now=NOW).claims == claims


@pytest.mark.parametrize("size", range(17))
def test_each_length_of_padding(size: int) -> None:
    claims = {"a": "x" * size, "exp": NOW}
    assert CODEC.open(CODEC.seal(claims), now=NOW).claims == claims


def test_sealing_needs_json_types() -> None:
    with pytest.raises(TypeError):
        CODEC.seal({"a": object()})


def test_it_opens_what_the_rfc_seals() -> None:
    header = {"alg": "dir", "enc": "A256CBC-HS512", "kid": _kid(_key())}
    assert CODEC.open(_cbc(header, _padded(CLAIMS)), now=NOW).claims == CLAIMS


@pytest.mark.parametrize("secret", SECRETS)
def test_each_secret_opens_and_the_newest_seals(secret: str) -> None:
    assert CODEC.open(_codec(secret).seal(CLAIMS), now=NOW).claims == CLAIMS
    assert _codec(secret).seal(CLAIMS) == TOKEN or secret == SECRETS[1]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("with_kid", [True, False])
def test_another_spelling_of_the_header_opens(secret: str, with_kid: bool) -> None:  # noqa: FBT001
    header = {"enc": "A256CBC-HS512", "alg": "dir"}
    if with_kid:
        header["kid"] = _kid(_key(secret))
    token = _cbc(header, _padded(CLAIMS), _key(secret))
    assert CODEC.open(token, now=NOW).claims == CLAIMS


@pytest.mark.parametrize("secret", SECRETS)
def test_the_gcm_tokens_of_earlier_releases_open(secret: str) -> None:
    token = _gcm({"alg": "dir", "enc": "A256GCM"}, CLAIMS, _key(secret, 32))
    assert CODEC.open(token, now=NOW).claims == CLAIMS


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"alg": "none", "enc": "A256CBC-HS512"}, "unsupported-header"),
        ({"alg": "A256KW", "enc": "A256CBC-HS512"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256CBC-HS512", "zip": "DEF"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256CBC-HS512", "crit": ["b64"]}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256CBC-HS512", "kid": "unknown"}, "unknown-key"),
        ({"alg": "dir", "enc": "A256CBC-HS512", "kid": _kid(_key(SECRETS[1]))}, "unknown-key"),
        ({"alg": "dir", "enc": "A256CBC-HS512", "kid": []}, "unknown-key"),
        ({"alg": "dir", "enc": "A256CBC-HS512", "kid": {"a": 1}}, "unknown-key"),
        ({"alg": "dir", "enc": "A128CBC-HS256"}, "unknown-key"),
        ({"alg": "dir", "enc": ["A256GCM"]}, "unknown-key"),
        ({"alg": "dir"}, "unknown-key"),
        (["dir"], "malformed"),
        (None, "malformed"),
    ],
)
def test_other_headers_are_refused_though_the_tag_is_right(header: object, reason: str) -> None:
    assert _reason(_cbc(header, _padded(CLAIMS))) == reason


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"alg": "none", "enc": "A256GCM"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256GCM", "zip": "DEF"}, "unsupported-header"),
        ({"alg": "dir", "enc": "A256GCM", "kid": "any"}, "unknown-key"),
        ({"alg": "dir", "enc": "A128GCM"}, "unknown-key"),
    ],
)
def test_the_same_of_gcm(header: object, reason: str) -> None:
    assert _reason(_gcm(header, CLAIMS)) == reason


def test_alg_none_without_encryption_is_refused() -> None:
    header = _b64(b'{"alg":"none"}')
    assert _reason(f"{header}.{_b64(json.dumps(CLAIMS).encode())}.") == "malformed"
    assert _reason(f"{header}..AA.{_b64(json.dumps(CLAIMS).encode())}.") == "unsupported-header"


@pytest.mark.parametrize(
    "codec", [_codec("foreign"), _codec(name="__Secure-authjs.session-token")], ids=["key", "salt"]
)
def test_another_secret_or_salt_is_an_unknown_key(codec: AuthjsCodec) -> None:
    assert _reason(TOKEN, codec) == "unknown-key"


@pytest.mark.parametrize(
    "codec", [_codec("foreign"), _codec(name="__Secure-authjs.session-token")], ids=["key", "salt"]
)
@pytest.mark.parametrize("enc", ["A256CBC-HS512", "A256GCM"])
def test_the_same_without_a_kid(codec: AuthjsCodec, enc: str) -> None:
    header = {"alg": "dir", "enc": enc}
    token = _gcm(header, CLAIMS) if enc == "A256GCM" else _cbc(header, _padded(CLAIMS))
    assert CODEC.open(token, now=NOW).claims == CLAIMS
    assert _reason(token, codec) == "unknown-key"


def test_a_purpose_token_is_no_session() -> None:
    box = PurposeBox(Keyring(SECRETS), purpose="pending", entropy=_entropy)
    assert _reason(box.seal(CLAIMS, expires=NOW + 60)) == "unknown-key"


def test_a_v4_token_is_no_v5_session() -> None:
    v4 = NextAuthV4Codec(Keyring(SECRETS), cookie_name=NAME, entropy=_entropy)
    assert _reason(v4.seal(CLAIMS)) == "unknown-key"


KID_HEADER = {"alg": "dir", "enc": "A256CBC-HS512"}


@pytest.mark.parametrize(
    ("payload", "iv"),
    [(b"", bytes(16)), (b"x" * 15, bytes(16)), (b"x" * 16, bytes(12)), (b"x" * 16, b"")],
)
def test_broken_blocks_are_refused_though_the_tag_is_right(payload: bytes, iv: bytes) -> None:
    assert _reason(_cbc(KID_HEADER, payload, iv=iv)) == "unknown-key"


@pytest.mark.parametrize("last", [0, 17, 255])
def test_a_padding_that_is_none_opens_no_claims(last: int) -> None:
    payload = json.dumps({"exp": NOW + 60}).encode().ljust(31) + bytes([last])
    assert _reason(_cbc(KID_HEADER, payload)) == "not-claims"


def test_damage_says_so() -> None:
    protected, _, iv, ciphertext, tag = TOKEN.split(".")
    assert _reason(f"{protected}..{iv}.{ciphertext}.{'A' * 43}") == "damaged"
    assert _reason(f"{protected}..{iv}.{ciphertext}.{tag[:22]}") in {"damaged", "malformed"}
    assert _reason(f"{protected}..{iv}.{ciphertext}.") == "damaged"


@given(st.integers(0, len(TOKEN) - 1), st.characters(exclude_categories=["Cs"]))
def test_no_changed_letter_opens(place: int, letter: str) -> None:
    token = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if token != TOKEN:
        _reason(token)


PIECES = st.sampled_from([*TOKEN.split("."), "", ".", "A", "="])


@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=7).map(".".join), st.lists(PIECES).map("".join))
)
def test_nothing_else_opens_and_only_token_errors_are_raised(token: str) -> None:
    if token != TOKEN:
        _reason(token)


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_no_header_raises_anything_else(alg: object, enc: object, kid: object) -> None:
    header = {"alg": alg, "enc": enc, "kid": kid}
    assert _reason(_cbc(header, _padded(CLAIMS))) == "unsupported-header"
    for pair in ({"enc": enc}, {"enc": "A256CBC-HS512", "kid": kid or "k"}):
        assert _reason(_cbc({"alg": "dir", **pair}, _padded(CLAIMS))) == "unknown-key"


@pytest.mark.parametrize(("now", "reason"), [(NOW + 75, "expired"), (NOW + 10**9, "expired")])
def test_times_are_checked(now: int, reason: str) -> None:
    assert CODEC.open(TOKEN, now=NOW + 74).claims == CLAIMS
    assert _reason(TOKEN, now=now) == reason


def test_one_token_leaves_nothing_behind_for_the_next() -> None:
    others = [CODEC.seal({"a": "x" * size, "exp": NOW}) for size in (0, 5, 40)]
    for token in (*others, TOKEN, others[0], TOKEN):
        assert CODEC.open(token, now=NOW).claims["exp"] >= NOW
    assert CODEC.open(TOKEN, now=NOW).claims == CLAIMS


def test_threads_do_not_share_a_cipher() -> None:
    tokens = [(number, CODEC.seal({"n": number, "exp": NOW})) for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        opened = pool.map(lambda each: (each[0], CODEC.open(each[1], now=NOW).claims["n"]), tokens)
        assert all(number == claim for number, claim in opened)


@given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.binary(max_size=70))))
def test_every_token_has_its_own_iv_whatever_was_sealed_before(
    each: list[tuple[bytes, bytes]],
) -> None:
    for iv, payload in each:
        token = CODEC._newest.encrypt(payload, iv=iv)
        left = 16 - len(payload) % 16
        sealer = Cipher(AES256(_key()[32:]), CBC(iv)).encryptor()
        ciphertext = sealer.update(payload + bytes([left]) * left)
        assert token.split(".")[2:4] == [_b64(iv), _b64(ciphertext)]
        assert _payload(token) == payload


def test_threads_seal_under_their_own_iv() -> None:
    ivs = [number.to_bytes(16, "big") for number in range(500)]
    key = CODEC._newest
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda iv: key.encrypt(bytes(5_000), iv=iv), ivs))
    assert [token.split(".")[2] for token in tokens] == [_b64(iv) for iv in ivs]
    assert len({CODEC._newest.encrypt(bytes(5_000), iv=iv) for iv in ivs} | set(tokens)) == 500


def test_no_repr_shows_a_key() -> None:
    key = CODEC._newest
    assert repr(key) == f"_CbcKey(kid={_kid(_key())!r})"
    assert all(secret not in repr(CODEC) for secret in SECRETS)
