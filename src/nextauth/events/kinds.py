"""Owns the union of all events, for ``match``."""

from __future__ import annotations

from nextauth.events.operations import ConfigurationRefused, RequestRefused, StoreFailed
from nextauth.events.sessions import (
    RevalidationFailed,
    SessionEnded,
    SessionsRevoked,
    SessionUpdated,
    SignedOut,
    StepUpAsked,
    StepUpPassed,
)
from nextauth.events.signing_in import GuessingAlarm, SignedIn, SignInFailed, SignInThrottled

__all__ = ["Event"]

Event = (
    SignedIn
    | SignInFailed
    | SignInThrottled
    | GuessingAlarm
    | SignedOut
    | SessionUpdated
    | SessionEnded
    | SessionsRevoked
    | RevalidationFailed
    | StepUpAsked
    | StepUpPassed
    | RequestRefused
    | StoreFailed
    | ConfigurationRefused
)
