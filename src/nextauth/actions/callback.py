"""``callback/ID``: where a provider's form, or its redirect, arrives; here people get signed in."""

from __future__ import annotations

from functools import partial

from nextauth.actions.exchange import Exchange
from nextauth.errors import UnknownAction
from nextauth.models import SubmittedCredentials
from nextauth.signin import Admitted, Attempt, Diverted, TurnedAway
from nextauth.web import Response
from nextauth.web.body import credentials_of

__all__ = ["act"]

_STATUS = {
    "CredentialsSignin": 401,
    "AccessDenied": 403,
    "StepUpMismatch": 403,
    "Configuration": 500,
}
_TRY_AGAIN = ("CredentialsSignin", "StepUpMismatch")


async def act(exchange: Exchange) -> Response:
    """Let the sign-in policy decide, and answer its verdict in the way that was asked for.

    Args:
        exchange: The request being answered.

    Raises:
        BadRequest: A submitted value is not text.
        PayloadTooLarge: A submitted value is too long.
    """
    provider, services = exchange.provider, exchange.services
    if provider is None:  # the route table sees to it
        message = "callback needs a provider's id"
        raise UnknownAction(message)
    credentials = SubmittedCredentials(credentials_of(exchange.body))
    callback_url = await exchange.callback_url()
    attempt = Attempt(
        provider=provider,
        credentials=credentials,
        request=exchange.request,
        cookies=exchange.cookies,
        origin=exchange.origin,
        at=partial(services.circumstances, exchange.request),
        expected=exchange.step_up_ticket(exchange.body.get("stepUp")),
    )
    entry = await services.policy.admit(attempt)
    match entry:
        case Admitted():
            exchange.to_set.extend(entry.cookies)
            return exchange.answer(callback_url)
        case Diverted():
            return exchange.answer(await exchange.permit(entry.url))
        case TurnedAway():
            carried = exchange.body.get("stepUp") if attempt.expected else None
            return _turn_away(exchange, entry, step_up=carried)


def _turn_away(exchange: Exchange, entry: TurnedAway, *, step_up: str | None) -> Response:
    if entry.ends_session:
        cookie = exchange.services.sessions.cookie_on(exchange.origin)
        exchange.to_set.extend(cookie.delete(exchange.cookies))
    pages = exchange.services.settings.pages
    again = entry.error in _TRY_AGAIN
    own, action = (pages.sign_in, "signin") if again else (pages.error, "error")
    carried = step_up if again else None
    url = exchange.page_url(own, action, error=entry.error, code=entry.code, stepUp=carried)
    return exchange.answer(url, status=_STATUS[entry.error])
