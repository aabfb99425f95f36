"""What a YubiKey types: what is a password at all, whose it is, and how it is good once."""

import traceback
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from hypothesis import given
from hypothesis import strategies as st

from nextauth.factors import YubikeySecrets, parse_otp, verify_yubikey_otp
from nextauth.factors.yubikey import _crc16

AES_KEY = bytes.fromhex("ecde18dbe76fbd0c33330f1c354871db")
PRIVATE_ID = bytes.fromhex("8792ebfe26cc")
PUBLIC_ID = "vvccccdteffu"
KEY = YubikeySecrets(PUBLIC_ID, PRIVATE_ID, AES_KEY)
MODHEX = str.maketrans("0123456789abcdef", "cbdefghijklnrtuv")


def press(usage: int, session: int, *, private_id: bytes = PRIVATE_ID, crc: int = 0) -> str:
    """Type what a key would, with a checksum that is off by `crc`."""
    fields = usage.to_bytes(2, "little") + b"\x30\xc2\x00" + bytes([session]) + b"\xc8\x9f"
    plain = private_id + fields
    checksum = (~_crc16(plain) & 0xFFFF) ^ crc
    encryptor = Cipher(AES(AES_KEY), ECB()).encryptor()  # noqa: S305 - as a key does
    block = encryptor.update(plain + checksum.to_bytes(2, "little")) + encryptor.finalize()
    return PUBLIC_ID + block.hex().translate(MODHEX)


@given(usage=st.integers(0, 0x7FFF), session=st.integers(0, 255))
def test_the_counters_are_one_number(usage: int, session: int) -> None:
    assert verify_yubikey_otp(KEY, press(usage, session), after=None) == usage * 256 + session
    # Caps lock changes nothing.
    typed = press(usage | 0x8000, session).upper()
    assert verify_yubikey_otp(KEY, typed, after=None) == usage * 256 + session


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_no_password_is_good_twice_and_none_from_before(presses: list[tuple[int, int]]) -> None:
    last: int | None = None
    for usage, session in presses:
        number = usage * 256 + session
        counter = verify_yubikey_otp(KEY, press(usage, session), after=last)
        assert counter == (number if last is None or number > last else None)
        last = number if last is None else max(last, number)


@pytest.mark.parametrize("typed", [f" {press(1, 1)}\n", press(1, 1).upper(), press(1, 1)])
def test_how_it_may_be_typed(typed: str) -> None:
    parsed = parse_otp(typed)
    assert parsed is not None
    assert (parsed.public_id, parsed.otp) == (PUBLIC_ID, press(1, 1))
    assert verify_yubikey_otp(KEY, typed, after=None) == 257


@given(st.text(max_size=130) | st.text("cbdefghijklnrtuv", min_size=44, max_size=44))
def test_nothing_that_is_submitted_raises_or_opens(typed: str) -> None:
    assert verify_yubikey_otp(KEY, typed, after=None) is None
    assert verify_yubikey_otp(KEY, PUBLIC_ID + typed, after=None) is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        b"cccccccccccb",
        ["c" * 44],
        "",
        "c" * 43,
        "c" * 45,
        "a" * 44,
        "\u212a" * 44,
        "\u017f" * 44,
        "c" * 10_000,
        f"{'c' * 44}\0",
    ],
    ids=range(12),
)
def test_what_is_no_password(value: Any) -> None:  # noqa: ANN401
    assert parse_otp(value) is None
    assert verify_yubikey_otp(KEY, value, after=None) is None


def test_another_key_s_password_is_none() -> None:
    typed = press(1, 1)
    other = YubikeySecrets("vvccccdteffv", PRIVATE_ID, AES_KEY)
    assert verify_yubikey_otp(other, typed, after=None) is None
    assert verify_yubikey_otp(KEY, press(1, 1, private_id=b"others"), after=None) is None
    wrong = YubikeySecrets(PUBLIC_ID, PRIVATE_ID, bytes(16))
    assert verify_yubikey_otp(wrong, typed, after=None) is None


def test_a_wrong_checksum_is_no_password() -> None:
    assert verify_yubikey_otp(KEY, press(1, 1), after=None) == 257
    assert verify_yubikey_otp(KEY, press(1, 1, crc=1), after=None) is None


@pytest.mark.parametrize(
    ("public_id", "private_id", "aes_key"),
    [
        ("", PRIVATE_ID, AES_KEY),
        (PUBLIC_ID.upper(), PRIVATE_ID, AES_KEY),
        (f"{PUBLIC_ID}\n", PRIVATE_ID, AES_KEY),
        ("aaaaaaaaaaaa", PRIVATE_ID, AES_KEY),
        (PUBLIC_ID, b"", AES_KEY),
        (PUBLIC_ID, PRIVATE_ID, b""),
        (PUBLIC_ID, PRIVATE_ID, AES_KEY + AES_KEY),
    ],
    ids=range(7),
)
def test_secrets_of_another_form(public_id: str, private_id: bytes, aes_key: bytes) -> None:
    with pytest.raises(ValueError, match="YubikeySecrets") as caught:
        YubikeySecrets(public_id, private_id, aes_key)
    shown = "".join(traceback.format_exception(caught.value))
    assert repr(AES_KEY) not in shown
    assert repr(PRIVATE_ID) not in shown


def test_no_secret_is_in_a_repr() -> None:
    shown = f"{KEY!r} {parse_otp(press(1, 1))!r}"
    assert PUBLIC_ID in shown
    for secret in (repr(AES_KEY), AES_KEY.hex(), repr(PRIVATE_ID), press(1, 1)):
        assert secret not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("public_id", PUBLIC_ID.encode()),
        ("public_id", None),
        ("private_id", "abcdef"),
        ("private_id", None),
        ("aes_key", "0123456789abcdef"),
        ("aes_key", 16),
    ],
    ids=range(6),
)
def test_secrets_of_another_type(name: str, value: object) -> None:
    """Of the right length, they would be found out only by the first password."""
    known: dict[str, Any] = {"public_id": PUBLIC_ID, "private_id": PRIVATE_ID, "aes_key": AES_KEY}
    with pytest.raises(TypeError, match=rf"YubikeySecrets\({name}=") as caught:
        YubikeySecrets(**{**known, name: value})
    assert repr(value) not in str(caught.value)
