"""Owns how a person is asked to sign in, or to sign in again: the page, the challenge, step-up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from nextauth.models import Session
from nextauth.resetting import ResetsFactors
from nextauth.sessions import Freshness, StepUp, challenge
from nextauth.web import Origin, Request, Runtime
from nextauth.web.request import step

__all__ = ["AsksToSignIn", "Refusal"]

T = TypeVar("T")

_log = logging.getLogger("nextauth.auth")


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a request is answered that needs a session, or a more recent sign-in.

    Args:
        url: Where to send a person who navigates, and who comes back afterwards; None for a
            program, which gets 401, and where nobody knows where that is.
        challenge: The ``WWW-Authenticate`` header of the 401.
        detail: What is missing, in English.
    """

    url: str | None
    challenge: str
    detail: str


class AsksToSignIn(ResetsFactors):
    """The part of `Auth` that says where and how somebody who must sign in can do so."""

    def challenge(self, request: Request) -> str:
        """Answer the ``WWW-Authenticate`` header of a 401 (RFC 9110, 11.6.1; RFC 6750, 3).

        Args:
            request: The request that is refused.
        """
        return challenge(request, self._services.settings.session)

    def signin_url(self, request: Request) -> str | None:
        """Answer where to send a person who must sign in and come back to this request's page.

        Args:
            request: The request.

        Returns:
            An absolute URL with ``callbackUrl``; None if nobody told us where that page is.
        """
        return self._page_to_sign_in(request, None)

    def _page_to_sign_in(self, request: Request, step_up: Session | None) -> str | None:
        origin = self._origin(request)
        settings = self._services.settings
        # Where another site signs people in, its page is not on the address that we were asked at.
        is_elsewhere = settings.only_reads and not settings.pages.sign_in
        if origin is None or (is_elsewhere and settings.address.base_url is None):
            return None
        return self._services.signin_url(request, origin, step_up=step_up)

    async def refusal(
        self, request: Request, session: Session | None, freshness: Freshness | None = None
    ) -> Refusal | None:
        """Answer how to refuse a request that is for signed-in people only; None if it may go on.

        Args:
            request: The request.
            session: Its session.
            freshness: How recent the sign-in must be; None: a session is enough.
        """
        is_page = _wants_page(request)
        if session is None:
            url = self.signin_url(request) if is_page else None
            return Refusal(url, self.challenge(request), "Not signed in")
        step_up = None if freshness is None else await self.step_up(request, session, freshness)
        if step_up is None:
            return None
        return Refusal(step_up.url if is_page else None, step_up.challenge, "Sign in again")

    def refusal_sync(
        self, request: Request, session: Session | None, freshness: Freshness | None = None
    ) -> Refusal | None:
        """Answer as `refusal` does, without an event loop around.

        Args:
            request: The request.
            session: Its session.
            freshness: How recent the sign-in must be; None: a session is enough.
        """
        return self._ask(lambda moved: self.refusal(moved, session, freshness), request)

    async def step_up(
        self, request: Request, session: Session, freshness: Freshness
    ) -> StepUp | None:
        """Answer how to ask for a more recent sign-in; None if the session's is recent enough.

        Only the same person, by provider and id, can renew it.

        Args:
            request: The request.
            session: Its session.
            freshness: How recent the sign-in must be, and how it was to be proven.
        """
        if freshness.holds(session, self._services.clock()):
            return None
        url = self._page_to_sign_in(request, session)
        return self._services.ask_step_up(request, session, freshness, url)

    def step_up_sync(
        self, request: Request, session: Session, freshness: Freshness
    ) -> StepUp | None:
        """Answer how to ask for a more recent sign-in, without an event loop around.

        Args:
            request: The request.
            session: Its session.
            freshness: How recent the sign-in must be, and how it was to be proven.
        """
        return self._ask(lambda moved: self.step_up(moved, session, freshness), request)

    def _ask(self, ask: Callable[[Request], Coroutine[Any, Any, T]], request: Request) -> T:
        if self._steps:
            return step(ask(request))
        return self._finish(lambda runtime: ask(_moved(request, runtime)))

    def _origin(self, request: Request) -> Origin | None:
        origin = self._services.settings.address.origin(request)
        if origin is None:
            _log.error(
                "Nobody is signed in on this address, since ours is not known; set base_url (or "
                "AUTH_URL) to the site's public address, such as 'https://example.com'.",
                extra={"code": "UntrustedHost"},
            )
        return origin


def _wants_page(request: Request) -> bool:
    """Tell whether a person's browser navigates here, rather than a program asking."""
    if request.method not in {"GET", "HEAD"}:
        return False
    mode = request.header(b"sec-fetch-mode")
    if mode is not None:
        return mode == "navigate"
    return "text/html" in (request.header(b"accept") or "")


def _moved(request: Request, runtime: Runtime) -> Request:
    """Take a request to the background loop; whatever may block stays where it was made.

    Its body is read there too: a client that sends slowly would hold up the loop of all others.
    """
    read_body = request.read_body

    async def read(limit: int) -> bytes:
        return await read_body(limit)

    request.read_body = lambda limit: runtime.call(lambda: step(read(limit)))
    request.runtime = runtime
    return request
