"""Owns which CBOR a decoder gets to see: the small part of it that authenticators write.

A general decoder takes tags (dates, big numbers, references that make cycles), indefinite lengths
and any depth. CTAP2's canonical form has none of these (CTAP 2.1, 8), and WebAuthn asks for that
form everywhere (WebAuthn Level 3, 2). So what has them is refused before anything decodes it.
"""

from __future__ import annotations

__all__ = ["end_of_item"]

_DEEPEST = 6  # CTAP 2.1, 8 allows four levels; an attestation object is one around them
_ONE_BYTE = 24
_RESERVED = 28  # from here on: reserved, and indefinite lengths
_SIMPLE = (20, 21, 22)  # false, true, null
_BYTES, _TEXT, _ARRAY, _MAP, _SPECIAL = 2, 3, 4, 5, 7


def end_of_item(data: bytes, at: int = 0) -> int:
    """Answer where the item ends that begins at `at`, all of it well-formed (RFC 8949, 3).

    Args:
        data: Whatever was sent.
        at: Where it begins.

    Raises:
        ValueError: It has no end within `data`, or parts that no authenticator writes.
    """
    return _end(data, at, 0)


def _end(data: bytes, at: int, depth: int) -> int:
    if depth > _DEEPEST:
        raise _not_canonical()
    major, minor, argument, at = _head(data, at)
    if major in (_BYTES, _TEXT):
        at += argument
    elif major in (_ARRAY, _MAP):
        count = argument if major == _ARRAY else 2 * argument
        if count > len(data) - at:  # each item has a byte at least
            raise _not_canonical()
        for _ in range(count):
            at = _end(data, at, depth + 1)
    elif major >= _ARRAY and not (major == _SPECIAL and minor in _SIMPLE):
        raise _not_canonical()
    if at > len(data):
        raise _not_canonical()
    return at


def _head(data: bytes, at: int) -> tuple[int, int, int, int]:
    """Answer major type, its five bits, the argument (RFC 8949, 3), and where the head ends."""
    if at >= len(data):
        raise _not_canonical()
    major, minor = data[at] >> 5, data[at] & 31
    at += 1
    if minor < _ONE_BYTE:
        return major, minor, minor, at
    if minor >= _RESERVED:
        raise _not_canonical()
    end = at + (1 << (minor - _ONE_BYTE))
    if end > len(data):
        raise _not_canonical()
    return major, minor, int.from_bytes(data[at:end], "big"), end


def _not_canonical() -> ValueError:
    return ValueError("not the CBOR of an authenticator")
