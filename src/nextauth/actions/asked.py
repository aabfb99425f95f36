"""Owns the four ways in which a request asks to be answered.

A plain form gets a redirect. The v5 client (``X-Auth-Return-Redirect``) and the v3 and v4 clients
(``json=true``) get ``{"url": …}``, on refusals too, since they parse it unasked. A client without a
browser gets tokens (``Accept: application/jwt``), and never a cookie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nextauth.actions.services import Services
from nextauth.web import Request
from nextauth.web.bearer import accepts_jwt, bearer_token, is_browserless

__all__ = ["AskedRequest"]


class AskedRequest:
    """One request, and the way in which it asks.

    Args:
        services: What was built once.
        request: The request.

    Attributes:
        action: The route's name, once it is found; until then a refusal is one of ``"error"``.
        body: What was posted, once it is read.
        wants_token: Whether the answer should be a token, where there is one for whoever asks.
        borne: What a client without a browser bears, empty if that is malformed; None for nothing.
    """

    __slots__ = ("_is_browserless", "action", "body", "borne", "request", "services", "wants_token")

    def __init__(self, services: Services, request: Request) -> None:
        self.services: Services = services
        self.request: Request = request
        self.action: str = "error"
        self.body: Mapping[str, Any] = {}
        self.wants_token: bool = False
        self.borne: str | None = None
        self._is_browserless = False
        if services.settings.session.bearer:
            # The headers are looked at here, once: what they decide is asked for many times.
            self.wants_token = accepts_jwt(request)
            self._is_browserless = is_browserless(request)
            self.borne = bearer_token(request) if self._is_browserless else None

    @property
    def is_bearer(self) -> bool:
        """Whether a client without a browser asks, which gets tokens and no cookie of any kind.

        To sign in it has to ask for a token. Later what it bears says so too.
        """
        if not self._is_browserless:
            return False
        is_first = self.action == "callback"
        return self.wants_token or (not is_first and self.borne is not None)

    @property
    def wants_json(self) -> bool:
        """Whether a client library asks, rather than a plain form."""
        return (
            self.request.header(b"x-auth-return-redirect") is not None
            or self.body.get("json") == "true"
            or self.wants_token
            or self.is_bearer
        )

    @property
    def wants_page(self) -> bool:
        """Whether a person's browser asks for something to look at."""
        if self.request.header(b"x-auth-return-redirect") is not None or self.is_bearer:
            return False
        return "text/html" in (self.request.header(b"accept") or "")
