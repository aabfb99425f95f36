"""Owns how a code is computed: HOTP (RFC 4226), by pyotp."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

try:
    from pyotp import TOTP
except ImportError as _error:  # pragma: no cover - the tests run with pyotp
    message = "time-based codes need pyotp: pip install 'nextauth[factors]'"
    raise ImportError(message) from _error

__all__ = ["DIGESTS", "Generator"]

DIGESTS: dict[str, Callable[[], object]] = {
    "SHA1": hashlib.sha1,
    "SHA256": hashlib.sha256,
    "SHA512": hashlib.sha512,
}
_SEPARATORS = str.maketrans("", "", " -=\t\n")
_LABELLED = "otpauth://totp/"
_COUNTERS = range(2**64)  # RFC 4226, 5.1: 8 bytes
_NOT_BASE32 = "the TOTP secret is not base32, or far too short"


class Generator:
    """Computes the codes of one secret. Neither the secret nor a code is in the repr.

    Args:
        secret: Base32 (RFC 4648, 6), in either case; blanks, dashes and padding are left out.
        digits: Digits of a code.
        period: Seconds of a step; for `uri` only.
        algorithm: A key of `DIGESTS`.
        least_bits: Fewer are refused.

    Raises:
        ValueError: The secret is not base32, or too short. The message does not hold it.
    """

    __slots__ = ("_totp",)

    def __init__(
        self, secret: str, *, digits: int, period: int, algorithm: str, least_bits: int
    ) -> None:
        if not secret.isascii():  # before `upper`, which makes ASCII letters of some others
            raise ValueError(_NOT_BASE32)
        compact = secret.translate(_SEPARATORS).upper()
        try:
            self._totp = _Totp(compact, digits=digits, digest=DIGESTS[algorithm], interval=period)
            bits = 8 * len(self._totp.byte_secret())
        except ValueError:  # binascii's among them
            raise ValueError(_NOT_BASE32) from None
        if bits < least_bits:
            msg = f"the TOTP secret has {bits} bits; {least_bits} are asked for"
            raise ValueError(msg)

    def __repr__(self) -> str:
        return "Generator()"

    def code(self, counter: int) -> str:
        """Compute the code of a counter, or of a time step (RFC 4226, 5.3).

        Args:
            counter: 0 to 2**64 - 1.

        Raises:
            ValueError: It is out of that range.
        """
        if counter not in _COUNTERS:
            msg = f"Generator.code({counter!r}): use 0 to 2**64 - 1"
            raise ValueError(msg)
        return self._totp.generate_otp(counter)

    def uri(self, *, account: str, issuer: str) -> str:
        """Answer the ``otpauth://`` address of the secret, with every part escaped.

        Args:
            account: Whose it is.
            issuer: Whose site it is.
        """
        uri = self._totp.provisioning_uri(name=account, issuer_name=issuer)
        # pyotp leaves slashes in the label, which some programs take for the end of it.
        label, mark, query = uri.removeprefix(_LABELLED).partition("?")
        return f"{_LABELLED}{label.replace('/', '%2F')}{mark}{query}"


class _Totp(TOTP):
    # We ask for bits by `least_bits`, and pyotp for at least so many: those of systems that exist.
    min_secret_length_bits = 80
