"""Owns recovery codes: shown once, kept as hashes, each good once.

A code has 120 random bits. That is why a fast hash is enough to keep it: nobody tries 2**120 of
them. NIST SP 800-63B (look-up secret verifiers) and OWASP ASVS 5.0, 6.5.2 draw the line at 112
bits; below it, they ask for a slow, salted password hash. The hash is HMAC-SHA-256 (RFC 2104) with
a random salt for each set, so that nobody can prepare one search for the codes of all accounts.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

__all__ = ["RecoveryCodes", "SpentCode", "new_recovery_codes", "spend_recovery_code"]

_CODE_BYTES = 15
_SALT_BYTES = 16
_GROUP = 4
_MOST = 100
_LONGEST_INPUT = 128
_SCHEME = "rc1"  # a prefix that another way to hash would change
# Crockford's base32: no I, L, O (read as digits) and no U. RFC 4648's letters, in the same order.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_FROM_RFC_4648 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET)
_LOOK_ALIKES = str.maketrans("ilo", "110", "-\u2010\u2011\u2012\u2013\u2014\u2212")
_CODE = re.compile(f"[{_ALPHABET}]{{24}}")


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """A new set. Neither the codes nor their hashes are in the repr.

    Args:
        codes: To show to their person, once, and to keep nowhere.
        hashes: To keep instead, in place of those of an older set.
    """

    codes: tuple[str, ...] = field(repr=False)
    hashes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpentCode:
    """A code that was right. Always true, also when it was the last one.

    Args:
        spent: Its hash. Delete exactly this one, and sign in only who has deleted it: of two
            requests with one code the second finds nothing to delete.
        remaining: The hashes that are left; tell the person when they are few.
    """

    spent: str = field(repr=False)
    remaining: tuple[str, ...] = field(repr=False)


def new_recovery_codes(entropy: Callable[[int], bytes], count: int = 10) -> RecoveryCodes:
    """Make a set of codes, such as ``k7dm-2q9x-v4hn-8rtw-3gzc-p5ja``, of 120 random bits each.

    Args:
        entropy: Answers that many random bytes, as ``secrets.token_bytes`` does.
        count: How many, 1 to 100.

    Raises:
        ValueError: `count` is out of range, or `entropy` gave too little or the same twice.
    """
    if count not in range(1, _MOST + 1):
        msg = f"new_recovery_codes(count={count!r}): use 1 to {_MOST}"
        raise ValueError(msg)
    salt = entropy(_SALT_BYTES)
    raws = [entropy(_CODE_BYTES) for _ in range(count)]
    is_full = len(salt) == _SALT_BYTES and all(len(raw) == _CODE_BYTES for raw in raws)
    if not is_full or len(set(raws)) != count:
        msg = "entropy answered too few bytes, or the same ones twice"
        raise ValueError(msg)
    plain = [b32encode(raw).decode("ascii").translate(_FROM_RFC_4648) for raw in raws]
    return RecoveryCodes(
        codes=tuple(_grouped(each) for each in plain),
        hashes=tuple(_hash(salt, each) for each in plain),
    )


def spend_recovery_code(hashes: Iterable[str], code: str | None) -> SpentCode | None:
    """Find the code among those that are left.

    Letter case, blanks and dashes do not count, and ``o``, ``i`` and ``l`` are read as the digits
    that they look like.

    Args:
        hashes: Those that are kept for the account. One that is damaged is right for no code.
        code: What was submitted, whatever it is; it never raises.

    Returns:
        Which one it was, or None.
    """
    plain = _plain(code)
    if plain is None:
        return None
    kept = tuple(hashes)
    found = None
    for each in kept:  # all of them, whichever is the right one
        if _is_hash_of(each, plain):
            found = each
    if found is None:
        return None
    return SpentCode(found, tuple(each for each in kept if each != found))


def _grouped(plain: str) -> str:
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def _plain(code: object) -> str | None:
    if not isinstance(code, str) or len(code) > _LONGEST_INPUT:
        return None
    compact = "".join(code.split()).lower().translate(_LOOK_ALIKES)
    return compact if _CODE.fullmatch(compact) else None


def _hash(salt: bytes, plain: str) -> str:
    digest = hmac.new(salt, plain.encode("ascii"), hashlib.sha256).hexdigest()
    return f"{_SCHEME}${salt.hex()}${digest}"


def _is_hash_of(kept: object, plain: str) -> bool:
    if not isinstance(kept, str):
        return False
    scheme, _, rest = kept.partition("$")
    try:
        salt = bytes.fromhex(rest.partition("$")[0])
    except ValueError:
        return False
    if scheme != _SCHEME or len(salt) != _SALT_BYTES:
        return False
    return hmac.compare_digest(_hash(salt, plain).encode(), kept.encode("utf-8", "replace"))
