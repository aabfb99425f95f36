"""Owns the values of the sign-in policy: one try to sign in, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nextauth.events import Circumstances
from nextauth.models import SubmittedCredentials
from nextauth.providers import Provider
from nextauth.sessions import Carrier, StepUpTicket
from nextauth.web import Cookies, Origin, Request, SetCookie

__all__ = ["Admitted", "Attempt", "Diverted", "Entry", "Held", "TurnedAway"]


@dataclass(eq=False, slots=True)
class Attempt:
    """One try to sign in, with all that belongs to it.

    Args:
        provider: Who checks the credentials.
        credentials: What was submitted.
        request: The request.
        cookies: Its cookies.
        origin: Our origin.
        carrier: What carries the session that begins, and the one that it takes the place of.
        at: Answers when and from where, for the events.
        expected: Who alone may sign in, where a session is to be stepped up; None: anybody.
        callback_url: Where the sign-in leads; it has passed the redirect rule.
        named: What was submitted as the account's name, where tries are counted.
        held: What the client knows a sign-in by that waits already, whatever that is.
    """

    provider: Provider
    credentials: SubmittedCredentials
    request: Request
    cookies: Cookies
    origin: Origin
    carrier: Carrier
    at: Callable[[], Circumstances]
    expected: StepUpTicket | None = None
    callback_url: str = ""
    named: str | None = field(default=None, repr=False)
    held: str | None = field(default=None, repr=False)


@dataclass(eq=False, slots=True)
class Admitted:
    """A session begins.

    Args:
        cookies: What the response must set.
        token: What a client without a browser is handed; None for a browser. Not in the repr.
    """

    cookies: tuple[SetCookie, ...]
    token: str | None = field(default=None, repr=False)


@dataclass(eq=False, frozen=True, slots=True)
class Held:
    """No session begins before a second factor was proven.

    Args:
        cookies: What the response must set.
        handle: What a client without a browser knows it by; None for a browser. Not in the repr.
    """

    cookies: tuple[SetCookie, ...]
    handle: str | None = field(default=None, repr=False)


@dataclass(eq=False, frozen=True, slots=True)
class Diverted:
    """The ``sign_in`` callback sends the person elsewhere; no session begins.

    Args:
        url: Where to; it still has to pass the redirect rule.
    """

    url: str


@dataclass(eq=False, frozen=True, slots=True)
class TurnedAway:
    """Nobody is signed in.

    Args:
        error: ``"CredentialsSignin"``, ``"AccessDenied"``, ``"StepUpMismatch"``,
            ``"SecondFactorMissing"``, ``"SecondFactorRefused"``, ``"SecondFactorExpired"`` or
            ``"Configuration"``.
        code: The public code of a CredentialsSignin.
        ends_session: Whether the session that was there ends too.
    """

    error: str
    code: str | None = None
    ends_session: bool = False


Entry = Admitted | Held | Diverted | TurnedAway
