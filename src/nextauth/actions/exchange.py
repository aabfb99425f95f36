"""Owns what actions share: one request being answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nextauth.actions import bearer
from nextauth.actions.asked import AskedRequest
from nextauth.actions.services import Services
from nextauth.callbacks import RedirectParams
from nextauth.config import CookiePlan
from nextauth.errors import Busy, StoreUnavailable
from nextauth.providers import Provider
from nextauth.sessions import Carrier, Resumed, StepUpTicket
from nextauth.tokens.jwe import encode_claims
from nextauth.tracebacks import describe_exception
from nextauth.web import Cookies, Origin, Request, Response, SetCookie
from nextauth.web.set_cookies import encode_value
from nextauth.web.urls import LONGEST_URL, add_query, permitted_redirect

if TYPE_CHECKING:
    from nextauth.events import Event

__all__ = ["Exchange", "texts_of"]

_log = logging.getLogger("nextauth.actions")
_CSRF_BYTES = 32
_LONGEST_WORD = 128
_written = lru_cache(maxsize=64)(encode_value)  # a site has few addresses


class Exchange(AskedRequest):
    """One request being answered.

    Args:
        services: What was built once.
        request: The request.
        origin: Our origin.

    Attributes:
        look_only: Whether no callback is run and nothing changed (HEAD).
        plan: Names and attributes of the cookies on this address.
        provider: The provider that the path names, or None.
        words: What else the path names.
        to_set: The cookies that the response sets.
    """

    __slots__ = (
        "_cookies",
        "look_only",
        "origin",
        "plan",
        "provider",
        "to_set",
        "words",
    )

    def __init__(self, services: Services, request: Request, origin: Origin) -> None:
        AskedRequest.__init__(self, services, request)
        self.origin: Origin = origin
        self.plan: CookiePlan = services.settings.cookies_on(origin)
        self.look_only: bool = request.method == "HEAD"
        self.provider: Provider | None = None
        self.words: tuple[str, ...] = ()
        self.to_set: list[SetCookie] = []
        self._cookies: Cookies | None = None

    @property
    def cookies(self) -> Cookies:
        """The request's cookies, parsed once."""
        if self._cookies is None:
            self._cookies = Cookies(self.request.header_values(b"cookie"))
        return self._cookies

    @property
    def carrier(self) -> Carrier:
        """What carries the session of whoever asks."""
        sessions = self.services.sessions
        if self.is_bearer:
            return sessions.borne(self.borne)
        return sessions.in_cookie(self.cookies, self.origin)

    @property
    def handle(self) -> str | None:
        """What names the sign-in that waits for its second factor; anything, or None."""
        if self.is_bearer:
            return self.borne
        return self.cookies.get(self.plan.pending)

    async def resume(self) -> Resumed:
        """Read the session of whoever asks, and have the response carry what is due.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        return self.glance() or await self.ask(renews=not self.is_bearer)

    def glance(self) -> Resumed | None:
        """Read the session of whoever asks where nobody else need be asked; else None."""
        if self.look_only or self.is_bearer:
            return None
        glanced = self.services.sessions.glance(self.cookies, self.origin)
        if glanced is not None:
            self.to_set.extend(glanced.cookies)
        return glanced

    async def ask(self, *, renews: bool) -> Resumed:
        """Read the session of whoever asks where `glance` did not.

        Args:
            renews: Whether a token that is due is written anew.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        resumed = await self.services.sessions.resume(
            self.request, self.carrier, look_only=self.look_only, renews=renews
        )
        self.to_set.extend(resumed.cookies)
        if resumed.incidents:
            self.services.report(self.request, resumed)
        return resumed

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
        root = str(self.origin)
        # Most flows end at the site's root, and what we wrote then need not be decoded.
        is_root = self.cookies.holds(self.plan.callback_url, _written(root))
        kept = root if is_root else self.cookies.get(self.plan.callback_url)
        asked = self.body.get("callbackUrl")
        if asked is None:  # an empty one in the body says "none", whatever the query says
            asked = self.request.query_value("callbackUrl")
        asked = asked or kept
        url = await self.permit(asked) if isinstance(asked, str) else str(self.origin)
        if url != kept:
            plan = self.plan
            cookie = SetCookie(plan.callback_url, url, plan.attributes)
            # One that browsers drop would leave the target of an earlier flow in its place.
            fitting = cookie if cookie.is_kept else cookie._replace(value=str(self.origin))
            self.to_set.append(fitting)
        return url

    def step_up_ticket(self, text: object) -> StepUpTicket | None:
        """Answer who alone may sign in here, or None: anybody may.

        Args:
            text: What the query or the form says.
        """
        if text is None:
            return None
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

    def answer(
        self,
        url: str,
        *,
        status: int = 200,
        error: str | None = None,
        code: str | None = None,
    ) -> Response:
        """Answer in the way in which this was asked: a redirect, or JSON with the URL.

        Args:
            url: An absolute URL that passed the redirect rule.
            status: The status of the JSON answer; a redirect is 302.
            error: Why it is refused, which the URL tells browsers.
            code: The public code of a CredentialsSignin, likewise.
        """
        if self.is_bearer:
            return bearer.told(url, status, error=error, code=code)
        if self.wants_json:
            return Response.json({"url": url}, status)
        return Response.redirect(url)

    async def end_pending(self) -> None:
        """End the sign-in of this client that waits for its second factor, if there is one."""
        two_steps, handle = self.services.two_steps, self.handle
        if two_steps is None or handle is None:
            return
        if not self.is_bearer:
            self.to_set.append(two_steps.pendings.forget(self.plan))
        try:
            await two_steps.pendings.drop(handle)
        except StoreUnavailable as error:
            # The browser forgets it; in the store it is over within minutes.
            _log.warning(
                "A sign-in that waited could not be ended: %s", error, extra={"code": error.code}
            )

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


def texts_of(body: Mapping[str, Any], long: frozenset[str]) -> dict[str, Any]:
    """Answer a body in which what a program sent as an object is the text that it stands for.

    Args:
        body: What was posted.
        long: The names of such fields.
    """
    found = dict(body)
    for name in long:
        if isinstance(found.get(name), dict):
            found[name] = encode_claims(found[name]).decode("utf-8")
    return found
