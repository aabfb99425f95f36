"""``GET providers``: what one can sign in with, in the configuration's order."""

from __future__ import annotations

from nextauth.actions.exchange import Exchange
from nextauth.web import Response

__all__ = ["show"]


async def show(exchange: Exchange) -> Response:
    """Answer the providers by id, as the client libraries expect them.

    Args:
        exchange: The request being answered.
    """
    return Response.json(
        {
            provider.id: {
                "id": provider.id,
                "name": provider.name,
                "type": provider.type,
                "signinUrl": exchange.url(f"signin/{provider.id}"),
                "callbackUrl": exchange.url(f"callback/{provider.id}"),
            }
            for provider in exchange.services.settings.providers.values()
        }
    )
