"""Owns under which keys tries are counted: no name and no address leaves this process as it is.

What is written in many ways and may mean one account is counted as one. To take two accounts for
one costs little, since they share their tries; to take one for two would double a guesser's.
"""

from __future__ import annotations

import unicodedata
from itertools import islice

from nextauth.tokens import Keyring
from nextauth.tokens.mac import MacKey

__all__ = ["Names", "folded", "spelled"]

_PURPOSE = "throttle"
_KEY_DIGITS = 32  # 128 bits: no two names share a key
_LONGEST_NAME = 256  # an e-mail address has at most 254 characters (RFC 5321, 4.5.3.1.3)
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"})
# What shows nothing and is of another category (Unicode, Default_Ignorable_Code_Point).
_INVISIBLE = frozenset(
    chr(code)
    for code in (
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x3164, 0xFFA0),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    )
)


class Names:
    """Makes the keys: HMAC-SHA256 (RFC 2104), with a key of its own that comes from the secret.

    Args:
        keyring: The site's secrets; the newest makes the keys that are counted.
    """

    __slots__ = ("_keys",)

    def __init__(self, keyring: Keyring) -> None:
        self._keys = [MacKey(key) for key in keyring.purpose(_PURPOSE)]

    def of(self, kind: str, *parts: str) -> str:
        """Answer the key of something that is counted.

        Args:
            kind: What it is, such as ``"account"``; no two kinds share a key.
            parts: What it is called.
        """
        return _digest(self._keys[0], kind, parts)

    def every(self, kind: str, *parts: str) -> list[str]:
        """Answer the keys that it has, or had, by each of the secrets.

        Args:
            kind: What it is.
            parts: What it is called.
        """
        return [_digest(key, kind, parts) for key in self._keys]


def _digest(key: MacKey, kind: str, parts: tuple[str, ...]) -> str:
    named = "\0".join((kind, *parts)).encode("utf-8", "surrogatepass")
    return key.code(named).hex()[:_KEY_DIGITS]


def folded(name: str) -> str:
    """Answer a name as it is counted: without case, accents, blanks and what cannot be seen.

    NFKC and case folding (Unicode Standard Annex 15; Unicode, 3.13), and beyond them what
    databases and directories commonly take for equal, such as ``é`` and ``e`` (RFC 4518, 2).

    Args:
        name: What was submitted.
    """
    if name.isascii() and name.isprintable():
        return name.replace(" ", "").lower()[:_LONGEST_NAME]
    # What cannot be seen goes first, so that none of it comes between what belongs together; and
    # it is cut last, so that none of it takes the place of what can be seen.
    name = "".join(letter for letter in name if not _is_invisible(letter))
    name = unicodedata.normalize("NFKC", name).casefold()
    name = unicodedata.normalize("NFKD", name)
    letters = (each for each in name if not (unicodedata.combining(each) or _is_invisible(each)))
    return "".join(islice(letters, _LONGEST_NAME)).casefold()[:_LONGEST_NAME]


def spelled(name: str) -> str:
    """Answer a name as a browser is known by it: with accents, blanks, and all but letter case.

    Here to take two accounts for one would let one person's browser pass for another's.

    Args:
        name: What was submitted.
    """
    name = name.strip()
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _is_invisible(letter: str) -> bool:
    return letter in _INVISIBLE or unicodedata.category(letter) in _UNSEEN_CATEGORIES
