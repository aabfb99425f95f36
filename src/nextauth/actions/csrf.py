"""``GET csrf``: the token that a form carries where the browser's headers do not speak for it."""

from __future__ import annotations

from nextauth.actions.exchange import Exchange
from nextauth.web import Response

__all__ = ["show"]


async def show(exchange: Exchange) -> Response:
    """Answer this browser's CSRF token, and set its cookie where it has none.

    Args:
        exchange: The request being answered.
    """
    return Response.json({"csrfToken": exchange.csrf_token()})
