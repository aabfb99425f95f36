"""The audit stream: what happened, as frozen values, and how they reach the application's sinks."""

from nextauth.events.circumstances import Circumstances
from nextauth.events.kinds import Event
from nextauth.events.operations import ConfigurationRefused, RequestRefused, StoreFailed
from nextauth.events.refusal import tell_of_refusal
from nextauth.events.rows import EVENT_VERSION, Row, event_name, event_row
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
from nextauth.events.sinks import Sink, immediate
from nextauth.events.stream import EventStream

__all__ = [
    "EVENT_VERSION",
    "Circumstances",
    "ConfigurationRefused",
    "Event",
    "EventStream",
    "GuessingAlarm",
    "RequestRefused",
    "RevalidationFailed",
    "Row",
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
    "event_name",
    "event_row",
    "immediate",
    "tell_of_refusal",
]
