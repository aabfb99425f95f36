"""Owns what actions share: one request being answered, and the three ways to ask.

A plain form gets a redirect. The v5 client (``X-Auth-Return-Redirect``) and the v3 and v4 clients
(``json=true``) get ``{"url": …}``, on refusals too, since they parse it unasked.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nextauth.callbacks import RedirectParams
from nextauth.config import CookiePlan, Settings
from nextauth.errors import Busy
from nextauth.events import Circumstances, Event, EventStream, SessionEnded
from nextauth.hooks import Hook
from nextauth.providers import Provider
from nextauth.sessions import Resumed, Sessions, identity_of
from nextauth.signin import SignInPolicy
from nextauth.tracebacks import describe_exception
from nextauth.web import Cookies, Origin, Request, Response, SetCookie
from nextauth.web.csrf import CsrfTokens
from nextauth.web.urls import LONGEST_URL, add_query, permitted_redirect

if TYPE_CHECKING:
    from nextauth.pages import PageRenderer

__all__ = ["Exchange", "Services"]

_log = logging.getLogger("nextauth.actions")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}\Z")
_LONGEST_USER_AGENT = 256
_CSRF_BYTES = 32


@dataclass(frozen=True, slots=True)
class Services:
    """What the composition root built once, for every request.

    Args:
        settings: The checked configuration.
        sessions: Begins, reads and ends sessions.
        policy: The sign-in policy.
        events: The audit stream.
        renderer: Answers what renders our pages; made with the first page.
        csrf: Makes and checks CSRF tokens.
        redirect: The ``redirect`` callback.
        session: The ``session`` callback.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """

    settings: Settings
    sessions: Sessions
    policy: SignInPolicy
    events: EventStream
    renderer: Callable[[], PageRenderer]
    csrf: CsrfTokens
    redirect: Hook | None
    session: Hook | None
    clock: Callable[[], float]
    entropy: Callable[[int], bytes]

    @property
    def pages(self) -> PageRenderer:
        """What renders our pages; an API that shows none never loads them."""
        return self.renderer()

    def circumstances(self, request: Request) -> Circumstances:
        """Answer when and from where a request came.

        Args:
            request: The request.
        """
        request_id = request.header(b"x-request-id")
        user_agent = request.header(b"user-agent")
        return Circumstances(
            time=self.clock(),
            request_id=request_id if request_id and _REQUEST_ID.match(request_id) else None,
            address=self.settings.address.client_address(request),
            user_agent=user_agent[:_LONGEST_USER_AGENT] if user_agent else None,
        )

    async def report_end(self, request: Request, resumed: Resumed) -> None:
        """Tell the audit stream if the application ended a session while it was read.

        Args:
            request: The request.
            resumed: What reading its session gave.
        """
        if resumed.ended is None:
            return
        identity = identity_of(resumed.ended_claims or {})
        event = SessionEnded(self.circumstances(request), *identity, resumed.ended)
        await self.events.emit(event, request.runtime)


class Exchange:
    """One request being answered.

    Args:
        services: What was built once.
        request: The request.
        origin: Our origin.
        action: The route's name.
        provider: The provider that the path names.
        look_only: Run no callback and change nothing (HEAD).
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

    def __init__(  # noqa: PLR0913 - made in one place, by the router
        self,
        services: Services,
        request: Request,
        origin: Origin,
        *,
        action: str = "error",
        provider: Provider | None = None,
        look_only: bool = False,
    ) -> None:
        self.services = services
        self.request = request
        self.origin = origin
        self.action = action
        self.provider = provider
        self.look_only = look_only
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

    async def callback_url(self) -> str:
        """Answer where this flow ends: the parameter, else the cookie, else the site's root.

        What is answered is kept in the callback-url cookie for the flow's next request.
        """
        kept = self.cookies.get(self.plan.callback_url)
        asked = self.body.get("callbackUrl") or self.request.query_value("callbackUrl") or kept
        url = await self.permit(asked) if isinstance(asked, str) else str(self.origin)
        if url != kept:
            plan = self.plan
            self.to_set.append(SetCookie(plan.callback_url, url, plan.attributes))
        return url

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

    async def emit(self, event: Event) -> None:
        """Tell the audit stream.

        Args:
            event: What happened.
        """
        await self.services.events.emit(event, self.request.runtime)
