"""``GET verify``: a proxy asks who is signed in, before it lets a request pass (forward auth).

The answer is 204 with headers that the proxy hands on to an application which knows nothing of us,
or 401 with ``X-Auth-Signin``, the address where a person signs in. Every header is always sent, so
that the proxy overwrites what a client made up.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from nextauth.actions.exchange import Exchange
from nextauth.errors import UnknownAction
from nextauth.models import Session
from nextauth.sessions import session_of
from nextauth.web import Response

__all__ = ["show"]

# Visible ASCII but for what separates values, or begins an escape.
_SAFE = "!#$&'()*+-./:=?@[]^_`{|}~"
# What proxies call the address that a browser asked for: nginx (as configured), Caddy and Traefik.
_ASKED = (b"x-original-uri", b"x-forwarded-uri")
_MEMBERS = ("id", "name", "email", "image")


async def show(exchange: Exchange) -> Response:
    """Answer whether somebody is signed in, and who.

    Args:
        exchange: The request being answered.
    """
    services = exchange.services
    forward = services.settings.forward_auth
    if forward is None:  # the route table sees to it
        message = "this Auth answers no proxy"
        raise UnknownAction(message)
    resumed = await exchange.resume()
    session = None if resumed.claims is None else session_of(resumed.claims)
    headers = {b"cache-control": b"private, no-store"}
    if session is None:
        headers[b"www-authenticate"] = b"Bearer" if exchange.is_bearer else b"Cookie"
        headers[b"x-auth-signin"] = _signin(exchange).encode("ascii")
    for name, member in forward.headers.items():
        value = "" if session is None else _value(session, member)
        headers[name.lower().encode("ascii")] = value.encode("ascii")
    return Response.empty(401 if session is None else 204, headers)


def _signin(exchange: Exchange) -> str:
    """Answer where a person signs in and comes back: a proxy's own language cannot escape that."""
    request = exchange.request
    asked = next(filter(None, (request.header(name) for name in _ASKED)), "/")
    # Of this site alone, whatever was sent: it passes the redirect rule.
    return exchange.services.signin_url(request, exchange.origin, back_to=asked)


def _value(session: Session, member: str) -> str:
    """Answer what a header holds; of a list, its members with commas between."""
    if member == "provider":
        found: Any = session.provider
    elif member == "amr":
        found = session.amr
    elif member in _MEMBERS:
        found = getattr(session.user, member)
    else:
        found = session.user.extra.get(member)
    if isinstance(found, (list, tuple)):
        return ",".join(_encoded(each) for each in found)
    return _encoded(found)


def _encoded(value: object) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return quote(text, safe=_SAFE, errors="replace")
