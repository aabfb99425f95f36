"""The audit stream: what happened, as frozen values, and how they reach the application's sinks.

What many sites do without is imported when it is asked for (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, Names, deferred
from nextauth.events.circumstances import Circumstances
from nextauth.events.operations import ConfigurationRefused, RequestRefused, StoreFailed
from nextauth.events.refusal import tell_of_refusal
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
from nextauth.events.sinks import Sink, immediate
from nextauth.events.stream import EventStream

if TYPE_CHECKING:
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
    from nextauth.events.kinds import Event, Incident
    from nextauth.events.rows import EVENT_VERSION, Row, event_name, event_row

__all__ = [
    "EVENT_VERSION",
    "Circumstances",
    "ConfigurationRefused",
    "DeviceTrusted",
    "Event",
    "EventStream",
    "FactorEnrolled",
    "FactorRemoved",
    "FactorsReset",
    "GuessingAlarm",
    "Incident",
    "OlderSessionAccepted",
    "RecoveryCodeUsed",
    "RecoveryCodesRenewed",
    "RequestRefused",
    "RevalidationFailed",
    "Row",
    "SecondFactorAsked",
    "SecondFactorPassed",
    "SecondFactorRefused",
    "SessionEnded",
    "SessionUpdated",
    "SessionsRevoked",
    "SignCountRegressed",
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

_ELSEWHERE = {
    "EVENT_VERSION": "rows",
    "DeviceTrusted": "factors",
    "Event": "kinds",
    "FactorEnrolled": "factors",
    "FactorRemoved": "factors",
    "FactorsReset": "factors",
    "Incident": "kinds",
    "RecoveryCodeUsed": "factors",
    "RecoveryCodesRenewed": "factors",
    "Row": "rows",
    "SecondFactorAsked": "factors",
    "SecondFactorPassed": "factors",
    "SecondFactorRefused": "factors",
    "SignCountRegressed": "factors",
    "event_name": "rows",
    "event_row": "rows",
}

__getattr__: Get
__dir__: Names
__getattr__, __dir__ = deferred(__name__, _ELSEWHERE)
