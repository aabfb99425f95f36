"""Owns how a damaged token is told from one of another key, which only a diagnosis asks.

Without its tag nothing in a token is to be believed, so nobody is shown what comes out here: only
whether it looks like text. Under another key it looks like noise.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR

from nextauth.tokens.authjs import INFO as AUTHJS_INFO
from nextauth.tokens.keyring import Keyring
from nextauth.tokens.next_auth_v4 import INFO as NEXT_AUTH_V4_INFO

__all__ = ["resembles_ours"]

_BLOCK = 16
_GCM_IV = 12
_GCM_BYTES = 32
_CBC_BYTES = 64
_FIRST_COUNTER = (2).to_bytes(4, "big")  # 1 is the tag's (NIST SP 800-38D, 7.1)
_WINDOW = 32
_LEAST = 0.9
_SHORTEST = 24
_IV_SEGMENT = 2
_CIPHERTEXT_SEGMENT = 3
_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


def resembles_ours(token: str, keyring: Keyring, cookie_names: Iterable[str]) -> bool:
    """Tell whether a session token that does not open was sealed by a key of ours nevertheless.

    A changed IV of A256GCM leaves nothing to recognise: then the answer is no.

    Args:
        token: Anything that a client sent; segments at its end may be missing.
        keyring: The site's secrets.
        cookie_names: The session cookies' full names.
    """
    segments = token.split(".")
    if len(segments) <= _CIPHERTEXT_SEGMENT:
        return False
    iv, ciphertext = (_decoded(segments[number]) for number in (_IV_SEGMENT, _CIPHERTEXT_SEGMENT))
    if len(iv) == _GCM_IV:
        keys = keyring.derive(salt="", info=NEXT_AUTH_V4_INFO, length=_GCM_BYTES)
        modes: list[tuple[bytes, CTR | CBC]] = [(key, CTR(iv + _FIRST_COUNTER)) for key in keys]
        modes += [(key, CTR(iv + _FIRST_COUNTER)) for key in _authjs(keyring, cookie_names, 32)]
    elif len(iv) == _BLOCK:
        # The second half of the key enciphers; the first is the tag's (RFC 7518, 5.2.2.1).
        modes = [(key[32:], CBC(iv)) for key in _authjs(keyring, cookie_names, _CBC_BYTES)]
        ciphertext = ciphertext[: len(ciphertext) // _BLOCK * _BLOCK]
    else:
        return False
    return any(
        _is_text(Cipher(AES256(key), mode).decryptor().update(ciphertext)) for key, mode in modes
    )


def _authjs(keyring: Keyring, cookie_names: Iterable[str], length: int) -> Sequence[bytes]:
    return [
        key
        for name in cookie_names
        for key in keyring.derive(salt=name, info=AUTHJS_INFO.format(name), length=length)
    ]


def _decoded(segment: str) -> bytes:
    """Decode as much of a segment as is base64url."""
    found = _ALPHABET.match(segment)
    letters = found[0] if found else ""
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return urlsafe_b64decode(whole + "=" * (-len(whole) % 4))


def _is_text(plain: bytes) -> bool:
    starts = range(0, max(len(plain) - _WINDOW, 0) + 1, _BLOCK)  # one changed letter spoils a block
    windows = [plain[at : at + _WINDOW] for at in starts]
    texts = [each.decode("utf-8", "replace") for each in windows if len(each) >= _SHORTEST]
    # JSON has no control characters; of noise, two letters in five are none and are UTF-8.
    return any(
        sum(letter >= " " and letter not in "\x7f\ufffd" for letter in text) >= _LEAST * len(text)
        for text in texts
    )
