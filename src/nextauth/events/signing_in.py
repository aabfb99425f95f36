"""Owns the events of signing in. None holds a credential."""

from __future__ import annotations

from dataclasses import dataclass

from nextauth.events.circumstances import Circumstances
from nextauth.models import Account, User

__all__ = ["GuessingAlarm", "SignInFailed", "SignInThrottled", "SignedIn"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person signed in.

    Args:
        at: When and from where.
        user: Who.
        account: Through which provider.
        sid: The new session's id.
    """

    at: Circumstances
    user: User
    account: Account
    sid: str


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """Somebody tried to sign in and was refused.

    Args:
        at: When and from where.
        provider: The provider's id.
        reason: ``"CredentialsSignin"``, ``"AccessDenied"``, ``"StepUpMismatch"`` (somebody else
            than the person who was to sign in again) or ``"Configuration"``.
        code: The public code of a CredentialsSignin, else None.
        user_id: Who it was, where that is known.
    """

    at: Circumstances
    provider: str
    reason: str
    code: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignInThrottled:
    """A try to sign in has to wait, and was not made.

    Args:
        at: When and from where.
        provider: The provider's id.
        limit: What was tried too often: ``"account"``, ``"address"``, ``"pair"``, ``"device"`` or
            ``"factor"``.
        retry_after: Whole seconds until a try could pass.
    """

    at: Circumstances
    provider: str
    limit: str
    retry_after: int


@dataclass(frozen=True, slots=True)
class GuessingAlarm:
    """So many tries fail, over all accounts and addresses, that somebody should look.

    Args:
        at: When the alarm was raised, and from where the last failed try came.
        provider: The provider's id of the last try.
        failures: How many failed tries raise the alarm.
        seconds: Within which time.
    """

    at: Circumstances
    provider: str
    failures: int
    seconds: float
