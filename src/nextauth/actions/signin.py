"""``GET signin`` shows the sign-in page; ``POST signin/ID`` starts a provider's flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.actions.exchange import Exchange
from nextauth.providers import BegunProvider
from nextauth.sessions import StepUpTicket
from nextauth.web import Response
from nextauth.web.urls import add_query

if TYPE_CHECKING:
    from nextauth.pages import ProviderForm

__all__ = ["show", "start"]


async def show(exchange: Exchange) -> Response:
    """Answer the sign-in page, of one provider where the path names it.

    Args:
        exchange: The request being answered.
    """
    query = exchange.asked
    callback_url = await exchange.callback_url()
    error, code = query("error"), query("code")
    text = exchange.request.query_value("stepUp")
    own = exchange.services.settings.pages.sign_in
    if own is not None:
        url = exchange.page_url(
            own, "signin", callbackUrl=callback_url, error=error, code=code, stepUp=text
        )
        return exchange.answer(url)
    ticket = exchange.step_up_ticket(text)
    return exchange.services.pages.signin(
        forms=_forms(exchange, ticket),
        csrf_token=exchange.csrf_token(),
        callback_url=callback_url,
        error=error or (None if ticket is None else "StepUpRequired"),
        code=code,
        form_action=exchange.form_origins,
        step_up=None if ticket is None else text,
        script=_script(exchange),
    )


def _script(exchange: Exchange) -> str | None:
    """Answer the script of the sign-in page: all providers that need one need the same."""
    providers = exchange.services.settings.providers.values()
    return next((each.script for each in providers if each.script is not None), None)


def _forms(exchange: Exchange, ticket: StepUpTicket | None) -> list[ProviderForm]:
    from nextauth.pages import ProviderForm  # noqa: PLC0415 - loaded with the first page

    configured = exchange.services.settings.providers
    chosen = exchange.provider if ticket is None else configured.get(ticket.provider)
    providers = [
        each
        for each in configured.values()
        if chosen in (None, each) or (ticket is not None and each.vouches_for_others)
    ]
    return [
        ProviderForm(
            id=provider.id,
            name=provider.name,
            action=exchange.path(f"callback/{provider.id}"),
            fields=provider.fields,
            begins_at=exchange.path(f"signin/{provider.id}") if provider.script else None,
        )
        for provider in providers
        if provider.fields
    ]


async def start(exchange: Exchange) -> Response:
    """Send the person to the sign-in page, where a credentials provider's form is.

    A provider that has to be begun is, for its own script.

    Args:
        exchange: The request being answered.
    """
    provider = exchange.provider
    if exchange.wants_json and isinstance(provider, BegunProvider):
        return Response.json(await provider.begin())
    callback_url = await exchange.callback_url()
    own = exchange.services.settings.pages.sign_in
    if own is not None:
        return exchange.answer(exchange.page_url(own, "signin", callbackUrl=callback_url))
    return exchange.answer(add_query(exchange.url("signin"), {"callbackUrl": callback_url}))
