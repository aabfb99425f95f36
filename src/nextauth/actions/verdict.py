"""Owns how the end of a try to sign in is answered, whichever step it came to."""

from __future__ import annotations

from nextauth.actions import bearer
from nextauth.actions.exchange import Exchange
from nextauth.signin import Admitted, Diverted, Entry, Held, TurnedAway
from nextauth.web import Response

__all__ = ["conclude"]

_STATUS = {
    "CredentialsSignin": 401,
    "AccessDenied": 403,
    "StepUpMismatch": 403,
    "SecondFactorRefused": 401,
    "SecondFactorExpired": 401,
    "SecondFactorMissing": 403,
    "Configuration": 500,
}
_TRY_AGAIN = ("CredentialsSignin", "StepUpMismatch", "SecondFactorExpired")


async def conclude(
    exchange: Exchange,
    entry: Entry,
    callback_url: str,
    *,
    step_up: str | None = None,
    method: str | None = None,
) -> Response:
    """Answer in the way that was asked for.

    Args:
        exchange: The request being answered.
        entry: What came of it.
        callback_url: Where the sign-in leads.
        step_up: What the sign-in page carries on, where only the same person may sign in.
        method: The second factor that was tried.

    Raises:
        Busy: The ``redirect`` callback found no worker.
    """
    match entry:
        case Admitted():
            if entry.token is not None:
                return Response.jwt(entry.token)
            exchange.to_set.extend(entry.cookies)
            return exchange.answer(callback_url)
        case Held():
            return _hold(exchange, entry)
        case Diverted():
            url = await exchange.permit(entry.url)
            # To a client without a browser 200 would be a token.
            status, error = (403, "AccessDenied") if exchange.is_bearer else (200, None)
            return exchange.answer(url, status=status, error=error)
        case TurnedAway():
            return _turn_away(exchange, entry, step_up=step_up, method=method)


def _hold(exchange: Exchange, entry: Held) -> Response:
    exchange.to_set.extend(entry.cookies)
    url = exchange.page_url(exchange.services.settings.pages.second_factor, "factor")
    if entry.handle is None:
        return exchange.answer(url)
    return bearer.told(url, 401, error=bearer.SECOND_FACTOR, pending=entry.handle)


def _turn_away(
    exchange: Exchange, entry: TurnedAway, *, step_up: str | None, method: str | None
) -> Response:
    if entry.ends_session:
        exchange.to_set.extend(exchange.carrier.delete())
    pages, error = exchange.services.settings.pages, entry.error
    query = {"error": error, "code": entry.code}
    if error == "SecondFactorRefused":
        url = exchange.page_url(pages.second_factor, "factor", **query, method=method)
    elif error in _TRY_AGAIN:
        url = exchange.page_url(pages.sign_in, "signin", **query, stepUp=step_up)
    else:
        url = exchange.page_url(pages.error, "error", **query)
    return exchange.answer(url, status=_STATUS[error], error=error, code=entry.code)
