"""Owns how a token is taken from the Authorization header (RFC 6750, 2.1), and who asks for one."""

from __future__ import annotations

import re

from nextauth.web.request import Request

__all__ = ["LONGEST_BEARER", "accepts_jwt", "bearer_token", "is_browserless"]

# The scheme is any case (RFC 9110, 11.1); of the token's alphabet, only what a compact JWE holds.
_BEARER = re.compile(r"bearer +([A-Za-z0-9_.-]+)\Z", re.IGNORECASE)
_LONGEST = 16_400  # common servers take 8 or 16 KiB of one header
_SCHEME = re.compile(r"bearer(?: |\Z)", re.IGNORECASE)
_JWT = re.compile(r"(?:\A|,)[ \t]*application/jwt[ \t]*(?:\Z|[,;])", re.IGNORECASE)
_OF_BROWSERS = frozenset({b"cookie", b"origin", b"sec-fetch-site"})

LONGEST_BEARER = _LONGEST - len("bearer ")
"""Characters of a token that a client can bear."""


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


def is_browserless(request: Request) -> bool:
    """Tell whether no browser sent a request: it has none of what browsers add by themselves.

    Pages can neither add these headers nor take them away (Fetch, 2.2.2: forbidden header names).

    Args:
        request: The request.
    """
    return not any(name in _OF_BROWSERS for name, _ in request.headers)


def accepts_jwt(request: Request) -> bool:
    """Tell whether a request asks for a token: ``Accept: application/jwt`` (RFC 7519, 10.3.1).

    Args:
        request: The request.
    """
    accepted = request.header(b"accept")
    return accepted is not None and _JWT.search(accepted) is not None
