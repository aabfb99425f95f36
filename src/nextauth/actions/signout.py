"""``GET signout`` asks; ``POST signout`` ends the session and makes the browser forget it.

A client without a browser forgets its token by itself, so that ending it is all that it can ask
for: where that cannot be done, it is told so, and not that it is signed out.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from nextauth.actions import bearer
from nextauth.actions.exchange import Exchange
from nextauth.errors import StoreUnavailable
from nextauth.events import Circumstances, SignedOut, StoreFailed
from nextauth.sessions import identity_of
from nextauth.signin import out_of_service
from nextauth.web import Response

__all__ = ["act", "show"]

_log = logging.getLogger("nextauth.actions")


async def show(exchange: Exchange) -> Response:
    """Answer the page that asks for confirmation.

    Args:
        exchange: The request being answered.
    """
    callback_url = await exchange.callback_url()
    own = exchange.services.settings.pages.sign_out
    if own is not None:
        return exchange.answer(exchange.page_url(own, "signout"))
    return exchange.services.pages.signout(
        action=exchange.path("signout"),
        csrf_token=exchange.csrf_token(),
        callback_url=callback_url,
        form_action=exchange.form_origins,
    )


async def act(exchange: Exchange) -> Response:
    """End the session, and a sign-in that waits. A cookie that does not open goes as well.

    Args:
        exchange: The request being answered.

    Raises:
        Busy: The store cannot be asked, and nobody but it could end the token that is borne.
    """
    services = exchange.services
    callback_url = await exchange.callback_url()
    carrier = exchange.carrier
    opened = carrier.open(services.clock())
    exchange.to_set.extend(carrier.delete())
    await exchange.end_pending()
    if opened is not None and exchange.is_bearer and services.settings.revocation is None:
        error = bearer.REVOCATION_MISSING
        url = exchange.page_url(services.settings.pages.error, "error", error=error)
        return exchange.answer(url, status=400, error=error)
    if opened is not None:
        at = services.circumstances(exchange.request)
        await _end(exchange, opened.claims, at)
        exchange.emit(SignedOut(at, *identity_of(opened.claims)))
    return exchange.answer(callback_url)


async def _end(exchange: Exchange, claims: Mapping[str, Any], at: Circumstances) -> None:
    services = exchange.services
    try:
        await services.sessions.end(claims)
    except StoreUnavailable as error:
        if exchange.is_bearer:
            raise out_of_service(error) from error
        # This browser forgets its cookie all the same; a copy of it may live on.
        _log.error(
            "Somebody signed out, and their session could not be ended: %s",
            error,
            extra={"code": error.code},
        )
        assert services.settings.revocation is not None  # noqa: S101 - for the type checker
        store = type(services.settings.revocation.store).__name__
        exchange.emit(StoreFailed(at, store, "sessions", "open"))
