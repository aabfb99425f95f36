"""Sessions: how they begin, are read, roll on and end. Their state is in the cookie.

What ends them before their time is imported when it is asked for: most sites keep no sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nextauth.deferred import Get, deferred
from nextauth.sessions.bearer import challenge, deciding_token
from nextauth.sessions.beginning import Admission
from nextauth.sessions.carrier import Carrier
from nextauth.sessions.claims import (
    identity_of,
    public_session,
    session_of,
    shown_claims,
    user_of,
    withheld_texts,
)
from nextauth.sessions.cookie import SessionCookie
from nextauth.sessions.lifecycle import Sessions
from nextauth.sessions.outcomes import Issued, Resumed
from nextauth.sessions.stepup import Freshness, StepUp, StepUpTicket, StepUpTickets

if TYPE_CHECKING:
    from nextauth.sessions.revocation import RevocationList

__all__ = [
    "Admission",
    "Carrier",
    "Freshness",
    "Issued",
    "Resumed",
    "RevocationList",
    "SessionCookie",
    "Sessions",
    "StepUp",
    "StepUpTicket",
    "StepUpTickets",
    "challenge",
    "deciding_token",
    "identity_of",
    "public_session",
    "session_of",
    "shown_claims",
    "user_of",
    "withheld_texts",
]

__getattr__: Get = deferred(__name__, {"RevocationList": "revocation"})[0]
