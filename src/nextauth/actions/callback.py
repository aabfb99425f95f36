"""``callback/ID``: where a provider's form, or its redirect, arrives; here people get signed in."""

from __future__ import annotations

from functools import partial

from nextauth.actions.exchange import Exchange
from nextauth.actions.verdict import conclude
from nextauth.errors import UnknownAction
from nextauth.models import SubmittedCredentials
from nextauth.signin import Admitted, Attempt
from nextauth.web import Response
from nextauth.web.body import credentials_of

__all__ = ["act"]


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
    credentials = SubmittedCredentials(credentials_of(exchange.body, long=provider.long_fields))
    callback_url = await exchange.callback_url()
    attempt = Attempt(
        provider=provider,
        credentials=credentials,
        request=exchange.request,
        cookies=exchange.cookies,
        origin=exchange.origin,
        carrier=exchange.carrier,
        at=partial(services.circumstances, exchange.request),
        expected=exchange.step_up_ticket(exchange.body.get("stepUp")),
        callback_url=callback_url,
        held=exchange.handle,
    )
    entry = await services.policy.admit(attempt)
    if isinstance(entry, Admitted):
        await exchange.end_pending()  # of an earlier sign-in, which this one takes the place of
    carried = exchange.body.get("stepUp") if attempt.expected else None
    return await conclude(exchange, entry, callback_url, step_up=carried)
