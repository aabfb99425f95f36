"""Owns time-based codes: TOTP (RFC 6238), whose accepted step the caller keeps against replay.

pyotp computes the codes, and is imported with the first one.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from nextauth.factors.hotp import Generator

__all__ = ["STANDARD", "TotpOptions", "new_totp_secret", "totp_uri", "verify_totp"]

_ALGORITHMS = ("SHA1", "SHA256", "SHA512")
_DIGITS = range(6, 9)  # RFC 4226, 5.3: 6 at least, and possibly 7 and 8
_PERIODS = range(15, 121)
_TOLERANCES = range(6)
_LEAST_BITS = range(80, 513)
_SECRET_BYTES = 20  # RFC 4226, 4, R6: 160 bits are recommended
_LONGEST_INPUT = 64
_LONGEST_NAME = 254  # RFC 5321: an e-mail address
_END_OF_TIME = 253_402_300_800  # the year 10000; who passes milliseconds is beyond it


@dataclass(frozen=True, slots=True)
class TotpOptions:
    """How codes are made and how strictly their time is taken. Validates itself.

    The person's program gets all but the last two from `totp_uri`: what is changed later leaves
    those out who have enrolled before.

    Args:
        digits: Digits of a code: 6, 7 or 8 (RFC 4226, 5.3).
        period: Seconds of a step, 15 to 120 (RFC 6238, 5.2 recommends 30).
        algorithm: ``"SHA1"``, ``"SHA256"`` or ``"SHA512"`` (RFC 6238, 1.2). Some programs take the
            first, whatever they are told.
        tolerance: Steps before and after the current one that are accepted too, 0 to 5
            (RFC 6238, 5.2 recommends 1 at most).
        least_bits: Shorter secrets are refused, 80 or more (RFC 4226, 4, R6 asks for 128).

    Raises:
        ValueError: One of them is out of its range.
    """

    digits: int = 6
    period: int = 30
    algorithm: Literal["SHA1", "SHA256", "SHA512"] = "SHA1"
    tolerance: int = 1
    least_bits: int = 128

    def __post_init__(self) -> None:
        ranges = (
            ("digits", self.digits, _DIGITS),
            ("period", self.period, _PERIODS),
            ("tolerance", self.tolerance, _TOLERANCES),
            ("least_bits", self.least_bits, _LEAST_BITS),
        )
        for name, value, allowed in ranges:
            if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
                msg = f"TotpOptions({name}={value!r}): use {allowed[0]} to {allowed[-1]}"
                raise ValueError(msg)
        if self.algorithm not in _ALGORITHMS:
            msg = f"TotpOptions(algorithm={self.algorithm!r}): use one of {', '.join(_ALGORITHMS)}"
            raise ValueError(msg)

    @classmethod
    def standard(cls) -> Self:
        """Answer what every program understands: 6 digits, 30 seconds, SHA-1, one step around."""
        return cls()

    @classmethod
    def strict(cls) -> Self:
        """Answer `standard` without tolerance: a code lives 30 seconds (OWASP ASVS 5.0, 6.5.5).

        A clock that is wrong by half a minute keeps its person out.
        """
        return cls(tolerance=0)

    @classmethod
    def eight_digits(cls) -> Self:
        """Answer `standard` with a hundred times as many codes, for programs that show them."""
        return cls(digits=8)

    @classmethod
    def for_short_secrets(cls) -> Self:
        """Answer `standard` for secrets of 80 bits, which many older systems have handed out."""
        return cls(least_bits=80)

    @property
    def lifetime(self) -> int:
        """Seconds for which one code is accepted, and its step must be remembered."""
        return self.period * (2 * self.tolerance + 1)


STANDARD: TotpOptions = TotpOptions.standard()
"""What is used where nobody says otherwise."""


def new_totp_secret(entropy: Callable[[int], bytes]) -> str:
    """Make a secret of 160 random bits (RFC 4226, 4, R6), in base32 without padding.

    Args:
        entropy: Answers that many random bytes, as ``secrets.token_bytes`` does.

    Raises:
        ValueError: It answered another number of them.
    """
    raw = entropy(_SECRET_BYTES)
    if len(raw) != _SECRET_BYTES:
        msg = f"entropy({_SECRET_BYTES}) answered {len(raw)} bytes"
        raise ValueError(msg)
    return base64.b32encode(raw).decode("ascii")


def totp_uri(secret: str, *, account: str, issuer: str, options: TotpOptions = STANDARD) -> str:
    """Answer the ``otpauth://`` address that a person's program reads, mostly from `totp_qr`.

    It holds the secret: show it to its person only, never log it, never store it.

    Args:
        secret: As `new_totp_secret` made it.
        account: Whose it is, as the program shows it: an e-mail address or a name.
        issuer: Whose site it is, such as ``"Example"``.
        options: How codes are made.

    Raises:
        ValueError: A name is empty, too long, or has a colon, which the format does not allow
            (Key Uri Format, "Label"); or the secret is not one.
    """
    for which, name in (("account", account), ("issuer", issuer)):
        if not name.strip() or len(name) > _LONGEST_NAME or ":" in name:
            msg = f"totp_uri: {which} takes 1 to {_LONGEST_NAME} characters, none of them a colon"
            raise ValueError(msg)
        if not name.isprintable():
            msg = f"totp_uri: {which} has a character that cannot be shown"
            raise ValueError(msg)
    return _generator(secret, options).uri(account=account, issuer=issuer)


def verify_totp(
    secret: str,
    code: str | None,
    *,
    at: float,
    options: TotpOptions = STANDARD,
    after: int | None = None,
) -> int | None:
    """Check a code and answer the time step that it is the code of (RFC 6238, 4.2 and 5.2).

    "The verifier MUST NOT accept the second attempt of the OTP after the successful validation has
    been issued for the first" (RFC 6238, 5.2): keep the step, in one atomic move with the check
    that it is later than the one before (`StepStore`), and sign nobody in where that fails.

    Args:
        secret: The account's, in base32.
        code: What was submitted, whatever it is. Blanks in it do not count.
        at: Unix seconds, the server's.
        options: How codes are made and how strictly their time is taken.
        after: The step that was last accepted for this account; codes up to it are refused.

    Returns:
        The step, or None if the code is wrong, over, not yet good, or was accepted before.

    Raises:
        ValueError: The secret is none, or `at` is no time; never because of `code`.
    """
    if not 0 <= at < _END_OF_TIME:
        msg = f"verify_totp(at={at!r}) is no time; use Unix seconds"
        raise ValueError(msg)
    generator = _generator(secret, options)
    submitted = _digits(code, options.digits)
    if submitted is None:
        return None
    current = int(at // options.period)
    accepted = None
    # All are compared, whichever is the right one. Of two with one code the later counts, so that
    # the code is not good once more for it.
    for step in range(max(current - options.tolerance, 0), current + options.tolerance + 1):
        is_right = compare_digest(generator.code(step), submitted)
        if is_right and (after is None or step > after):
            accepted = step
    return accepted


def _digits(code: object, count: int) -> str | None:
    """Answer exactly `count` ASCII digits, or None: other scripts' digits are none."""
    if not isinstance(code, str) or len(code) > _LONGEST_INPUT:
        return None
    compact = "".join(code.split())
    is_code = len(compact) == count and compact.isascii() and compact.isdigit()
    return compact if is_code else None


def _generator(secret: str, options: TotpOptions) -> Generator:
    from nextauth.factors.hotp import Generator  # noqa: PLC0415 - pyotp comes with an extra

    return Generator(
        secret,
        digits=options.digits,
        period=options.period,
        algorithm=options.algorithm,
        least_bits=options.least_bits,
    )
