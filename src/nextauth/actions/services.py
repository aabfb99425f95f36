"""Owns what is built once and serves every request, and what all of it together can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nextauth.config import Settings
from nextauth.errors import ConfigurationError, Problem
from nextauth.events import Circumstances, EventStream, StepUpAsked
from nextauth.hooks import Hook
from nextauth.models import Session
from nextauth.sessions import Freshness, Resumed, Sessions, StepUp, StepUpTickets
from nextauth.signin import SignInPolicy
from nextauth.web import Origin, Request
from nextauth.web.csrf import CsrfTokens
from nextauth.web.urls import add_query, permitted_redirect

if TYPE_CHECKING:
    from nextauth.account import FactorAccount
    from nextauth.pages import PageRenderer
    from nextauth.signin import TwoSteps

__all__ = ["Services"]


@dataclass(eq=False, frozen=True, slots=True)
class Services:
    """What the composition root built once, for every request.

    Args:
        settings: The checked configuration.
        sessions: Begins, reads and ends sessions.
        policy: The sign-in policy.
        two_steps: What signing in by two steps consists of; None where nobody is asked to.
        account: Changes people's second factors; None where they have none.
        events: The audit stream.
        renderer: Answers what renders our pages; made with the first page.
        csrf: Makes and checks CSRF tokens.
        step_up: Makes and reads what lets only the same person sign in again.
        redirect: The ``redirect`` callback.
        session: The ``session`` callback.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """

    settings: Settings
    sessions: Sessions
    policy: SignInPolicy
    two_steps: TwoSteps | None
    account: FactorAccount | None
    events: EventStream
    renderer: Callable[[], PageRenderer]
    csrf: CsrfTokens
    step_up: StepUpTickets
    redirect: Hook | None
    session: Hook | None
    clock: Callable[[], float]
    entropy: Callable[[int], bytes]

    @property
    def pages(self) -> PageRenderer:
        """What renders our pages; an API that shows none never loads them."""
        return self.renderer()

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """Every function of the application that serving a request waits for: no event sink."""
        optional = (self.redirect, self.session)
        return (
            *(hook for provider in self.settings.providers.values() for hook in provider.hooks()),
            *self.sessions.hooks,
            *self.policy.hooks,
            *(() if self.two_steps is None else self.two_steps.hooks),
            *(hook for hook in optional if hook is not None),
        )

    @property
    def waits(self) -> bool:
        """Whether serving a request needs an event loop."""
        waits = self.sessions.waits or self.policy.waits
        waits = waits or (self.two_steps is not None and self.two_steps.waits)
        return waits or any(hook.is_async for hook in self.hooks)

    def require_providers(self) -> None:
        """Refuse to serve routes where there is nothing to sign in with.

        Raises:
            ConfigurationError: There is no provider.
        """
        if self.settings.only_reads:
            problem = Problem(
                "no-providers",
                "This Auth has no providers: it reads sessions that another site writes, and has "
                "no routes to serve.",
                "Pass providers=[Credentials(authorize=...)], or mount no routes.",
            )
            raise ConfigurationError([problem])

    def circumstances(self, request: Request) -> Circumstances:
        """Answer when and from where a request came.

        Args:
            request: The request.
        """
        return Circumstances.of(request, self.settings.address, now=self.clock())

    def signin_url(
        self,
        request: Request,
        origin: Origin,
        *,
        step_up: Session | None = None,
        back_to: str | None = None,
    ) -> str:
        """Answer where to send a person who must sign in and come back to this request's page.

        Args:
            request: The request.
            origin: Our origin.
            step_up: The session of which only the same person may go on.
            back_to: The path to come back to; None: the request's own.
        """
        settings = self.settings
        asked = request.path + (f"?{request.query.decode('latin-1')}" if request.query else "")
        here = permitted_redirect(back_to or asked, origin=origin, trusted=())
        page = permitted_redirect(
            settings.pages.sign_in or f"{settings.base_path}/signin",
            origin=origin,
            trusted=settings.trusted_origins,
        )
        ticket = None if step_up is None else self.step_up.write(step_up, now=self.clock())
        query = {"callbackUrl": here or str(origin), "stepUp": ticket}
        return add_query(page or str(origin), query)

    def ask_step_up(
        self, request: Request, session: Session, freshness: Freshness, url: str | None
    ) -> StepUp:
        """Answer how to ask for a more recent sign-in, and tell the audit stream.

        Args:
            request: The request.
            session: Its session, which is not fresh enough.
            freshness: What is asked of it.
            url: Where to send a person.
        """
        identity = session.provider, session.user.id, session.sid
        at = self.circumstances(request)
        asked = StepUpAsked(at, *identity, freshness.max_age, freshness.methods)
        self.events.tell(asked)
        return StepUp(url, freshness.challenge)

    def report(self, request: Request, resumed: Resumed) -> None:
        """Tell the audit stream what happened while a session was read.

        Args:
            request: The request.
            resumed: What reading its session gave.
        """
        at = self.circumstances(request)
        for incident in resumed.incidents:
            self.events.tell(incident(at))
