"""Owns what actions share: one request being answered, and the three ways to ask.

A plain form gets a redirect. The v5 client (``X-Auth-Return-Redirect``) and the v3 and v4 clients
(``json=true``) get ``{"url": …}``, on refusals too, since they parse it unasked.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nextauth.actions.services import Services
from nextauth.callbacks import RedirectParams
from nextauth.config import CookiePlan
from nextauth.errors import Busy
from nextauth.events import Event
from nextauth.providers import Provider
from nextauth.sessions import StepUpTicket
from nextauth.tracebacks import describe_exception
from nextauth.web import Cookies, Origin, Request, Response, SetCookie
from nextauth.web.urls import LONGEST_URL, add_query, permitted_redirect

__all__ = ["Exchange"]

_log = logging.getLogger("nextauth.actions")
_CSRF_BYTES = 32
_LONGEST_WORD = 128


class Exchange:
    """One request being answered.

    Args:
        services: What was built once.
        request: The request.
        origin: Our origin.
        look_only: Run no callback and change nothing (HEAD).

    Attributes:
        action: The route's name, once it is found; until then a refusal is one of ``"error"``.
        provider: The provider that the path names, or None.
        body: What was posted, once it is read.
        to_set: The cookies that the response sets.
    """

    __slots__ = (
        "_cookies",
        "action",
        "body",
        "look_only",
        "origin",
        "provider",
        "request",
        "services",
        "to_set",
    )

    def __init__(
        self, services: Services, request: Request, origin: Origin, *, look_only: bool = False
    ) -> None:
        self.services: Services = services
        self.request: Request = request
        self.origin: Origin = origin
        self.look_only: bool = look_only
        self.action: str = "error"
        self.provider: Provider | None = None
        self.body: Mapping[str, Any] = {}
        self.to_set: list[SetCookie] = []
        self._cookies: Cookies | None = None

    @property
    def plan(self) -> CookiePlan:
        """Names and attributes of the cookies on this address."""
        return self.services.settings.cookies_on(self.origin)

    @property
    def cookies(self) -> Cookies:
        """The request's cookies, parsed once."""
        if self._cookies is None:
            self._cookies = Cookies(self.request.header_values(b"cookie"))
        return self._cookies

    @property
    def wants_json(self) -> bool:
        """Whether a client library asks, rather than a plain form."""
        return (
            self.request.header(b"x-auth-return-redirect") is not None
            or self.body.get("json") == "true"
        )

    def path(self, action: str) -> str:
        """Answer a route's path from the site's root.

        Args:
            action: Such as ``"signin"`` or ``"callback/credentials"``.
        """
        return f"{self.services.settings.base_path}/{action}"

    def url(self, action: str) -> str:
        """Answer a route's absolute URL.

        Args:
            action: Such as ``"signin"`` or ``"callback/credentials"``.
        """
        return f"{self.origin}{self.path(action)}"

    def page_url(self, own: str | None, action: str, **query: str | None) -> str:
        """Answer the absolute URL of a page: the application's own, else ours.

        Args:
            own: The application's page from `Pages`, or None.
            action: Our route.
            query: Parameters to add; None ones are left out.
        """
        trusted = self.services.settings.trusted_origins
        page = permitted_redirect(own or self.path(action), origin=self.origin, trusted=trusted)
        return add_query(page or str(self.origin), query)

    async def permit(self, url: str) -> str:
        """Answer where a redirect to `url` may go: through the callback, then the redirect rule.

        Args:
            url: What a client, a cookie or a callback asked for.

        Raises:
            Busy: The ``redirect`` callback found no worker.
        """
        root = str(self.origin)
        hook = self.services.redirect
        if len(url) > LONGEST_URL or (hook is None and url == root):
            return root
        target: object = url
        if hook is not None and not self.look_only:
            try:
                target = await hook(self.request.runtime, RedirectParams(url, root))
            except Busy:
                raise
            except Exception as error:  # noqa: BLE001 - it must not break the flow
                _log.error(
                    "callbacks.redirect failed; going to the site's root:\n%s",
                    describe_exception(error),
                    extra={"code": "callback-failed"},
                )
                return root
        trusted = self.services.settings.trusted_origins
        return permitted_redirect(target, origin=self.origin, trusted=trusted) or root

    def asked(self, name: str) -> str | None:
        """Answer a query parameter that only chooses among words; a long one chooses nothing.

        Args:
            name: The parameter's name.
        """
        value = self.request.query_value(name)
        return value if value is not None and len(value) <= _LONGEST_WORD else None

    async def callback_url(self) -> str:
        """Answer where this flow ends: the parameter, else the cookie, else the site's root.

        What is answered is kept in the callback-url cookie for the flow's next request.

        Raises:
            Busy: The ``redirect`` callback found no worker.
        """
        kept = self.cookies.get(self.plan.callback_url)
        asked = self.body.get("callbackUrl")
        if asked is None:  # an empty one in the body says "none", whatever the query says
            asked = self.request.query_value("callbackUrl")
        asked = asked or kept
        url = await self.permit(asked) if isinstance(asked, str) else str(self.origin)
        if url != kept:
            plan = self.plan
            cookie = SetCookie(plan.callback_url, url, plan.attributes)
            # One that browsers drop would leave the target of an earlier flow in its place.
            fitting = cookie if cookie.is_kept else replace(cookie, value=str(self.origin))
            self.to_set.append(fitting)
        return url

    def step_up_ticket(self, text: object) -> StepUpTicket | None:
        """Answer who alone may sign in here, or None: anybody may.

        Args:
            text: What the query or the form says.
        """
        return self.services.step_up.read(text, now=self.services.clock())

    def csrf_token(self) -> str:
        """Answer this browser's CSRF token; a new one is set where it has none of ours."""
        csrf, plan = self.services.csrf, self.plan
        token = csrf.token_of(self.cookies.get(plan.csrf))
        if token:
            return token
        value = csrf.cookie_value(self.services.entropy(_CSRF_BYTES))
        self.to_set.append(SetCookie(plan.csrf, value, plan.csrf_attributes))
        return value.partition("|")[0]

    def has_csrf_token(self) -> bool:
        """Tell whether the form carries this browser's CSRF token."""
        return self.services.csrf.verify(
            cookie_value=self.cookies.get(self.plan.csrf),
            expected_token=self.body.get("csrfToken"),
        )

    def answer(self, url: str, *, status: int = 200) -> Response:
        """Answer in the way in which this was asked: a redirect, or JSON with the URL.

        Args:
            url: An absolute URL that passed the redirect rule.
            status: The status of the JSON answer; a redirect is 302.
        """
        if self.wants_json:
            return Response.json({"url": url}, status)
        return Response.redirect(url)

    @property
    def form_origins(self) -> tuple[str, ...]:
        """Origins that a form's redirect may lead to, beside our own, for the pages' CSP."""
        return tuple(sorted(map(str, self.services.settings.trusted_origins)))

    def emit(self, event: Event) -> None:
        """Tell the audit stream.

        Args:
            event: What happened.
        """
        self.services.events.tell(event)
