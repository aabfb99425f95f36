"""What is told about a token that does not open: the same for every damage, and nothing inside."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC

from nextauth.errors import TokenError
from nextauth.tokens import AuthjsCodec, Keyring, NextAuthV4Codec, PurposeBox
from nextauth.tokens.authjs import _CbcKey
from nextauth.tokens.jwe import b64url_decode, b64url_encode
from tests.security.inputs import NOW, V4, Entropy, site
from tests.unit.protocol.leaks import hold
from tests.unit.protocol.wire import SECRET, SESSION, Browser

INSIDE = "hunter2-in-a-claim"
Seal = Callable[[bytes], str]


def _authjs() -> AuthjsCodec:
    return AuthjsCodec(Keyring([SECRET]), cookie_name=SESSION, entropy=Entropy())


def _v4() -> NextAuthV4Codec:
    return NextAuthV4Codec(Keyring([SECRET]), cookie_name=V4, entropy=Entropy())


def _box() -> PurposeBox:
    return PurposeBox(Keyring([SECRET]), purpose="pending", entropy=Entropy())


SEALED: dict[str, Seal] = {
    "authjs": lambda payload: _authjs()._newest.encrypt(payload, iv=bytes(16)),
    "next-auth-v4": lambda payload: _v4()._keys[0].encrypt(payload, iv=bytes(12)),
    "purpose": lambda payload: _box()._keys[0].encrypt(payload, iv=bytes(12)),
}
OPENED: dict[str, Callable[[], Any]] = {"authjs": _authjs, "next-auth-v4": _v4, "purpose": _box}
each_kind = pytest.mark.parametrize("kind", SEALED)


@each_kind
@pytest.mark.parametrize(
    "payload",
    [
        f'{{"sub": "{INSIDE}"',
        f'"{INSIDE}"',
        f'{{"sub": "{INSIDE}"}}',
        f'{{"sub": "{INSIDE}", "exp": 1}}',
        f'{{"sub": "{INSIDE}", "exp": "{INSIDE}"}}',
        f'{{"sub": "{INSIDE}", "exp": 4000000000, "nbf": "{INSIDE}"}}',
        f"{INSIDE}\xff",
        INSIDE + "[" * 5_000,
    ],
)
def test_an_error_tells_nothing_of_a_payload(
    kind: str, payload: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Payload echoed in an error: CVE-2025-65015 (joserfc)."""
    caplog.set_level(logging.DEBUG)
    token = SEALED[kind](payload.encode("latin-1"))
    with pytest.raises(TokenError) as caught:
        OPENED[kind]().open(token, now=NOW)
    error = caught.value
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    told = "".join(traceback.format_exception(error))
    assert hold(f"{told}{error!r}{vars(error)}", INSIDE, token, SECRET) == []
    browser = Browser(site())
    for name in (SESSION, V4):
        browser.jar = {name: token}
        reply = browser.get("session")
        assert hold(f"{reply.text}{reply.response.raw_headers()}", INSIDE) == []
    assert hold(caplog.text, INSIDE, token, SECRET) == []


def _padded(padding: bytes) -> str:
    """Answer a CBC token whose tag is right and whose padding is what one likes."""
    key: _CbcKey = _authjs()._newest
    text = b'{"exp":4000000000,"sub":"1"}'
    whole = (text + bytes(32))[: 32 - len(padding)] + padding
    encryptor = Cipher(key._aes, CBC(bytes(16))).encryptor()
    raw = encryptor.update(whole) + encryptor.finalize()
    mac = key._own_mac.copy()
    mac.update(bytes(16) + raw + key._own_bits)
    tag = b64url_encode(mac.finalize()[:32])
    parts = (key.protected, b"", b64url_encode(bytes(16)), b64url_encode(raw), tag)
    return b".".join(parts).decode()


def test_padding_is_looked_at_behind_the_tag_alone() -> None:
    """Padding oracles: CVE-2026-28490 (Authlib): a wrong tag says the same whatever is inside."""
    assert _authjs().open(_padded(b"\x04" * 4), now=NOW).claims["sub"] == "1"
    reasons, answers = set(), set()
    for padding in (b"\x04" * 4, b"\x00", b"\xff", b"\x11" * 4, b"\x04\x04\x04\x05", b"\x01"):
        header, _, iv, text, tag = _padded(padding).split(".")
        wrong = bytearray(b64url_decode(tag.encode()))
        wrong[0] ^= 1
        token = ".".join((header, "", iv, text, b64url_encode(bytes(wrong)).decode()))
        with pytest.raises(TokenError) as caught:
            _authjs().open(token, now=NOW)
        reasons.add(str(caught.value))
        browser = Browser(site())
        browser.jar = {SESSION: token}
        reply = browser.get("session")
        answers.add((reply.status, reply.text, *map(len, reply.all("set-cookie"))))
    assert len(reasons) == len(answers) == 1


@pytest.mark.parametrize("padding", [b"\x00", b"\xff" * 4, b"\x21", b"\x20" * 32])
def test_a_wrong_padding_behind_a_right_tag_is_nobody(padding: bytes) -> None:
    """Padding oracles: CVE-2026-28490 (Authlib): a program with our key that pads wrongly."""
    with pytest.raises(TokenError):
        _authjs().open(_padded(padding), now=NOW)


def test_no_key_is_empty() -> None:
    """Empty HMAC keys: CVE-2026-48990 (joserfc)."""
    for secrets in ([], [""], [SECRET, ""], ["", SECRET]):
        with pytest.raises(ValueError, match="at least one secret"):
            Keyring(secrets)
    keys = Keyring([SECRET, SECRET[::-1]])
    derived = {
        *keys.derive(salt="", info="a", length=32),
        *keys.derive(salt="a", info="", length=32),
        *keys.purpose("a"),
        *keys.purpose("b"),
    }
    assert len(derived) == 8
    assert bytes(32) not in derived
