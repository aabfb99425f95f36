"""``GET error`` and ``GET verify-request``: pages that only tell something."""

from __future__ import annotations

from nextauth.actions.exchange import Exchange
from nextauth.web import Response

__all__ = ["show_error", "show_verify_request"]


async def show_error(exchange: Exchange) -> Response:
    """Answer the page that says what went wrong and what to do next.

    Args:
        exchange: The request being answered.
    """
    error = exchange.asked("error")
    own = exchange.services.settings.pages.error
    if own is not None:
        return exchange.answer(exchange.page_url(own, "error", error=error))
    return exchange.services.pages.error(
        error=error, signin_url=exchange.path("signin"), home_url=f"{exchange.origin}/"
    )


async def show_verify_request(exchange: Exchange) -> Response:
    """Answer the page that says that an e-mail was sent.

    Args:
        exchange: The request being answered.
    """
    query = exchange.asked
    own = exchange.services.settings.pages.verify_request
    if own is not None:
        # As Auth.js does, so that a page for several providers can say which of them wrote.
        url = exchange.page_url(
            own, "verify-request", provider=query("provider"), type=query("type")
        )
        return exchange.answer(url)
    return exchange.services.pages.verify_request(
        home_url=f"{exchange.origin}/", host=exchange.origin.netloc
    )
