"""Sessions: how they begin, are read, roll on and end. Their state is in the cookie."""

from nextauth.sessions.claims import (
    identity_of,
    public_session,
    session_of,
    user_of,
    withheld_texts,
)
from nextauth.sessions.cookie import SessionCookie
from nextauth.sessions.lifecycle import Resumed, Sessions

__all__ = [
    "Resumed",
    "SessionCookie",
    "Sessions",
    "identity_of",
    "public_session",
    "session_of",
    "user_of",
    "withheld_texts",
]
