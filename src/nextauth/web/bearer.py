"""Owns how a token is taken from the Authorization header (RFC 6750, 2.1)."""

from __future__ import annotations

import re

from nextauth.web.request import Request

__all__ = ["bearer_token"]

# The scheme is any case (RFC 9110, 11.1); of the token's alphabet, only what a compact JWE holds.
_BEARER = re.compile(r"bearer +([A-Za-z0-9_.-]+)\Z", re.IGNORECASE)
_LONGEST = 16_400  # common servers take 8 or 16 KiB of one header
_SCHEME = re.compile(r"bearer(?: |\Z)", re.IGNORECASE)


def bearer_token(request: Request) -> str | None:
    """Answer the token that a request bears; empty where it bears a malformed one.

    Nothing is decoded: a token that was percent-encoded on its way is malformed.

    Args:
        request: The request.

    Returns:
        None if the request names no token, or speaks another scheme.
    """
    header = request.header(b"authorization")
    if header is None or not _SCHEME.match(header):
        return None
    found = _BEARER.match(header) if len(header) <= _LONGEST else None
    return found[1] if found else ""
