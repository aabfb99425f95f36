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
from nextauth.sessions import Resumed, identity_of, public_session, user_of, withheld_texts
from nextauth.tracebacks import describe_exception
from nextauth.web import Response

__all__ = ["show", "update"]

_log = logging.getLogger("nextauth.actions")


async def show(exchange: Exchange) -> Response:
    """Answer who is signed in; the cookie is written anew only where it is due.

    Args:
        exchange: The request being answered.
    """
    resumed = await exchange.services.sessions.resume(
        exchange.request, exchange.cookies, exchange.origin, look_only=exchange.look_only
    )
    exchange.to_set.extend(resumed.cookies)
    if resumed.ended is not None:
        await exchange.services.report_end(exchange.request, resumed)
    return await _answer(exchange, resumed, trigger=None, data=None)


async def update(exchange: Exchange) -> Response:
    """Hand what the client posted to the ``jwt`` callback, and answer the new session.

    Args:
        exchange: The request being answered.
    """
    data = exchange.body.get("data")
    resumed = await exchange.services.sessions.update(
        exchange.request, exchange.cookies, exchange.origin, data=data
    )
    exchange.to_set.extend(resumed.cookies)
    await exchange.services.report_end(exchange.request, resumed)
    if resumed.claims is not None:
        at = exchange.services.circumstances(exchange.request)
        await exchange.emit(SessionUpdated(at, *identity_of(resumed.claims)))
    return await _answer(exchange, resumed, trigger="update", data=data)


async def _answer(
    exchange: Exchange, resumed: Resumed, *, trigger: Trigger | None, data: object
) -> Response:
    claims = resumed.claims
    shown: Mapping[str, Any] | None = None
    if claims is not None:
        hook = None if exchange.look_only else exchange.services.session
        shown = public_session(claims)
        if hook is not None:
            params = SessionParams(shown, claims, user_of(claims), trigger, data)
            shown = await _through_callback(exchange, hook, params)
    if shown is None:
        return Response.json(exchange.services.settings.dialect.signed_out)
    try:
        return Response.json(shown)
    except (TypeError, ValueError, RecursionError) as error:
        _log_failure(error, claims or {}, data)
        return Response.json(exchange.services.settings.dialect.signed_out)


async def _through_callback(
    exchange: Exchange, hook: Hook, params: SessionParams
) -> Mapping[str, Any] | None:
    try:
        answer = await hook(exchange.request.runtime, params)
    except Busy:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it raises, nobody is shown signed in
        _log_failure(error, params.token, params.new_session)
        return None
    if not isinstance(answer, Mapping):
        message = f"callbacks.session answered a {type(answer).__name__}. Return a dict."
        _log_failure(CallbackError(message), params.token, params.new_session)
        return None
    return answer


def _log_failure(error: Exception, claims: Mapping[str, Any], data: object) -> None:
    _log.error(
        "callbacks.session failed; the client is told that nobody is signed in:\n%s",
        describe_exception(error, withhold=withheld_texts(claims, posted=data)),
        extra={"code": "callback-failed"},
    )
