"""``factor``: where somebody who has proven one factor proves the second, by page or by JSON.

``GET factor`` tells what can be proven. ``POST factor/METHOD`` begins a method, where it has to be
begun and nothing was filled in, and else checks what came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from nextauth.actions.exchange import Exchange, texts_of
from nextauth.actions.verdict import conclude
from nextauth.errors import StoreUnavailable, UnknownAction
from nextauth.factors import Factor
from nextauth.fields import is_ticked
from nextauth.models import SubmittedCredentials
from nextauth.sessions import StepUpTicket
from nextauth.signin import (
    Answer,
    Attempt,
    PendingSignIn,
    TurnedAway,
    TwoSteps,
    out_of_service,
)
from nextauth.web import Response
from nextauth.web.body import credentials_of

if TYPE_CHECKING:
    from nextauth.pages import FactorForm

__all__ = ["act", "show"]

_TRUST = "trustDevice"
_EXPIRED = TurnedAway("SecondFactorExpired")
_REFUSED = TurnedAway("SecondFactorRefused")


async def show(exchange: Exchange) -> Response:
    """Answer what can be proven: as a page, or as JSON to a program.

    Args:
        exchange: The request being answered.

    Raises:
        UnknownAction: The path goes on.
        Busy: The store cannot be asked.
    """
    if exchange.words:
        message = "GET factor takes no further word in its path"
        raise UnknownAction(message)
    two_steps = _two_steps(exchange)
    pending = await _pending(exchange, two_steps)
    if pending is None:
        return await _expired(exchange)
    factors = _factors(two_steps, pending)
    if not factors:
        return await _expired(exchange)
    if not exchange.wants_page:
        return Response.json(_offer(two_steps, pending, factors))
    error, method = exchange.asked("error"), exchange.asked("method")
    own = exchange.services.settings.pages.second_factor
    if own is not None:
        return exchange.answer(exchange.page_url(own, "factor", error=error, method=method))
    chosen = next((each for each in factors if each.method == method), factors[0])
    try:
        form = await _form(exchange, two_steps, pending, chosen)
    except StoreUnavailable as failure:
        raise out_of_service(failure) from failure
    return exchange.services.pages.factor(
        form=form,
        others=[
            (f"{exchange.path('factor')}?method={each.method}", each.method, each.name)
            for each in factors
            if each is not chosen
        ],
        csrf_token=exchange.csrf_token(),
        trust_days=two_steps.options.trust_days,
        cancel_url=exchange.path("signin"),
        error=error,
        form_action=exchange.form_origins,
    )


async def act(exchange: Exchange) -> Response:
    """Begin a method, or check what was submitted for it.

    Args:
        exchange: The request being answered.

    Raises:
        BadRequest: A submitted value is not text.
        Busy: A store or a server cannot be asked, or no worker is free.
        PayloadTooLarge: A submitted value is too long.
        TooManyRequests: It was tried, or begun, too often.
        UnknownAction: The path names no method that can be proven here.
    """
    two_steps = _two_steps(exchange)
    pending = await _pending(exchange, two_steps)
    answer = None if pending is None else _answer(exchange, two_steps, pending)
    if answer is None:
        return await _expired(exchange)
    factor, method = answer.factor, answer.factor.method
    is_blank = not any(answer.submitted.get(name, "").strip() for name in factor.fields)
    if is_blank and factor.starts:
        started = await two_steps.last.start(answer)
        if isinstance(started, TurnedAway):
            return await conclude(exchange, started, answer.pending.callback_url)
        if exchange.wants_page and not exchange.wants_json:
            return Response.redirect(f"{exchange.url('factor')}?method={method}")
        return Response.json({"method": method, **started.shown})
    # What is blank is no guess, so it is not counted as one.
    entry = _REFUSED if is_blank else await two_steps.last.finish(answer)
    if not (isinstance(entry, TurnedAway) and entry.error == _REFUSED.error):
        await exchange.end_pending()
    return await conclude(exchange, entry, answer.pending.callback_url, method=method)


def _two_steps(exchange: Exchange) -> TwoSteps:
    two_steps = exchange.services.two_steps
    if two_steps is None:  # the route table sees to it
        message = "this Auth has no second factor"
        raise UnknownAction(message)
    return two_steps


async def _pending(exchange: Exchange, two_steps: TwoSteps) -> PendingSignIn | None:
    try:
        return await two_steps.pendings.find(exchange.handle, is_bearer=exchange.is_bearer)
    except StoreUnavailable as error:
        raise out_of_service(error) from error


async def _expired(exchange: Exchange) -> Response:
    await exchange.end_pending()
    if exchange.request.method == "POST" or exchange.wants_page or exchange.is_bearer:
        return await conclude(exchange, _EXPIRED, str(exchange.origin))
    url = exchange.page_url(
        exchange.services.settings.pages.sign_in, "signin", error=_EXPIRED.error
    )
    return Response.json({"url": url, "error": _EXPIRED.error}, 401)


def _factors(two_steps: TwoSteps, pending: PendingSignIn) -> list[Factor]:
    return [each for each in two_steps.options.methods if each.method in pending.methods]


def _answer(exchange: Exchange, two_steps: TwoSteps, pending: PendingSignIn) -> Answer | None:
    """Answer what came; None if the provider that was asked is not configured any more."""
    method = exchange.words[0] if exchange.words else ""
    factor = two_steps.options.method(method)
    if factor is None or method not in pending.methods:
        message = "the path names no second factor that this sign-in can be finished with"
        raise UnknownAction(message)
    provider = exchange.services.settings.providers.get(pending.asked)
    if provider is None:
        return None
    submitted = SubmittedCredentials(
        credentials_of(_texts(exchange.body, factor), long=factor.long_fields)
    )
    account = pending.account
    mine = StepUpTicket(account.provider, account.provider_account_id)
    attempt = Attempt(
        provider=provider,
        credentials=pending.credentials,
        request=exchange.request,
        cookies=exchange.cookies,
        origin=exchange.origin,
        carrier=exchange.carrier,
        at=partial(exchange.services.circumstances, exchange.request),
        expected=mine if pending.is_step_up else None,
        callback_url=pending.callback_url,
        named=pending.named,
    )
    return Answer(attempt, pending, factor, submitted, trusts=is_ticked(submitted.get(_TRUST)))


def _texts(body: Mapping[str, Any], factor: Factor) -> dict[str, Any]:
    """Answer a body in which what a program sent as an object is the text that it stands for."""
    texts = texts_of(body, factor.long_fields)
    if texts.get(_TRUST) is True:
        texts[_TRUST] = "on"
    elif texts.get(_TRUST) in (False, None):
        texts.pop(_TRUST, None)
    return texts


def _offer(two_steps: TwoSteps, pending: PendingSignIn, factors: list[Factor]) -> dict[str, object]:
    until = datetime.fromtimestamp(pending.until, UTC)
    return {
        "methods": [
            {
                "id": each.method,
                "name": each.name,
                "starts": each.starts,
                "fields": {
                    name: {"label": field.label, "type": field.type}
                    for name, field in each.fields.items()
                },
            }
            for each in factors
        ],
        "expires": until.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "trustDays": 0 if pending.is_bearer else two_steps.options.trust_days,
        "callbackUrl": pending.callback_url,
    }


async def _form(
    exchange: Exchange, two_steps: TwoSteps, pending: PendingSignIn, factor: Factor
) -> FactorForm:
    from nextauth.pages import FactorForm  # noqa: PLC0415 - loaded with the first page

    is_started = not factor.starts
    if factor.starts and not factor.is_single_use:
        started = await two_steps.pendings.start_of(pending, factor.method, is_single_use=False)
        is_started = started is not None
    return FactorForm(
        method=factor.method,
        name=factor.name,
        action=exchange.path(f"factor/{factor.method}"),
        fields=factor.fields,
        is_started=is_started,
        can_start=factor.starts,
        script=factor.script,
    )
