"""Owns what a text looks like, as one can tell without any key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from nextauth.cli.inspecting.causes import Cause
from nextauth.errors import TokenError
from nextauth.tokens import OlderShape, shape_of
from nextauth.tokens.jwe import b64url_decode

__all__ = [
    "enc_of",
    "is_cut",
    "is_misspelt",
    "older_release",
    "other_shape",
    "unwrapped",
]

_CSRF = re.compile(r"[0-9a-f]{64}\|[0-9a-f]{64}\Z")
_QUOTES = re.compile(r"""\\?["']""")
_URL = re.compile(r"(?:https?:/)?/")
_ENCODING = {"A256GCM": 22, "A256CBC-HS512": 43}
_TAG_BY_IV = {16: 22, 22: 43}  # letters of the IV, letters of the tag
_BEGINNING = re.compile(r"eyJ[A-Za-z0-9_-]*\Z")
_SEGMENTS = 5
_JWS_SEGMENTS = 3
_MOST_LAYERS = 3

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def _header_of(token: str) -> Mapping[str, Any] | None:
    """Answer the members of a token's header; None if it does not begin with one.

    Args:
        token: Anything.
    """
    try:
        return _decode(b64url_decode(token.partition(".")[0].encode("utf-8", "replace")))
    except (TokenError, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def enc_of(token: str) -> str | None:
    """Answer how a token is encrypted, as its header says; None if it says nothing that we know.

    Args:
        token: Anything.
    """
    enc = (_header_of(token) or {}).get("enc")
    return enc if isinstance(enc, str) and enc in _ENCODING else None


def other_shape(text: str) -> tuple[Cause, str] | None:
    """Answer what a text is that is no session of today, with more about it.

    Args:
        text: Anything.
    """
    plain = unquote(text)
    for pattern, cause in ((_CSRF, Cause.CSRF_COOKIE), (_URL, Cause.CALLBACK_COOKIE)):
        if pattern.match(plain):
            return cause, ""
    release = older_release(plain)
    if release is not None:
        return Cause.OLDER_RELEASE, f"Its shape is {release}'s; it needs accept=[Accept(...)]."
    segments = text.split(".")
    if _header_of(text) is None or not any(segments[1:2]):
        return None
    if len(segments) == _JWS_SEGMENTS:
        return Cause.FOREIGN, "It is a signed JWT, such as an access token."
    if len(segments) == _SEGMENTS:
        return Cause.FOREIGN, "It is encrypted for a key of another kind."
    return None


def older_release(text: str) -> str | None:
    """Answer which older release's sessions look like this; None: none's.

    Args:
        text: Anything, without percent-encoding.
    """
    shape = shape_of(text)
    # v4 is a dialect of today; by its shape alone it is nobody's older release.
    return None if shape in {None, OlderShape.ENCRYPTED} else shape.value


def is_cut(token: str) -> bool:
    """Tell whether the end of a token is missing, as far as its parts tell.

    Args:
        token: Anything.
    """
    segments = token.split(".")
    if len(segments) < _SEGMENTS:
        has_header = _header_of(token) is not None or _BEGINNING.match(segments[0]) is not None
        return has_header and not any(segments[1:2])
    # Without a header that can be read, the IV says which of the two it is.
    expected = _ENCODING.get(enc_of(token) or "") or _TAG_BY_IV.get(len(segments[2]), 0)
    return len(segments) == _SEGMENTS and len(segments[4]) < expected


def is_misspelt(token: str) -> bool:
    """Tell whether a token has a header of ours, and parts that no token has.

    Args:
        token: Anything.
    """
    if enc_of(token) is None:
        return False
    segments = token.encode("utf-8", "replace").split(b".")
    if len(segments) != _SEGMENTS:
        return True
    try:
        iv, _, tag = (b64url_decode(each) for each in segments[2:])
    except TokenError:
        return True
    lengths = (12, 16) if enc_of(token) == "A256GCM" else (16, 32)
    return (len(iv), len(tag)) != lengths


def unwrapped(text: str) -> tuple[str, Cause | None]:
    """Take off quotes and percent-encoding that are around a token; answer what there was.

    Args:
        text: Anything.
    """
    cause = None
    for _ in range(_MOST_LAYERS):
        without = _QUOTES.sub("", text)
        if without != text:
            text, cause = without, Cause.QUOTED
        decoded = unquote(text)
        if decoded != text:
            text, cause = decoded, Cause.PERCENT_ENCODED
    return text, cause
