"""The audit stream: what happened, as frozen values, and how they reach the application's sinks."""

from nextauth.events.circumstances import Circumstances
from nextauth.events.kinds import Event
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
from nextauth.events.stream import EventStream, Sink

__all__ = [
    "Circumstances",
    "ConfigurationRefused",
    "Event",
    "EventStream",
    "GuessingAlarm",
    "RequestRefused",
    "RevalidationFailed",
    "SessionEnded",
    "SessionUpdated",
    "SessionsRevoked",
    "SignInFailed",
    "SignInThrottled",
    "SignedIn",
    "SignedOut",
    "Sink",
    "StepUpAsked",
    "StepUpPassed",
    "StoreFailed",
]
