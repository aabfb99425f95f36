"""Owns how the account is shown: as pages to people, as JSON to programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nextauth.account import Member
from nextauth.actions.exchange import Exchange
from nextauth.factors import EnrollableFactor, is_enrollable
from nextauth.models import Session
from nextauth.sessions import Freshness
from nextauth.signin import TRUSTED_DEVICE, TwoSteps
from nextauth.stores import Enrolment, SessionRecord
from nextauth.web import Response
from nextauth.web.urls import add_query

if TYPE_CHECKING:
    from nextauth.pages import AccountPage

__all__ = [
    "address",
    "enrolment",
    "overview",
    "shown_once",
    "signin_anew",
    "signin_first",
]


def address(exchange: Exchange, page: str = "account", **query: str) -> str:
    """Answer the absolute URL of a page of the account.

    Args:
        exchange: The request being answered.
        page: Its path under the base path.
        query: What it says.
    """
    return add_query(exchange.url(page), query)


def signin_first(exchange: Exchange) -> Response:
    """Send whoever is not signed in to the sign-in page.

    Args:
        exchange: The request being answered.
    """
    services = exchange.services
    url = services.signin_url(exchange.request, exchange.origin, back_to=exchange.path("account"))
    return _sent(exchange, url, "Bearer" if exchange.is_bearer else "Cookie")


def signin_anew(exchange: Exchange, session: Session, freshness: Freshness) -> Response:
    """Send whoever has not signed in recently, or not strongly enough, to do so again.

    Args:
        exchange: The request being answered.
        session: Their session.
        freshness: What is asked of it.
    """
    services = exchange.services
    url = services.signin_url(
        exchange.request, exchange.origin, step_up=session, back_to=exchange.path("account")
    )
    asked = services.ask_step_up(exchange.request, session, freshness, url)
    return _sent(exchange, url, asked.challenge)


def _sent(exchange: Exchange, url: str, challenge: str) -> Response:
    if exchange.wants_page and not exchange.wants_json:
        return Response.redirect(url)
    response = Response.json({"url": url}, 401)
    response.headers.append((b"www-authenticate", challenge.encode("ascii")))
    return response


async def overview(exchange: Exchange, two_steps: TwoSteps, member: Member) -> Response:
    """Answer what a person has enrolled, and where they are signed in.

    Args:
        exchange: The request being answered.
        two_steps: The factors.
        member: Who.

    Raises:
        StoreUnavailable: The store of sessions cannot be asked.
    """
    services = exchange.services
    revocation = services.sessions.revocation
    records: tuple[SessionRecord, ...] = ()
    if revocation is not None:
        records = await revocation.sessions_of(
            member.provider, member.user_id, now=services.clock()
        )
    if not exchange.wants_page:
        return Response.json(
            {
                "factors": [_told(each) for each in member.enrolments],
                "sessions": [_session(each, member) for each in records],
            }
        )
    return services.pages.account(
        page=_page(exchange, two_steps, member, records),
        csrf_token=exchange.csrf_token(),
        done=exchange.asked("done"),
        error=exchange.asked("error"),
    )


def _told(enrolment: Enrolment) -> dict[str, object]:
    told: dict[str, object] = {
        "id": enrolment.id,
        "method": enrolment.method,
        "name": enrolment.name,
        "created": _time(enrolment.created),
        "used": None if enrolment.used is None else _time(enrolment.used),
    }
    return {**told, "left": len(enrolment.digests)} if enrolment.digests else told


def _session(record: SessionRecord, member: Member) -> dict[str, object]:
    return {
        "id": record.sid,
        "isThis": record.sid == member.sid,
        "began": _time(record.began),
        "seen": _time(record.seen),
        "address": record.address,
        "userAgent": record.user_agent,
    }


def _time(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _page(
    exchange: Exchange, two_steps: TwoSteps, member: Member, records: tuple[SessionRecord, ...]
) -> AccountPage:
    from nextauth.pages import AccountPage, FactorRow, FactorSection, SessionRow  # noqa: PLC0415

    path = exchange.path
    sections = [
        FactorSection(
            each.method,
            each.name,
            path(f"account/factor/{each.method}"),
            [FactorRow.of(known) for known in member.of_method(each.method)],
            is_codes=each.role == "backup",
        )
        for each in two_steps.options.methods
        if is_enrollable(each)
    ]
    configured = {each.method for each in two_steps.options.methods}
    others = [each for each in member.enrolments if each.method not in configured]
    return AccountPage(
        who=member.user.email or member.user.name or member.user_id,
        sections=sections,
        others=[FactorRow.of(each) for each in others if each.method != TRUSTED_DEVICE],
        devices=[FactorRow.of_browser(each) for each in others if each.method == TRUSTED_DEVICE],
        sessions=[SessionRow.of(each, is_this=each.sid == member.sid) for each in records],
        rename_url=path("account/rename"),
        remove_url=path("account/remove"),
        end_url=path("account/end-session"),
        home_url=f"{exchange.origin}/",
        signout_url=path("signout"),
    )


def enrolment(
    exchange: Exchange, factor: EnrollableFactor, shown: Mapping[str, object]
) -> Response:
    """Answer the page on which a factor is enrolled.

    Args:
        exchange: The request being answered.
        factor: Which.
        shown: What its person is shown.
    """
    return exchange.services.pages.enrolment(
        method=factor.method,
        name=factor.name,
        action=exchange.path(f"account/factor/{factor.method}"),
        fields=factor.enrol_fields,
        shown=shown,
        script=factor.script,
        csrf_token=exchange.csrf_token(),
        back_url=exchange.path("account"),
        error=exchange.asked("error"),
    )


def shown_once(
    exchange: Exchange, factor: EnrollableFactor, shown: Mapping[str, object]
) -> Response:
    """Answer the page of what a person sees only now, such as recovery codes.

    Args:
        exchange: The request being answered.
        factor: Of which factor.
        shown: What it is.
    """
    codes = shown.get("codes")
    return exchange.services.pages.codes(
        codes=[str(each) for each in codes] if isinstance(codes, list) else [],
        method=factor.method,
        name=factor.name,
        site=exchange.origin.host,
        back_url=exchange.path("account"),
    )
