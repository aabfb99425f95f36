"""``account``: where signed-in people see and change their second factors and their sessions.

Whoever changes something must have signed in recently, with a second factor if they have one. What
a person is shown, such as a new secret, is asked for by a POST, so no link can cause it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import NamedTuple

from nextauth.account import Change, FactorAccount, Member
from nextauth.account.member import asked_of
from nextauth.actions import account_view as view
from nextauth.actions.exchange import Exchange, texts_of
from nextauth.errors import CallbackError, StoreUnavailable, UnknownAction
from nextauth.events import SessionsRevoked
from nextauth.factors import EnrollableFactor
from nextauth.models import SubmittedCredentials
from nextauth.sessions import session_of
from nextauth.signin import TwoSteps, out_of_service
from nextauth.web import Response
from nextauth.web.body import credentials_of

__all__ = ["act", "show"]

_FACTOR = "factor"
_FAILED = "AccountChange"
_REFUSED = "SecondFactorRefused"


class _Desk(NamedTuple):
    exchange: Exchange
    two_steps: TwoSteps
    account: FactorAccount
    member: Member

    @property
    def change(self) -> Change:
        at = partial(self.exchange.services.circumstances, self.exchange.request)
        return Change(self.member, self.exchange.request, self.exchange.origin, at)


async def show(exchange: Exchange) -> Response:
    """Answer the overview, or the page on which a factor is enrolled.

    Args:
        exchange: The request being answered.

    Raises:
        Busy: A store cannot be asked.
        UnknownAction: The path names no page.
    """
    try:
        return await _show(exchange)
    except StoreUnavailable as error:
        raise out_of_service(error) from error


async def act(exchange: Exchange) -> Response:
    """Change something about the account of whoever is signed in.

    Args:
        exchange: The request being answered.

    Raises:
        BadRequest: A submitted value is not text.
        Busy: A store cannot be asked, or no worker is free.
        PayloadTooLarge: A submitted value is too long.
        UnknownAction: The path names nothing that can be changed.
    """
    try:
        return await _act(exchange)
    except StoreUnavailable as error:
        raise out_of_service(error) from error


async def _show(exchange: Exchange) -> Response:
    factor = _factor_of(exchange)
    if exchange.words and factor is None:
        message = "the path names no page of the account"
        raise UnknownAction(message)
    desk = await _desk(exchange, changes=factor is not None)
    if isinstance(desk, Response):
        return desk
    if factor is None:
        return await view.overview(exchange, desk.two_steps, desk.member)
    offer = None
    if factor.offers and not factor.is_single_use:
        offer = await desk.account.offered(desk.change, factor, is_taken=False)
        if offer is None:
            return exchange.answer(exchange.url("account"))
    return view.enrolment(exchange, factor, {} if offer is None else offer.shown)


async def _act(exchange: Exchange) -> Response:
    factor = _factor_of(exchange)
    known = _CHANGES.get(exchange.words[0]) if len(exchange.words) == 1 else None
    if factor is None and known is None:
        message = "the path names nothing of the account that can be changed"
        raise UnknownAction(message)
    long = frozenset() if factor is None else factor.long_fields
    submitted = SubmittedCredentials(credentials_of(texts_of(exchange.body, long), long=long))
    desk = await _desk(exchange, changes=True)
    if isinstance(desk, Response):
        return desk
    if factor is not None:
        return await _enrol(desk, factor, submitted)
    assert known is not None  # noqa: S101 - for the type checker
    done = await known(desk, submitted)
    query = {"done": exchange.words[0]} if done else {"error": _FAILED}
    return exchange.answer(view.address(exchange, **query), status=200 if done else 400)


async def _begin(desk: _Desk, factor: EnrollableFactor) -> Response:
    exchange = desk.exchange
    # One that is good for a single try is begun by the page's script, when its person is there.
    if factor.offers and (exchange.wants_json or not factor.is_single_use):
        offer = await desk.account.offer(desk.change, factor)
        if exchange.wants_json:
            return Response.json({"method": factor.method, **offer.shown})
    return exchange.answer(exchange.url(f"account/{_FACTOR}/{factor.method}"))


async def _enrol(
    desk: _Desk, factor: EnrollableFactor, submitted: SubmittedCredentials
) -> Response:
    exchange, fields = desk.exchange, factor.enrol_fields
    is_filled = any(submitted.get(name, "").strip() for name in fields)
    if fields and not is_filled and "name" not in submitted:
        return await _begin(desk, factor)
    shown = await desk.account.enrol(desk.change, factor, submitted)
    if shown is None:
        page = f"account/{_FACTOR}/{factor.method}"
        return exchange.answer(view.address(exchange, page, error=_REFUSED), status=401)
    _strengthen(desk, factor)
    if shown and not exchange.wants_json:
        return view.shown_once(exchange, factor, shown)
    url = view.address(exchange, done=_FACTOR)
    return Response.json({"url": url, **shown}) if shown else exchange.answer(url)


def _strengthen(desk: _Desk, factor: EnrollableFactor) -> None:
    """Note in the session that its person has just proven the new factor."""
    exchange = desk.exchange
    # A token that a client bears stays as it is: its next sign-in says so.
    if factor.role == "backup" or exchange.is_bearer:
        return
    try:
        handed = exchange.services.sessions.strengthen(
            exchange.carrier, desk.member.claims, ("mfa",)
        )
    except CallbackError:  # its cookie is too large: it goes on as it was
        return
    exchange.to_set.extend(handed.cookies)


async def _rename(desk: _Desk, submitted: SubmittedCredentials) -> bool:
    return await desk.account.rename(
        desk.change, submitted.get("id", ""), submitted.get("name", "")
    )


async def _remove(desk: _Desk, submitted: SubmittedCredentials) -> bool:
    return await desk.account.remove(desk.change, submitted.get("id", ""))


async def _end_session(desk: _Desk, submitted: SubmittedCredentials) -> bool:
    """End one of the person's other sessions, or all of them where none is named."""
    services, member = desk.exchange.services, desk.member
    revocation, now = services.sessions.revocation, services.clock()
    if revocation is None:
        return False
    owner, wanted = (member.provider, member.user_id), submitted.get("sid", "")
    known = [each.sid for each in await revocation.sessions_of(*owner, now=now)]
    ended = [sid for sid in known if sid != member.sid and wanted in ("", sid)]
    for sid in ended:
        await revocation.end_by_id(sid, now=now)
        services.events.tell(SessionsRevoked(desk.change.at(), *owner, sid))
    return bool(ended) or wanted == ""


_CHANGES: Mapping[str, Callable[[_Desk, SubmittedCredentials], Awaitable[bool]]] = {
    "rename": _rename,
    "remove": _remove,
    "end-session": _end_session,
}


def _factor_of(exchange: Exchange) -> EnrollableFactor | None:
    account = exchange.services.account
    if account is None or len(exchange.words) != 2 or exchange.words[0] != _FACTOR:  # noqa: PLR2004
        return None
    return account.factor(exchange.words[1])


async def _desk(exchange: Exchange, *, changes: bool) -> _Desk | Response:
    """Answer who is here; or what to say to whoever must sign in first, or sign in anew."""
    services = exchange.services
    two_steps, account = services.two_steps, services.account
    if two_steps is None or account is None:  # the route table sees to it
        message = "this Auth has no account pages"
        raise UnknownAction(message)
    resumed = await exchange.resume()
    session = None if resumed.claims is None else session_of(resumed.claims)
    user_id = None if session is None else session.user.id
    provider = None if session is None else session.provider
    if session is None or user_id is None or provider is None:
        return view.signin_first(exchange)
    if provider not in services.settings.providers:
        return view.signin_first(exchange)
    assert resumed.claims is not None  # noqa: S101 - for the type checker
    now = services.clock()
    known = await two_steps.tools.store.enrolments(provider, user_id, now=now)
    enrolments = tuple(each for each in known if each.confirmed)
    member = Member(provider, session.user, session, resumed.claims, enrolments)
    if changes:
        freshness = asked_of(member, two_steps.options)
        if not freshness.holds(session, now):
            return view.signin_anew(exchange, session, freshness)
    return _Desk(exchange, two_steps, account, member)
