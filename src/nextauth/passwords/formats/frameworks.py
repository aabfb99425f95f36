"""Owns the hashes that Django and Werkzeug (Flask's) write."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Sequence

from nextauth.passwords.formats.base import Format
from nextauth.passwords.formats.libpass import by_libpass
from nextauth.passwords.formats.modern import ARGON2, BCRYPT, few_rounds, little_memory
from nextauth.passwords.limits import CostLimits

__all__ = ["FORMATS"]

_DJANGO, _WERKZEUG = "django", "werkzeug"
_AS_DJANGO = "argon2"  # what stands before an Argon2 hash in Django
_SCRYPT_BYTES = 64


def _scrypt(password: str, found: re.Match[str]) -> bytes:
    n, r, p = int(found["n"]), int(found["r"]), int(found["p"])
    return hashlib.scrypt(
        password.encode(),
        salt=found["salt"].encode(),
        n=n,
        r=r,
        p=p,
        dklen=_SCRYPT_BYTES,
        maxmem=128 * r * (n + p + 2) + 1024,  # what OpenSSL says that it needs, and some
    )


def _scrypt_is_affordable(found: re.Match[str], limits: CostLimits) -> bool:
    return little_memory(int(found["n"]), int(found["r"]), int(found["p"]), limits)


def _django_scrypt(password: str, found: re.Match[str]) -> bool:
    made = b64encode(_scrypt(password, found)).decode()
    return hmac.compare_digest(made, found["digest"])


def _werkzeug_scrypt(password: str, found: re.Match[str]) -> bool:
    return hmac.compare_digest(_scrypt(password, found).hex(), found["digest"])


def _werkzeug_pbkdf2(password: str, found: re.Match[str]) -> bool:
    made = hashlib.pbkdf2_hmac(
        found["name"], password.encode(), found["salt"].encode(), int(found["rounds"])
    )
    return hmac.compare_digest(made.hex(), found["digest"])


def _django_pbkdf2(name: str, length: int) -> Format:
    return Format(
        name=f"django_{name}",
        family=_DJANGO,
        pattern=re.compile(
            rf"(?P<hash>{name}\$(?P<rounds>[1-9][0-9]{{0,9}})"
            rf"\$[A-Za-z0-9]{{1,128}}\$[A-Za-z0-9+/]{{{length}}}=)"
        ),
        verify=by_libpass(f"django_{name}"),
        is_affordable=few_rounds,
        renewed=_AS_DJANGO,
    )


def _django_digest(name: str, length: int) -> Format:
    return Format(
        name=f"django_{name}",
        family=f"django_{name}",
        pattern=re.compile(rf"(?P<hash>{name}\$[A-Za-z0-9]{{1,128}}\$[0-9a-f]{{{length}}})"),
        verify=by_libpass(f"django_salted_{name}"),
        renewed=_AS_DJANGO,
        is_weak=True,
    )


FORMATS: Sequence[Format] = (
    _django_pbkdf2("pbkdf2_sha256", 43),
    _django_pbkdf2("pbkdf2_sha1", 27),
    ARGON2.within("argon2", _DJANGO, name="django_argon2", renewed=_AS_DJANGO),
    BCRYPT.within(r"bcrypt\$", _DJANGO, name="django_bcrypt", renewed=_AS_DJANGO),
    Format(
        name="django_bcrypt_sha256",
        family=_DJANGO,
        pattern=re.compile(
            r"(?P<hash>bcrypt_sha256\$\$2[aby]\$(?P<rounds>[0-9]{2})"
            r"\$[A-Za-z0-9./]{21}[.Oeu][A-Za-z0-9./]{31})"
        ),
        verify=by_libpass("django_bcrypt_sha256"),
        is_affordable=BCRYPT.is_affordable,
        renewed=_AS_DJANGO,
    ),
    Format(
        name="django_scrypt",
        family=_DJANGO,
        pattern=re.compile(
            r"scrypt\$(?P<n>[0-9]{1,10})\$(?P<salt>[A-Za-z0-9]{1,128})"
            r"\$(?P<r>[0-9]{1,4})\$(?P<p>[0-9]{1,4})\$(?P<digest>[A-Za-z0-9+/]{86}==)"
        ),
        verify=_django_scrypt,
        is_affordable=_scrypt_is_affordable,
        renewed=_AS_DJANGO,
    ),
    _django_digest("md5", 32),
    _django_digest("sha1", 40),
    Format(
        name="werkzeug_scrypt",
        family=_WERKZEUG,
        pattern=re.compile(
            r"scrypt:(?P<n>[0-9]{1,10}):(?P<r>[0-9]{1,4}):(?P<p>[0-9]{1,4})"
            r"\$(?P<salt>[A-Za-z0-9]{1,128})\$(?P<digest>[0-9a-f]{128})"
        ),
        verify=_werkzeug_scrypt,
        is_affordable=_scrypt_is_affordable,
    ),
    Format(
        name="werkzeug_pbkdf2",
        family=_WERKZEUG,
        pattern=re.compile(
            r"pbkdf2:(?P<name>sha1|sha224|sha256|sha384|sha512):(?P<rounds>[1-9][0-9]{0,9})"
            r"\$(?P<salt>[A-Za-z0-9]{1,128})\$(?P<digest>[0-9a-f]{40,128})"
        ),
        verify=_werkzeug_pbkdf2,
        is_affordable=few_rounds,
    ),
)
