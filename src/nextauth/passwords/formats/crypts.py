"""Owns the hashes of Unix, Apache and PHP: crypt's, ``$apr1$``, phpass's and WordPress's."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Sequence

from nextauth.passwords.formats.base import CRYPT_BYTES, LONGEST_PASSWORD, Format
from nextauth.passwords.formats.libpass import by_libpass
from nextauth.passwords.formats.modern import BCRYPT
from nextauth.passwords.limits import CostLimits

__all__ = ["CRYPTS", "FORMATS"]

_IMPLICIT_ROUNDS = "5000"
_PHPASS_ROUNDS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LEAST_CRYPT, _LEAST_PHPASS = 1_000, 7


def _sha_crypt_is_affordable(found: re.Match[str], limits: CostLimits) -> bool:
    rounds = int(found["rounds"] or _IMPLICIT_ROUNDS)
    return _LEAST_CRYPT <= rounds <= limits.sha_crypt


def _sha_crypt(number: int, bits: int, length: int) -> Format:
    return Format(
        name=f"sha{bits}_crypt",
        family=f"sha{bits}_crypt",
        pattern=re.compile(
            rf"(?P<hash>\${number}\$(?:rounds=(?P<rounds>[1-9][0-9]{{0,9}})\$)?"
            rf"[A-Za-z0-9./]{{0,16}}\$[A-Za-z0-9./]{{{length}}})"
        ),
        verify=by_libpass(f"sha{bits}_crypt"),
        is_affordable=_sha_crypt_is_affordable,
        longest=CRYPT_BYTES,
    )


def _md5_crypt(name: str, mark: str, handler: str) -> Format:
    return Format(
        name=name,
        family=name,
        pattern=re.compile(rf"(?P<hash>\${mark}\$[A-Za-z0-9./]{{0,8}}\$[A-Za-z0-9./]{{22}})"),
        verify=by_libpass(handler),
        longest=CRYPT_BYTES,
    )


def _phpass_is_affordable(found: re.Match[str], limits: CostLimits) -> bool:
    return _LEAST_PHPASS <= _PHPASS_ROUNDS.index(found["rounds"]) <= limits.phpass


def _wordpress(password: str, found: re.Match[str]) -> bool:
    """Compare as WordPress 6.8 and later do: bcrypt of an HMAC, so that it sees every byte."""
    digest = hmac.digest(b"wp-sha384", password.encode(), hashlib.sha384)
    return BCRYPT.verify(b64encode(digest).decode(), found)


_SHA256 = _sha_crypt(5, 256, 43)
_SHA512 = _sha_crypt(6, 512, 86)
_MD5 = _md5_crypt("md5_crypt", "1", "md5_crypt")

CRYPTS: Sequence[Format] = (_SHA256, _SHA512, _MD5, BCRYPT)
"""What Debian's ``crypt()`` makes and reads, but for DES, of which 8 characters count."""

FORMATS: Sequence[Format] = (
    _SHA256,
    _SHA512,
    _MD5,
    _md5_crypt("apr1", "apr1", "apr_md5_crypt"),
    Format(
        name="phpass",
        family="phpass",
        pattern=re.compile(
            r"(?P<hash>\$[PH]\$(?P<rounds>[A-Za-z0-9./])[A-Za-z0-9./]{8}[A-Za-z0-9./]{22})"
        ),
        verify=by_libpass("phpass"),
        is_affordable=_phpass_is_affordable,
        longest=CRYPT_BYTES,
    ),
    Format(
        name="wordpress",
        family="wordpress",
        pattern=re.compile(rf"\$wp{BCRYPT.pattern.pattern}"),
        verify=_wordpress,
        is_affordable=BCRYPT.is_affordable,
        longest=LONGEST_PASSWORD,
    ),
)
