"""Owns how a client without a browser is answered: with a token, or with JSON that says why not.

A token is the whole body, as ``application/jwt`` (RFC 7519, 10.3.1), and comes with 200 only.
Everything else is JSON with ``url``, as it is for other programs, and ``error`` beside.
"""

from __future__ import annotations

from nextauth.web import Response

__all__ = ["REVOCATION_MISSING", "SECOND_FACTOR", "SESSION", "told"]

SECOND_FACTOR = "SecondFactorRequired"
"""The first proof was right, and there is no token before a second factor was proven."""

SESSION = "SessionRequired"
"""What was borne is nobody's token: it is damaged or over, or its session was ended."""

REVOCATION_MISSING = "RevocationMissing"
"""A token cannot be ended before its time, since nobody keeps which ones were."""

_UNAUTHORIZED = 401


def told(url: str, status: int, *, error: str | None = None, **more: str | None) -> Response:
    """Answer JSON; a 401 has a challenge beside (RFC 9110, 15.5.2; RFC 6750, 3).

    Args:
        url: Where a person would be sent.
        status: The status code.
        error: Why it is refused; None if it is not.
        more: Further members; None ones are left out.
    """
    members = {"url": url, "error": error, **more}
    present = {name: value for name, value in members.items() if value is not None}
    response = Response.json(present, status)
    if status == _UNAUTHORIZED:
        challenge = b'Bearer error="invalid_token"' if error == SESSION else b"Bearer"
        response.headers.append((b"www-authenticate", challenge))
    return response
