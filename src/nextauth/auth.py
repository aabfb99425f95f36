"""Owns the composition: `Auth` checks its arguments, builds every part once, and hands it the rest.

This module alone reads the environment, the clock and the system's randomness.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from nextauth.actions import Services
from nextauth.asking import AsksToSignIn
from nextauth.callbacks import Callbacks
from nextauth.composition import compose, secrets_of, warn_of_plain_http
from nextauth.config import (
    Accept,
    CookieOptions,
    ForwardAuth,
    Pages,
    Revocation,
    SessionOptions,
    Settings,
    Theme,
    TimePadding,
    settle,
)
from nextauth.errors import ConfigurationError
from nextauth.events import Sink, tell_of_refusal
from nextauth.models import Session
from nextauth.providers import Provider
from nextauth.routes import Router
from nextauth.sessions import Resumed, deciding_token
from nextauth.throttle import STANDARD, Throttle
from nextauth.web import Cookies, Request, Response

if TYPE_CHECKING:
    from nextauth.factors import SecondFactor
    from nextauth.pages import Texts

__all__ = ["Auth"]

T = TypeVar("T")

_log = logging.getLogger("nextauth.auth")
_ENVIRONMENT: Mapping[str, str] = os.environ


class Auth(AsksToSignIn):
    """Sign-in for one site: the whole protocol, and who is signed in.

    Args:
        providers: What one can sign in with, in the order of the sign-in page. None at all: this
            program only reads the sessions that another site writes, and sets no cookie.
        secret: One secret, or several, newest first; each at least 32 bytes. Else the
            environment's ``AUTH_SECRET``, then ``NEXTAUTH_SECRET``.
        base_url: The site's public origin; it beats every header. Else ``AUTH_URL``, then
            ``NEXTAUTH_URL``. Without one, only loopback addresses are served.
        trust_host: Believe Host and X-Forwarded-* headers for the site's address.
        trusted_proxies: Our proxies' networks, or how many stand before us.
        trusted_origins: Other origins whose pages may post to us and be redirected to.
        base_path: Where the routes are, from the site's root as browsers see it.
        callbacks: The application's say in signing in, redirecting, tokens and sessions.
        events: Sinks of the audit stream: callables, or objects with ``emit``.
        pages: The application's own pages.
        theme: How our pages look.
        texts: What our pages say.
        session: Lifetimes.
        cookies: Names and reach of the cookies.
        dialect: What is written: ``"authjs"`` (v5) or ``"next-auth-v4"``. Both are read.
        revocation: How sessions are ended before their time; None: each lives in its cookie alone.
        throttle: How often somebody may try to sign in; None turns it off.
        padding: How long refusals are held back, so that their time tells nothing; None: not.
        second_factor: Which second factors there are, and who must prove one; None: nobody.
        forward_auth: What a proxy that asks at ``verify`` is told; None: there is no such route.
        accept: Older releases whose session cookies are still read, each until its date.
        clock: Answers Unix seconds; None for the system's.
        timer: Answers seconds of a clock that never goes back; None for the system's.
        entropy: Answers that many random bytes; None for the system's.
        environ: What stands in for the environment; None for the process's.

    Raises:
        ConfigurationError: With every problem of these arguments, and the fix of each.
    """

    def __init__(  # noqa: PLR0913 - the whole configuration, keyword-only
        self,
        *,
        providers: Sequence[Provider] = (),
        secret: str | Sequence[str] | None = None,
        base_url: str | None = None,
        trust_host: bool = False,
        trusted_proxies: Sequence[str] | int = (),
        trusted_origins: Sequence[str] = (),
        base_path: str = "/api/auth",
        callbacks: Callbacks | None = None,
        events: Sequence[Sink] = (),
        pages: Pages | None = None,
        theme: Theme | None = None,
        texts: Texts | None = None,
        session: SessionOptions | None = None,
        cookies: CookieOptions | None = None,
        dialect: str = "authjs",
        revocation: Revocation | None = None,
        throttle: Throttle | None = STANDARD,
        padding: TimePadding | None = TimePadding(),  # noqa: B008 - it is frozen
        second_factor: SecondFactor | None = None,
        forward_auth: ForwardAuth | None = None,
        accept: Sequence[Accept] = (),
        clock: Callable[[], float] | None = None,
        timer: Callable[[], float] | None = None,
        entropy: Callable[[int], bytes] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        environment = _ENVIRONMENT if environ is None else environ
        now = time.time if clock is None else clock
        try:
            settings = settle(
                providers=providers,
                secrets=secrets_of(secret, environment),
                base_url=base_url or environment.get("AUTH_URL") or environment.get("NEXTAUTH_URL"),
                trust_host=trust_host,
                trusted_proxies=trusted_proxies,
                trusted_origins=trusted_origins,
                base_path=base_path,
                callbacks=Callbacks() if callbacks is None else callbacks,
                sinks=events,
                pages=Pages() if pages is None else pages,
                theme=Theme() if theme is None else theme,
                session=SessionOptions() if session is None else session,
                cookies=CookieOptions() if cookies is None else cookies,
                dialect=dialect,
                revocation=revocation,
                throttle=throttle,
                padding=padding,
                second_factor=second_factor,
                forward_auth=forward_auth,
                accept=accept,
                now=now(),
            )
        except ConfigurationError as error:
            tell_of_refusal(events, error, now=now())
            raise
        services = compose(
            settings,
            texts=texts,
            clock=now,
            timer=time.monotonic if timer is None else timer,
            entropy=os.urandom if entropy is None else entropy,
        )
        super().__init__(services)
        self._router = Router(services)
        warn_of_plain_http(settings)

    def __repr__(self) -> str:
        settings = self._services.settings
        return f"Auth(providers={list(settings.providers)}, base_path={settings.base_path!r})"

    @property
    def settings(self) -> Settings:
        """The checked configuration."""
        return self._services.settings

    @property
    def services(self) -> Services:
        """What was built once; for integrations, the command line and tests."""
        return self._services

    @property
    def steps_without_loop(self) -> bool:
        """Whether everything configured is a plain ``def``, so that no event loop is needed."""
        return self._steps

    def covers(self, path: str) -> bool:
        """Tell whether a path belongs to the protocol's routes.

        Args:
            path: The decoded path, from the site's root.
        """
        return self._router.covers(path)

    def handle(self, request: Request) -> Coroutine[Any, Any, Response]:
        """Answer a request of the protocol, whatever it is; to be awaited.

        Args:
            request: The request.

        Returns:
            The answer; refusals are answers too.
        """
        return self._router.answer(request)

    async def resume(self, request: Request) -> Resumed:
        """Read a request's session, with the cookies that the response must carry.

        Integrations call it once a request; applications call `session`.

        Args:
            request: The request.

        Raises:
            Busy: A plain ``def`` callback found no worker.
        """
        if request.has_too_many_headers:
            return Resumed(None)
        services = self._services
        sessions = services.sessions
        headers = request.header_values(b"cookie")
        cookies = Cookies(headers) if headers else None
        token = deciding_token(request, cookies, sessions, services.settings.session)
        if token is not None:
            resumed = await sessions.resume_token(request, token)
        else:
            origin = self._origin(request)
            if origin is None or cookies is None:
                return Resumed(None)
            glanced = sessions.glance(cookies, origin)
            if glanced is not None:
                return glanced
            resumed = await sessions.resume(request, sessions.in_cookie(cookies, origin))
        if resumed.incidents:
            services.report(request, resumed)
        return resumed

    async def session(self, request: Request) -> Session | None:
        """Answer who is signed in, or None. The ``session`` callback does not run.

        Args:
            request: The request.

        Raises:
            Busy: A plain ``def`` callback found no worker.
        """
        return (await self.resume(request)).session

    def handle_sync(self, request: Request) -> Response:
        """Answer a request of the protocol, without an event loop around.

        Args:
            request: The request.
        """
        return self._ask(self.handle, request)

    def resume_sync(self, request: Request) -> Resumed:
        """Read a request's session, without an event loop around.

        Args:
            request: The request.
        """
        return self._ask(self.resume, request)

    def session_sync(self, request: Request) -> Session | None:
        """Answer who is signed in, or None, without an event loop around.

        Args:
            request: The request.
        """
        return self.resume_sync(request).session

    async def flush_events(self, seconds: float = 2.0) -> bool:
        """Wait until every sink has dealt with what it was told, such as before a pool is closed.

        Args:
            seconds: How long at most.

        Returns:
            Whether they have.
        """
        return await self._services.events.flush(seconds)

    def flush_events_sync(self, seconds: float = 2.0) -> bool:
        """Wait as `flush_events` does, without an event loop around.

        Args:
            seconds: How long at most.

        Returns:
            Whether every sink has dealt with what it was told.
        """
        return self._services.events.wait(seconds)
