"""``GET session`` shows the client who is signed in; ``POST session`` updates what is kept.

To a client without a browser both answer the token to go on with: an update always, and a ``GET``
where it asks for ``application/jwt``. That is the one it bears as long as no other is due.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from nextauth.actions import bearer
from nextauth.actions.exchange import Exchange
from nextauth.callbacks import SessionParams, Trigger
from nextauth.errors import Busy, CallbackError
from nextauth.events import SessionUpdated
from nextauth.hooks import Hook
from nextauth.sessions import (
    Resumed,
    identity_of,
    public_session,
    shown_claims,
    user_of,
    withheld_texts,
)
from nextauth.tracebacks import describe_exception
from nextauth.web import Response

__all__ = ["show", "update"]

_log = logging.getLogger("nextauth.actions")


async def show(exchange: Exchange) -> Response:
    """Answer who is signed in; the cookie, or the token, is written anew only where it is due.

    Args:
        exchange: The request being answered.
    """
    services = exchange.services
    resumed = exchange.glance()
    if resumed is None:
        is_token = exchange.is_bearer and exchange.wants_token
        resumed = await exchange.ask(renews=is_token or not exchange.is_bearer)
        if is_token:
            return _token(exchange, resumed)
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
    resumed = await services.sessions.update(exchange.request, exchange.carrier, data=data)
    exchange.to_set.extend(resumed.cookies)
    if resumed.incidents:
        services.report(exchange.request, resumed)
    if resumed.claims is None:
        if exchange.is_bearer:
            return _token(exchange, resumed)
        return Response.json(services.settings.dialect.signed_out)
    at = services.circumstances(exchange.request)
    exchange.emit(SessionUpdated(at, *identity_of(resumed.claims)))
    if exchange.is_bearer:
        return _token(exchange, resumed)
    if services.session is None:
        return Response.json(public_session(resumed.claims))
    return await _through_callback(
        exchange, services.session, resumed.claims, trigger="update", data=data
    )


def _token(exchange: Exchange, resumed: Resumed) -> Response:
    """Answer the token to go on with; where nobody is signed in, that one has to sign in.

    Raises:
        Busy: Nobody can tell for now; whoever were told 401 would throw a good token away.
    """
    if resumed.is_for_now:
        message = "what the session's token depends on cannot be asked"
        raise Busy(message)
    token = resumed.token or exchange.borne
    if resumed.claims is None or not token:
        own, error = exchange.services.settings.pages.sign_in, bearer.SESSION
        return exchange.answer(
            exchange.page_url(own, "signin", error=error), status=401, error=error
        )
    return Response.jwt(token)


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
