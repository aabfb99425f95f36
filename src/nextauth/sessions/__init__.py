"""Sessions: how they begin, are read, roll on and end. Their state is in the cookie."""

from nextauth.sessions.bearer import challenge, deciding_token
from nextauth.sessions.beginning import Admission
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
from nextauth.sessions.outcomes import Resumed
from nextauth.sessions.revocation import RevocationList
from nextauth.sessions.stepup import Freshness, StepUp, StepUpTicket, StepUpTickets

__all__ = [
    "Admission",
    "Freshness",
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
