"""Keys: HKDF-SHA256, one a secret and a purpose; and what the dialects differ in."""

import hashlib
import hmac

import pytest

from nextauth.tokens import DIALECTS, AuthjsCodec, Keyring, NextAuthV4Codec

KEYRING = Keyring(["new-secret", "old-secret \u00fc"])


def _hkdf(secret: str, salt: str, info: str, length: int) -> bytes:
    """Derive a key as RFC 5869 writes it down."""
    extracted = hmac.digest(salt.encode() or bytes(32), secret.encode(), "sha256")
    block, key = b"", b""
    for number in range(1, 1 + -(-length // hashlib.sha256().digest_size)):
        block = hmac.digest(extracted, block + info.encode() + bytes([number]), "sha256")
        key += block
    return key[:length]


@pytest.mark.parametrize("salt", ["", "authjs.session-token"])
@pytest.mark.parametrize("length", [32, 64])
def test_keys_are_those_of_rfc_5869(salt: str, length: int) -> None:
    assert KEYRING.derive(salt=salt, info="an info", length=length) == (
        _hkdf("new-secret", salt, "an info", length),
        _hkdf("old-secret \u00fc", salt, "an info", length),
    )


def test_a_purpose_has_keys_of_its_own() -> None:
    assert KEYRING.purpose("pending") == (
        _hkdf("new-secret", "", "nextauth/1 pending", 32),
        _hkdf("old-secret \u00fc", "", "nextauth/1 pending", 32),
    )
    assert not set(KEYRING.purpose("pending")) & set(KEYRING.purpose("device"))


def test_a_purpose_is_derived_once() -> None:
    assert KEYRING.purpose("pending") is KEYRING.purpose("pending")


@pytest.mark.parametrize("secrets", [[], [""], ["a", ""]])
def test_a_keyring_takes_secrets(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one secret, and none may be empty"):
        Keyring(secrets)


def test_no_repr_shows_a_secret() -> None:
    KEYRING.purpose("pending")
    assert repr(KEYRING) == "Keyring(2 secrets)"


def test_the_dialects() -> None:
    told = {
        name: (dialect.name, dialect.cookie_prefix, dialect.codec, dialect.signed_out)
        for name, dialect in DIALECTS.items()
    }
    assert told == {
        "authjs": ("authjs", "authjs", AuthjsCodec, None),
        "next-auth-v4": ("next-auth-v4", "next-auth", NextAuthV4Codec, {}),
    }
