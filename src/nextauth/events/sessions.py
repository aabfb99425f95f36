"""Owns the events of sessions: how they go on and end. None holds a token."""

from __future__ import annotations

from dataclasses import dataclass

from nextauth.events.circumstances import Circumstances

__all__ = [
    "OlderSessionAccepted",
    "RevalidationFailed",
    "SessionEnded",
    "SessionUpdated",
    "SessionsRevoked",
    "SignedOut",
    "StepUpAsked",
    "StepUpPassed",
]


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A person signed out.

    Args:
        at: When and from where.
        provider: The provider's id, or None if another program made the token.
        user_id: Who.
        sid: The session's id.
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None


@dataclass(frozen=True, slots=True)
class SessionUpdated:
    """The client posted to ``session`` and the token was written anew.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        sid: The session's id.
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None


@dataclass(frozen=True, slots=True)
class OlderSessionAccepted:
    """A browser came with the session of an older release (`Accept`), and was given one of ours.

    It is told of each answer that does so: a browser that asks for several things at once, before
    it has the first answer, is told of several times.

    Args:
        at: When and from where.
        provider: The provider's id, or None if nobody knows it.
        user_id: Who.
        sid: The session's id; None where sessions cannot be ended before their time.
        release: ``"next-auth-v4"``, ``"next-auth-v3"`` or ``"next-auth-v2"``.
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None
    release: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session was found to be over when it was read, before its token's own end.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        sid: The session's id.
        reason: ``"callback"`` or ``"callback-failed"`` (the ``jwt`` callback answered None, or
            failed), ``"absolute"`` (its longest life is over), ``"revoked"``, ``"unknown"`` (it
            cannot be told apart from a revoked one), ``"revalidation"`` (the provider no longer
            vouches for the user, or could not be asked for too long) or ``"replaced"`` (the same
            browser signed in anew).
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class SessionsRevoked:
    """The application ended a session, or all of a user's.

    Args:
        at: When; from nowhere.
        provider: Id of the user's provider; None where one session was ended by its id.
        user_id: Whose sessions all ended; None where one session was ended by its id.
        sid: The session's id; None where all of a user's ended.
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None


@dataclass(frozen=True, slots=True)
class RevalidationFailed:
    """The system that holds the users was asked again about a signed-in user, and did not say yes.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        sid: The session's id.
        reason: ``"refused"`` (the session ends), ``"unavailable"`` (it goes on for a grace).
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class StepUpAsked:
    """A signed-in person must prove anew who they are before they go on.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        sid: The session's id.
        max_age: Seconds that the last proof may be old.
        methods: Which proofs count; none of them for any (RFC 8176).
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None
    max_age: int
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepUpPassed:
    """A person proved anew who they are.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        sid: The new session's id.
    """

    at: Circumstances
    provider: str
    user_id: str | None
    sid: str
