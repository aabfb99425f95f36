"""Owns when a token in the Authorization header says who is signed in, and how a 401 asks so."""

from __future__ import annotations

from nextauth.config import SessionOptions
from nextauth.sessions.lifecycle import Sessions
from nextauth.web import Cookies, Request
from nextauth.web.bearer import bearer_token

__all__ = ["challenge", "deciding_token", "is_read", "token_source"]


def is_read(options: SessionOptions) -> bool:
    """Tell whether tokens in that header are read at all, whoever made them.

    Args:
        options: What is accepted.
    """
    return options.bearer or options.accept_bearer


def token_source(options: SessionOptions, base_path: str) -> str:
    """Answer where a token comes from, in words for an API's document.

    Args:
        options: What is accepted.
        base_path: Where the routes are.
    """
    if options.bearer:
        return f"The token that POST {base_path}/callback answers."
    return "The value of the session cookie."


def deciding_token(
    request: Request, cookies: Cookies | None, sessions: Sessions, options: SessionOptions
) -> str | None:
    """Answer the token that decides who is signed in; None where a cookie does.

    A session cookie that came beside it decides, even a damaged one: else whoever can make a
    browser send a header would choose whose session a page works on.

    Args:
        request: The request.
        cookies: Its cookies, or None.
        sessions: Knows which of them are session cookies.
        options: Whether tokens are accepted there at all.
    """
    if not is_read(options) or (cookies is not None and sessions.cookie_came(cookies)):
        return None
    return bearer_token(request)


def challenge(request: Request, options: SessionOptions) -> str:
    """Answer the ``WWW-Authenticate`` header of a 401 (RFC 9110, 11.6.1; RFC 6750, 3).

    Args:
        request: The request that is refused.
        options: Whether tokens are accepted.
    """
    if not is_read(options):
        return "Cookie"
    return "Bearer" if bearer_token(request) is None else 'Bearer error="invalid_token"'
