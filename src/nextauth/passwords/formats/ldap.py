"""Owns the hashes of LDAP servers, ``{SCHEME}`` before the value (RFC 2307, 5.3).

The scheme's case does not matter, as in OpenLDAP.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nextauth.passwords.formats.base import Format
from nextauth.passwords.formats.crypts import CRYPTS
from nextauth.passwords.formats.libpass import by_libpass
from nextauth.passwords.formats.modern import ARGON2, few_rounds

__all__ = ["FORMATS"]

_AS_LDAP = "{ARGON2}"


def _digest(scheme: str, handler: str, value: str, family: str, *, is_weak: bool) -> Format:
    return Format(
        name=f"ldap_{scheme.lower()}",
        family=family,
        pattern=re.compile(rf"(?i:\{{{scheme}\}})(?P<hash>{value})"),
        verify=by_libpass(handler, f"{{{scheme}}}"),
        renewed=_AS_LDAP,
        is_weak=is_weak,
    )


def _salted(scheme: str, handler: str, digest: int) -> Format:
    # Of 4 to 16 bytes is the salt that libpass reads, and that servers write.
    least, most = -(-(digest + 4) * 4 // 3), -(-(digest + 16) * 4 // 3)
    value = rf"[A-Za-z0-9+/]{{{least},{most}}}={{0,2}}"
    return _digest(scheme, handler, value, "ldap_ssha", is_weak=False)


def _pbkdf2(scheme: str, handler: str, length: int) -> Format:
    return Format(
        name=f"ldap_{scheme.lower()}",
        family="ldap_pbkdf2",
        pattern=re.compile(
            rf"(?i:\{{{scheme}\}})(?P<hash>(?P<rounds>[1-9][0-9]{{0,9}})"
            rf"\$[A-Za-z0-9./]{{0,128}}\$[A-Za-z0-9./]{{{length}}})"
        ),
        verify=by_libpass(handler, f"{{{scheme}}}"),
        is_affordable=few_rounds,
        renewed=_AS_LDAP,
    )


FORMATS: Sequence[Format] = (
    _salted("SSHA", "ldap_salted_sha1", 20),
    _salted("SSHA256", "ldap_salted_sha256", 32),
    _salted("SSHA512", "ldap_salted_sha512", 64),
    _pbkdf2("PBKDF2", "ldap_pbkdf2_sha1", 27),
    _pbkdf2("PBKDF2-SHA256", "ldap_pbkdf2_sha256", 43),
    _pbkdf2("PBKDF2-SHA512", "ldap_pbkdf2_sha512", 86),
    *(
        each.within(r"(?i:\{CRYPT\})", "ldap_crypt", name=f"ldap_{each.name}", renewed=_AS_LDAP)
        for each in CRYPTS
    ),
    ARGON2.within(r"(?i:\{ARGON2\})", "ldap_argon2", name="ldap_argon2", renewed=_AS_LDAP),
    _digest("SHA", "ldap_sha1", "[A-Za-z0-9+/]{27}=", "ldap_sha", is_weak=True),
    _digest("MD5", "ldap_md5", "[A-Za-z0-9+/]{22}==", "ldap_md5", is_weak=True),
    _digest("SMD5", "ldap_salted_md5", "[A-Za-z0-9+/]{27,44}={0,2}", "ldap_smd5", is_weak=True),
)
