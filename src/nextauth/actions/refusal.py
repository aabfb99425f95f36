"""Owns how a request that cannot be served is answered, in each way of asking.

Client libraries get JSON that carries an absolute ``url`` with ``error``, which they parse unasked.
A plain form that may not act goes back to the sign-in page, and one that comes too often to the
application's own; everything else is told at once, as a page to whoever takes HTML and as JSON to
whoever does not.
"""

from __future__ import annotations

import logging

from nextauth.actions.exchange import Exchange
from nextauth.errors import (
    MethodNotAllowed,
    MissingCSRF,
    RequestError,
    TooManyRequests,
    UntrustedHost,
    WrongAddress,
)
from nextauth.events import RequestRefused
from nextauth.web import Response

__all__ = ["refuse"]

_log = logging.getLogger("nextauth.requests")


def refuse(exchange: Exchange, error: RequestError) -> Response:
    """Answer a refusal.

    Args:
        exchange: The request being answered.
        error: Why it is refused.
    """
    level = logging.ERROR if isinstance(error, (UntrustedHost, WrongAddress)) else logging.INFO
    _log.log(level, "Refused %s: %s", exchange.action, error, extra={"code": error.code})
    if exchange.request.method == "POST" and not isinstance(error, TooManyRequests):
        # (Who tries too often has an event of their own.)
        at = exchange.services.circumstances(exchange.request)
        exchange.emit(RequestRefused(at, error.code, exchange.action))
    response = _answer(exchange, error)
    if isinstance(error, MethodNotAllowed):
        response.headers.append((b"allow", ", ".join(error.allow).encode("ascii")))
    if isinstance(error, TooManyRequests) and response.status == error.status:
        response.headers.append((b"retry-after", str(error.retry_after).encode("ascii")))
    if error.status == 503:  # noqa: PLR2004
        response.headers.append((b"retry-after", b"1"))
    return response


def _answer(exchange: Exchange, error: RequestError) -> Response:
    pages = exchange.services.settings.pages
    may_not_act = isinstance(error, MissingCSRF)
    if may_not_act and exchange.action == "session":
        return Response.json(exchange.services.settings.dialect.signed_out, 400)
    is_early = isinstance(error, TooManyRequests)
    again = may_not_act or is_early
    own, action = (pages.sign_in, "signin") if again else (pages.error, "error")
    if again and exchange.action == "factor":
        own, action = pages.second_factor, "factor"
    step_up = exchange.body.get("stepUp") if is_early else None
    carried = step_up if exchange.step_up_ticket(step_up) else None
    url = exchange.page_url(own, action, error=error.code, stepUp=carried)
    if exchange.wants_json:
        return Response.json({"url": url, "error": error.code}, error.status)
    if may_not_act and not isinstance(error, WrongAddress):
        return Response.redirect(url)
    if "text/html" not in (exchange.request.header(b"accept") or ""):
        return Response.json({"url": url, "error": error.code}, error.status)
    if is_early and own is not None:
        return Response.redirect(url)
    # Told here and not by a redirect: where our address is wrong, a redirect would miss us.
    return exchange.services.pages.error(
        error=error.code,
        signin_url=exchange.path("signin"),
        home_url=f"{exchange.origin}/",
        status=error.status,
    )
