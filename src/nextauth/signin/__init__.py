"""Signing in: the policy that every provider's answer passes before a session begins.

What signing in by two steps consists of is imported when it is asked for: most sites have no second
factor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, deferred
from nextauth.signin.completion import Completion, out_of_service
from nextauth.signin.entry import Admitted, Attempt, Diverted, Entry, Held, TurnedAway
from nextauth.signin.policy import SignInPolicy

if TYPE_CHECKING:
    from nextauth.signin.last_step import LastStep
    from nextauth.signin.pending import PendingSignIn, PendingSignIns
    from nextauth.signin.second_step import SecondStep, of_method
    from nextauth.signin.trial import Answer
    from nextauth.signin.trust import TRUSTED_DEVICE, TrustedDevices
    from nextauth.signin.two_steps import TwoSteps, factor_tools

__all__ = [
    "TRUSTED_DEVICE",
    "Admitted",
    "Answer",
    "Attempt",
    "Completion",
    "Diverted",
    "Entry",
    "Held",
    "LastStep",
    "PendingSignIn",
    "PendingSignIns",
    "SecondStep",
    "SignInPolicy",
    "TrustedDevices",
    "TurnedAway",
    "TwoSteps",
    "factor_tools",
    "of_method",
    "out_of_service",
]

_ELSEWHERE = {
    "TRUSTED_DEVICE": "trust",
    "Answer": "trial",
    "LastStep": "last_step",
    "PendingSignIn": "pending",
    "PendingSignIns": "pending",
    "SecondStep": "second_step",
    "TrustedDevices": "trust",
    "TwoSteps": "two_steps",
    "factor_tools": "two_steps",
    "of_method": "second_step",
}

__getattr__: Get = deferred(__name__, _ELSEWHERE)[0]
