"""Owns the values of the sign-in policy: one try to sign in, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nextauth.events import Circumstances
from nextauth.models import SubmittedCredentials
from nextauth.providers import Provider
from nextauth.sessions import StepUpTicket
from nextauth.web import Cookies, Origin, Request, SetCookie

__all__ = ["Admitted", "Attempt", "Diverted", "Entry", "TurnedAway"]


@dataclass(slots=True)
class Attempt:
    """One try to sign in, with all that belongs to it.

    Args:
        provider: Who checks the credentials.
        credentials: What was submitted.
        request: The request.
        cookies: Its cookies.
        origin: Our origin.
        at: Answers when and from where, for the events.
        expected: Who alone may sign in, where a session is to be stepped up; None: anybody.
    """

    provider: Provider
    credentials: SubmittedCredentials
    request: Request
    cookies: Cookies
    origin: Origin
    at: Callable[[], Circumstances]
    expected: StepUpTicket | None = None


@dataclass(slots=True)
class Admitted:
    """A session begins.

    Args:
        cookies: What the response must set.
    """

    cookies: tuple[SetCookie, ...]


@dataclass(frozen=True, slots=True)
class Diverted:
    """The ``sign_in`` callback sends the person elsewhere; no session begins.

    Args:
        url: Where to; it still has to pass the redirect rule.
    """

    url: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Nobody is signed in.

    Args:
        error: ``"CredentialsSignin"``, ``"AccessDenied"``, ``"StepUpMismatch"`` or
            ``"Configuration"``.
        code: The public code of a CredentialsSignin.
        ends_session: Whether the session that was there ends too.
    """

    error: str
    code: str | None = None
    ends_session: bool = False


Entry = Admitted | Diverted | TurnedAway
