"""Owns the union of all events, for ``match``, and how one is made that is told later."""

from __future__ import annotations

from collections.abc import Callable

from nextauth.events.circumstances import Circumstances
from nextauth.events.factors import (
    DeviceTrusted,
    FactorEnrolled,
    FactorRemoved,
    FactorsReset,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorAsked,
    SecondFactorPassed,
    SecondFactorRefused,
    SignCountRegressed,
)
from nextauth.events.operations import ConfigurationRefused, RequestRefused, StoreFailed
from nextauth.events.sessions import (
    OlderSessionAccepted,
    RevalidationFailed,
    SessionEnded,
    SessionsRevoked,
    SessionUpdated,
    SignedOut,
    StepUpAsked,
    StepUpPassed,
)
from nextauth.events.signing_in import GuessingAlarm, SignedIn, SignInFailed, SignInThrottled

__all__ = ["Event", "Incident"]

Event = (
    SignedIn
    | SignInFailed
    | SignInThrottled
    | GuessingAlarm
    | SignedOut
    | SessionUpdated
    | OlderSessionAccepted
    | SessionEnded
    | SessionsRevoked
    | RevalidationFailed
    | StepUpAsked
    | StepUpPassed
    | SecondFactorAsked
    | SecondFactorPassed
    | SecondFactorRefused
    | RecoveryCodeUsed
    | SignCountRegressed
    | DeviceTrusted
    | FactorEnrolled
    | FactorRemoved
    | RecoveryCodesRenewed
    | FactorsReset
    | RequestRefused
    | StoreFailed
    | ConfigurationRefused
)

Incident = Callable[[Circumstances], Event]
"""Makes an event, once it is known when and from where it happened."""
