"""Owns the code that is sent by e-mail: how it is made, what is kept of it, and when it is right.

A code has so few digits that who sees its hash tries them all in a second. So what is kept is
HMAC-SHA-256 (RFC 2104) with a random salt and a key that is not in the store, over the code, the
address it went to and its end: none of them can be changed alone.

Guesses must be limited (NIST SP 800-63B, 5.1.3.2, for secrets below 64 bits; ASVS 5.0, 6.6.3),
and what is kept be taken out of its store, in one atomic move, before somebody is signed in.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

from nextauth.factors.mail.address import split_address

__all__ = ["KeptMailCode", "keep_mail_code", "new_mail_code", "verify_mail_code"]

_DIGITS = range(6, 11)
_DRAW_BYTES = 8
_MOST_DRAWS = 16  # one of 2**64 numbers is drawn again with a chance of 10**-9 at most
_SALT_BYTES = 16
_LEAST_PEPPER_BYTES = 16
_LIVES = range(120, 3_601)
_END_OF_TIME = 253_402_300_800  # the year 10000; who passes milliseconds is beyond it
_LONGEST_INPUT = 64
_DASHES = str.maketrans("", "", "-\u2010\u2011\u2012\u2013\u2014\u2212")
_SCHEME = "mc1"  # a prefix that another way to hash would change
_KEPT = re.compile(rf"{_SCHEME}\$([0-9]{{1,12}})\$([0-9a-f]{{32}})\$([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class KeptMailCode:
    """What is kept of a code that was sent. Neither the code nor its digest is in the repr.

    Args:
        expires: Unix seconds from which on the code is wrong.
        salt: 16 random bytes.
        digest: Of the code, its address and its end.
    """

    expires: int
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    def to_text(self) -> str:
        """Answer it as some 120 characters of ASCII."""
        return f"{_SCHEME}${self.expires}${self.salt.hex()}${self.digest.hex()}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote.

        Args:
            text: The text.

        Raises:
            ValueError: It is another one. The message does not hold it.
        """
        found = _KEPT.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            msg = "this is not what KeptMailCode.to_text() wrote"
            raise ValueError(msg)
        expires, salt, digest = found.groups()
        return cls(int(expires), bytes.fromhex(salt), bytes.fromhex(digest))


def new_mail_code(entropy: Callable[[int], bytes], digits: int = 8) -> str:
    """Make a code, each of its values as likely as any other.

    Secrets that are sent have 20 random bits at least (NIST SP 800-63B, 5.1.3.2; OWASP ASVS 5.0,
    6.5.4). Eight digits have 26.6; six have 19.9, which NIST lets pass as 20.

    Args:
        entropy: Answers that many random bytes, as ``secrets.token_bytes`` does.
        digits: How many, 6 to 10.

    Raises:
        ValueError: `digits` is out of range, or `entropy` gave another number of bytes, or none
            that can be used.
    """
    if not isinstance(digits, int) or digits not in _DIGITS:
        msg = f"new_mail_code(digits={digits!r}): use {_DIGITS[0]} to {_DIGITS[-1]}"
        raise ValueError(msg)
    codes = 10**digits
    # The last numbers, which are not enough for one of each code, are drawn again.
    fair = 2 ** (8 * _DRAW_BYTES) // codes * codes
    for _ in range(_MOST_DRAWS):
        drawn = int.from_bytes(_exactly(entropy, _DRAW_BYTES), "big")
        if drawn < fair:
            return f"{drawn % codes:0{digits}}"
    msg = "entropy answered nothing but the largest numbers: it is broken"
    raise ValueError(msg)


def keep_mail_code(  # noqa: PLR0913 - what the code is bound to, and what chance and time are
    code: str,
    *,
    address: str,
    at: float,
    entropy: Callable[[int], bytes],
    pepper: bytes,
    life: int = 600,
) -> KeptMailCode:
    """Answer what to keep in place of a code.

    Args:
        code: As `new_mail_code` made it.
        address: Where it is sent to. It is right only while the account has this address.
        at: Unix seconds, now.
        entropy: Answers that many random bytes, as ``secrets.token_bytes`` does.
        pepper: A key that is not where the result is kept, 16 bytes or more:
            ``Keyring([AUTH_SECRET]).purpose("mail-code")[0]``.
        life: Whole seconds for which it is right, 120 to 3600. More than 600 is too long for NIST
            SP 800-63B (5.1.3.2) and OWASP ASVS 5.0 (6.5.5).

    Raises:
        ValueError: One of them is out of its range. No message holds the code or the address.
    """
    compact = _digits(code)
    if compact is None:
        msg = f"keep_mail_code takes a code of {_DIGITS[0]} to {_DIGITS[-1]} digits"
        raise ValueError(msg)
    split_address(address)  # for what it raises
    if not isinstance(life, int) or life not in _LIVES:
        msg = f"keep_mail_code(life={life!r}): use {_LIVES[0]} to {_LIVES[-1]} seconds"
        raise ValueError(msg)
    if not 0 <= at < _END_OF_TIME - _LIVES[-1]:
        msg = f"keep_mail_code(at={at!r}) is no time; use Unix seconds"
        raise ValueError(msg)
    if len(pepper) < _LEAST_PEPPER_BYTES:
        msg = f"keep_mail_code(pepper=...) takes {_LEAST_PEPPER_BYTES} bytes or more"
        raise ValueError(msg)
    expires = int(at) + life
    salt = _exactly(entropy, _SALT_BYTES)
    return KeptMailCode(expires, salt, _digest(pepper, salt, expires, compact, address))


def verify_mail_code(
    kept: KeptMailCode,
    submitted: str | None,
    *,
    address: str | None,
    at: float,
    peppers: Iterable[bytes],
) -> bool:
    """Check a code. Blanks and dashes in it do not count.

    Args:
        kept: What is kept of the code that was sent last.
        submitted: What was submitted, whatever it is; it never raises.
        address: The address that the account has now. If it is another than the code was sent to,
            no code is right.
        at: Unix seconds, the server's.
        peppers: Keys that the code may have been kept under, such as those of every secret of the
            site: ``keyring.purpose("mail-code")``.
    """
    compact = _digits(submitted)
    if compact is None or not isinstance(address, str):
        return False
    is_right = False
    for pepper in peppers:  # all of them, whichever is the right one
        digest = _digest(pepper, kept.salt, kept.expires, compact, address)
        is_right |= hmac.compare_digest(digest, kept.digest)
    return is_right and at < kept.expires


def _digits(code: object) -> str | None:
    """Answer 6 to 10 ASCII digits, or None: other scripts' digits are none."""
    if not isinstance(code, str) or len(code) > _LONGEST_INPUT:
        return None
    compact = "".join(code.split()).translate(_DASHES)
    is_code = len(compact) in _DIGITS and compact.isascii() and compact.isdigit()
    return compact if is_code else None


def _digest(pepper: bytes, salt: bytes, expires: int, compact: str, address: str) -> bytes:
    # Each part but the last has a fixed length or its own end, so no two lists are one message.
    message = f"{_SCHEME}\0{salt.hex()}\0{expires}\0{compact}\0{address}"
    return hmac.digest(pepper, message.encode("utf-8", "surrogatepass"), "sha256")


def _exactly(entropy: Callable[[int], bytes], size: int) -> bytes:
    raw = entropy(size)
    if len(raw) != size:
        msg = f"entropy({size}) answered {len(raw)} bytes"
        raise ValueError(msg)
    return raw
