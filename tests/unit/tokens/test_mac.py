"""Shows that a key which is hashed in once gives the codes of RFC 2104."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.tokens.mac import HmacKey

# RFC 4231, 4.2, 4.3 and 4.5: key, message, HMAC with SHA-256 and SHA-512, each its start.
VECTORS = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8", "87aa7cdea5ef619d4ff0"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a04", "164b7a7bfcf819e2e395"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc", "b0ba465637458c6990e5"),
]


@pytest.mark.parametrize(("key", "message", "sha256", "sha512"), VECTORS)
def test_the_vectors_of_rfc_4231(key: bytes, message: bytes, sha256: str, sha512: str) -> None:
    for hash_of, expected in ((hashlib.sha256, sha256), (hashlib.sha512, sha512)):
        mac = HmacKey(key, hash_of)
        assert mac.end(mac.begin(message)).hex().startswith(expected)


@pytest.mark.parametrize("length", [0, 63, 64, 65, 200])
def test_a_key_of_any_length_gives_the_code_that_hmac_does(length: int) -> None:
    key = bytes(range(length))
    mac = HmacKey(key, hashlib.sha256)
    assert mac.end(mac.begin(b"message")) == hmac.digest(key, b"message", "sha256")


@given(st.binary(max_size=64), st.binary(), st.binary())
def test_a_beginning_serves_many_ends(key: bytes, beginning: bytes, end: bytes) -> None:
    hash_of: Callable[[bytes], Any] = hashlib.sha256
    mac = HmacKey(key, hash_of)
    begun = mac.begin(beginning)
    for message in (end, end[::-1]):
        inner = begun.copy()
        inner.update(message)
        assert mac.end(inner) == hmac.digest(key, beginning + message, "sha256")


def test_the_key_is_not_in_its_repr() -> None:
    assert "Jefe" not in repr(HmacKey(b"Jefe", hashlib.sha256))
