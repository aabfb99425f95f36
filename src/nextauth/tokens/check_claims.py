"""Owns how tokens of a sign-in under way are told from sessions, where one key sealed both.

Before 4.24.5 NextAuth sealed its check cookies (state, nonce, PKCE) with the session's key. Whoever
begins a sign-in gets one. Taken for a session, it would be one of nobody, and yet one.
"""

from __future__ import annotations

from nextauth.errors import TokenError
from nextauth.tokens.jwe import OpenedToken

__all__ = ["session_only"]

_OF_A_CHECK = frozenset({"value", "code_verifier", "state", "nonce"})
_WITH_TIMES = _OF_A_CHECK | {"iat", "exp", "jti"}


def session_only(opened: OpenedToken) -> OpenedToken:
    """Answer a token as it is, unless it holds no more than a check cookie does.

    Args:
        opened: An authenticated token.

    Raises:
        TokenError: It is of a sign-in under way.
    """
    names = opened.claims.keys()
    if not names.isdisjoint(_OF_A_CHECK) and names <= _WITH_TIMES:
        reason = "not-claims"
        raise TokenError(reason)
    return opened
