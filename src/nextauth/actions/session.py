"""``GET session`` shows the client who is signed in; ``POST session`` updates what is kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from nextauth.actions.exchange import Exchange
from nextauth.callbacks import SessionParams, Trigger
from nextauth.errors import Busy, CallbackError
from nextauth.events import SessionUpdated
from nextauth.hooks import Hook
from nextauth.sessions import identity_of, public_session, shown_claims, user_of, withheld_texts
from nextauth.tracebacks import describe_exception
from nextauth.web import Response

__all__ = ["show", "update"]

_log = logging.getLogger("nextauth.actions")


async def show(exchange: Exchange) -> Response:
    """Answer who is signed in; the cookie is written anew only where it is due.

    Args:
        exchange: The request being answered.
    """
    services = exchange.services
    resumed = await services.sessions.resume(
        exchange.request, exchange.cookies, exchange.origin, look_only=exchange.look_only
    )
    if resumed.cookies:
        exchange.to_set.extend(resumed.cookies)
    if resumed.incidents:
        services.report(exchange.request, resumed)
    if resumed.claims is None:
        return Response.json(services.settings.dialect.signed_out)
    if services.session is None or exchange.look_only:
        return Response.json(public_session(resumed.claims))
    return await _through_callback(exchange, services.session, resumed.claims)


async def update(exchange: Exchange) -> Response:
    """Hand what the client posted to the ``jwt`` callback, and answer the new session.

    Args:
        exchange: The request being answered.
    """
    services = exchange.services
    data = exchange.body.get("data")
    resumed = await services.sessions.update(
        exchange.request, exchange.cookies, exchange.origin, data=data
    )
    exchange.to_set.extend(resumed.cookies)
    if resumed.incidents:
        services.report(exchange.request, resumed)
    if resumed.claims is None:
        return Response.json(services.settings.dialect.signed_out)
    at = services.circumstances(exchange.request)
    exchange.emit(SessionUpdated(at, *identity_of(resumed.claims)))
    if services.session is None:
        return Response.json(public_session(resumed.claims))
    return await _through_callback(
        exchange, services.session, resumed.claims, trigger="update", data=data
    )


async def _through_callback(
    exchange: Exchange,
    hook: Hook,
    claims: Mapping[str, Any],
    *,
    trigger: Trigger | None = None,
    data: object = None,
) -> Response:
    params = SessionParams(
        public_session(claims), shown_claims(claims), user_of(claims), trigger, data
    )
    try:
        answer = await hook(exchange.request.runtime, params)
        if isinstance(answer, Mapping):
            return Response.json(answer)
        message = f"callbacks.session answered a {type(answer).__name__}. Return a dict."
        error: Exception = CallbackError(message)
    except Busy:
        raise
    except Exception as raised:  # noqa: BLE001 - whatever it raises, nobody is shown signed in
        error = raised
    _log_failure(error, claims, data)
    return Response.json(exchange.services.settings.dialect.signed_out)


def _log_failure(error: Exception, claims: Mapping[str, Any], data: object) -> None:
    _log.error(
        "callbacks.session failed; the client is told that nobody is signed in:\n%s",
        describe_exception(error, withhold=withheld_texts(claims, posted=data)),
        extra={"code": "callback-failed"},
    )
