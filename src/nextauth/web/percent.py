"""Owns percent-decoding (URL Standard, 1.3), in a time that no text can stretch.

The standard library decodes one escape at a time: 64 KiB of them take milliseconds, in which a
server reads hundreds of sessions. A text of many is decoded as a whole, and must be well-formed.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

__all__ = ["FEW_ESCAPES", "decode_single", "percent_decoder"]

FEW_ESCAPES = 256
"""So many may be decoded one by one, where ``%zz`` stands for itself."""


_ASCII = {
    written: chr(code)
    for code in range(128)
    for written in (f"{code:02x}", f"{code:02X}")  # of two digits at most one is a letter
}


def decode_single(text: str) -> str | None:
    """Decode a text with one escape, of an ASCII character: what most cookies and fields have.

    Args:
        text: The text.

    Returns:
        None where it has none, several, or another, so that `percent_decoder` has to decode it.
    """
    before, _, after = text.partition("%")
    letter = _ASCII.get(after[:2])
    return None if letter is None or "%" in after else f"{before}{letter}{after[2:]}"


def percent_decoder(escapes: int) -> Callable[[bytes], bytes]:
    """Answer what decodes the parts of a text.

    Args:
        escapes: How many ``%`` the whole text has.

    Returns:
        A function that raises ValueError on a malformed escape, unless there are few.
    """
    return unquote_to_bytes if escapes <= FEW_ESCAPES else _decode_at_once


def _decode_at_once(data: bytes) -> bytes:
    # `\x41` is Python's way to write `%41`, and its decoder is written in C.
    escaped = data.replace(b"\\", b"\\x5c").replace(b"%", b"\\x")
    return escaped.decode("unicode_escape").encode("latin-1")
