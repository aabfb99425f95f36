"""``POST _log``: v4's client reports its own errors here; they are taken and discarded."""

from __future__ import annotations

from nextauth.actions.exchange import Exchange
from nextauth.web import Response

__all__ = ["discard"]


async def discard(_exchange: Exchange) -> Response:
    """Answer that all is well; anybody can write anything here, so that nothing is kept."""
    return Response.json({})
