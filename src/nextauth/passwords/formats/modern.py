"""Owns Argon2 and bcrypt (through pwdlib), and passlib's own formats (through libpass)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from nextauth.passwords.formats.base import BCRYPT_BYTES, Format
from nextauth.passwords.formats.libpass import by_libpass
from nextauth.passwords.limits import CostLimits

__all__ = ["ARGON2", "BCRYPT", "FORMATS", "few_rounds", "little_memory"]

_ARGON2 = Argon2Hasher()
_BCRYPT = BcryptHasher()
_BYTES_PER_KIB = 1024


def few_rounds(found: re.Match[str], limits: CostLimits) -> bool:
    """Tell whether a PBKDF2 hash has no more rounds than it may."""
    return 1 <= int(found["rounds"]) <= limits.pbkdf2


def little_memory(n: int, r: int, p: int, limits: CostLimits) -> bool:
    """Tell whether scrypt (RFC 7914) stays within the limits with these parameters."""
    if n < 2 or n & (n - 1) or r < 1 or p < 1:  # noqa: PLR2004 - a power of two above one
        return False
    memory = 128 * n * r // _BYTES_PER_KIB
    return memory <= limits.memory and memory * p <= limits.traffic


def _argon2(password: str, found: re.Match[str]) -> bool:
    return _ARGON2.verify(password, found["hash"])


def _argon2_is_affordable(found: re.Match[str], limits: CostLimits) -> bool:
    memory = int(found["memory"])
    return memory <= limits.memory and memory * int(found["passes"]) <= limits.traffic


def _bcrypt(password: str, found: re.Match[str]) -> bool:
    return _BCRYPT.verify(password, found["hash"])


def _bcrypt_is_affordable(found: re.Match[str], limits: CostLimits) -> bool:
    return 4 <= int(found["rounds"]) <= limits.bcrypt  # noqa: PLR2004 - bcrypt's least


def _scrypt_is_affordable(found: re.Match[str], limits: CostLimits) -> bool:
    return little_memory(1 << int(found["log_n"]), int(found["r"]), int(found["p"]), limits)


ARGON2 = Format(
    name="argon2",
    family="argon2",
    pattern=re.compile(
        r"(?P<hash>\$argon2(?:id|i|d)\$(?:v=[0-9]{1,2}\$)?"
        r"m=(?P<memory>[0-9]{1,10}),t=(?P<passes>[0-9]{1,10}),p=[0-9]{1,2}"
        r"\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{8,256})"
    ),
    verify=_argon2,
    is_affordable=_argon2_is_affordable,
    is_argon2=True,
)

# Not `$2x$`: it stands for hashes of a mistake in an old library, which no other repeats.
BCRYPT = Format(
    name="bcrypt",
    family="bcrypt",
    pattern=re.compile(
        r"(?P<hash>\$2[aby]\$(?P<rounds>[0-9]{2})\$[A-Za-z0-9./]{21}[.Oeu][A-Za-z0-9./]{31})"
    ),
    verify=_bcrypt,
    is_affordable=_bcrypt_is_affordable,
    longest=BCRYPT_BYTES,
)

_BCRYPT_SHA256 = Format(
    name="passlib_bcrypt_sha256",
    family="bcrypt",
    pattern=re.compile(
        r"(?P<hash>\$bcrypt-sha256\$(?:v=2,t=2b,r=|2[ab],)(?P<rounds>[0-9]{1,2})"
        r"\$[A-Za-z0-9./]{21}[.Oeu]\$[A-Za-z0-9./]{31})"
    ),
    verify=by_libpass("bcrypt_sha256"),
    is_affordable=_bcrypt_is_affordable,
)

_SCRYPT = Format(
    name="passlib_scrypt",
    family="scrypt",
    pattern=re.compile(
        r"(?P<hash>\$scrypt\$ln=(?P<log_n>[0-9]{1,2}),r=(?P<r>[0-9]{1,4}),p=(?P<p>[0-9]{1,4})"
        r"\$[A-Za-z0-9+/]{0,128}\$[A-Za-z0-9+/]{43})"
    ),
    verify=by_libpass("scrypt"),
    is_affordable=_scrypt_is_affordable,
)


def _pbkdf2(digest: str, length: int) -> Format:
    middle = "" if digest == "sha1" else f"-{digest}"
    return Format(
        name=f"passlib_pbkdf2_{digest}",
        family="pbkdf2",
        pattern=re.compile(
            rf"(?P<hash>\$pbkdf2{middle}\$(?P<rounds>[0-9]{{1,10}})"
            rf"\$[A-Za-z0-9./]{{0,128}}\$[A-Za-z0-9./]{{{length}}})"
        ),
        verify=by_libpass(f"pbkdf2_{digest}"),
        is_affordable=few_rounds,
    )


FORMATS: Sequence[Format] = (
    ARGON2,
    BCRYPT,
    _BCRYPT_SHA256,
    _SCRYPT,
    _pbkdf2("sha1", 27),
    _pbkdf2("sha256", 43),
    _pbkdf2("sha512", 86),
)
