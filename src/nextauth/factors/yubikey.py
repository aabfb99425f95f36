"""Owns what a YubiKey types: 44 characters of modhex, and what is in them by the key's AES key.

The layout is Yubico's (the test vectors of libyubikey spell it out): 12 characters that name the
key, then one AES-128 block: private id (6 bytes), usage counter (2, little-endian, of which 15 bits
count), timestamp (3), session counter (1), random (2), CRC-16 (2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

__all__ = ["YubikeyOtp", "YubikeySecrets", "modhex_decode", "parse_otp", "verify_yubikey_otp"]

_MODHEX = "cbdefghijklnrtuv"
_TO_HEX = str.maketrans(_MODHEX, "0123456789abcdef")
_PUBLIC_ID = re.compile(f"[{_MODHEX}]{{12}}")
_OTP = re.compile(f"[{_MODHEX}]{{44}}")
_LONGEST_INPUT = 128
_PUBLIC_CHARACTERS = 12
_KEY_BYTES = 16
_PRIVATE_BYTES = 6
_SESSION_BITS = 8
_COUNTS = 0x7FFF  # the bit above them says whether caps lock was on
_CRC_RESIDUE = 0xF0B8
_CRC_POLYNOMIAL = 0x8408


@dataclass(frozen=True, slots=True)
class YubikeyOtp:
    """What a key has typed, taken apart and not yet believed. The password is not in the repr.

    Args:
        public_id: Which key it says it is: 12 characters of modhex.
        otp: All 44 characters, in lower case.
    """

    public_id: str
    otp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class YubikeySecrets:
    """What is known of one key that is verified here. The secrets are not in the repr.

    Args:
        public_id: Its 12 characters of modhex.
        private_id: 6 bytes, which it encrypts.
        aes_key: 16 bytes.

    Raises:
        TypeError: One of them is of another type: hexadecimal is no bytes.
        ValueError: One of them is of another form.
    """

    public_id: str
    private_id: bytes = field(repr=False)
    aes_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        kinds = (("public_id", str), ("private_id", bytes), ("aes_key", bytes))
        for name, kind in kinds:
            if not isinstance(getattr(self, name), kind):
                msg = f"YubikeySecrets({name}=...) takes {kind.__name__}"
                raise TypeError(msg)
        if not _PUBLIC_ID.fullmatch(self.public_id):
            msg = "YubikeySecrets(public_id=...) takes 12 characters of modhex, in lower case"
            raise ValueError(msg)
        if len(self.private_id) != _PRIVATE_BYTES or len(self.aes_key) != _KEY_BYTES:
            msg = "YubikeySecrets takes a private_id of 6 bytes and an aes_key of 16"
            raise ValueError(msg)


def modhex_decode(text: str) -> bytes:
    """Decode modhex: hexadecimal in letters that are in one place on most keyboards.

    Args:
        text: An even number of the letters ``cbdefghijklnrtuv``.

    Raises:
        ValueError: There are others, or an odd number.
    """
    if set(text) - set(_MODHEX) or len(text) % 2:
        msg = "this is not modhex"
        raise ValueError(msg)
    return bytes.fromhex(text.translate(_TO_HEX))


def parse_otp(typed: str | None) -> YubikeyOtp | None:
    """Take apart what was typed into a field; blanks around it and letter case do not count.

    Args:
        typed: What was submitted, whatever it is; it never raises.

    Returns:
        The parts, or None if it is no password of a YubiKey.
    """
    if not isinstance(typed, str) or len(typed) > _LONGEST_INPUT or not typed.isascii():
        return None
    otp = typed.strip().lower()
    return YubikeyOtp(otp[:_PUBLIC_CHARACTERS], otp) if _OTP.fullmatch(otp) else None


def verify_yubikey_otp(
    secrets: YubikeySecrets, typed: str | None, *, after: int | None
) -> int | None:
    """Check a password with the key's secrets, without any server, and answer its counter.

    The counter grows with each password. Keep it, in one atomic move with the check that it is
    greater than the one before (`StepStore`). Keep one for each public id, and for ever, also where
    the key is not enrolled any more: a password has no time at which it is over.

    Args:
        secrets: Those of the person's own key.
        typed: What was submitted, whatever it is; it never raises.
        after: The counter that was last accepted from this key; passwords up to it are refused.
            None for a key that was not used here yet.

    Returns:
        The usage counter times 256 plus the session counter, or None if the password is wrong,
        another key's, or was accepted before.
    """
    parsed = parse_otp(typed)
    if parsed is None or parsed.public_id != secrets.public_id:
        return None
    block = modhex_decode(parsed.otp[_PUBLIC_CHARACTERS:])
    # One block, which holds random bits and is never repeated: Yubico's format has no mode.
    decryptor = Cipher(AES(secrets.aes_key), ECB()).decryptor()  # noqa: S305
    plain = decryptor.update(block) + decryptor.finalize()
    is_theirs = compare_digest(plain[:_PRIVATE_BYTES], secrets.private_id)
    if not is_theirs & (_crc16(plain) == _CRC_RESIDUE):
        return None
    usage = int.from_bytes(plain[6:8], "little") & _COUNTS
    counter = usage << _SESSION_BITS | plain[11]
    return counter if after is None or counter > after else None


def _crc16(data: bytes) -> int:
    """Compute the CRC-16 of ISO/IEC 13239, over data that ends with its own checksum."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_CRC_POLYNOMIAL if crc & 1 else 0)
    return crc
