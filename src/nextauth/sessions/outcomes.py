"""Owns what comes of a session: one that begins, and what reading one gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nextauth.models import Session
from nextauth.sessions.claims import session_of
from nextauth.web import SetCookie

__all__ = ["Issued", "Resumed"]


class Resumed:
    """What reading a request's session gave; made for every request, so it is a plain object.

    Args:
        claims: The token's claims; None if nobody is signed in. Not in the repr.
        cookies: What the response must set or delete.
        ended: Why the application ended the session now, or None.
        ended_claims: The claims of the session that it ended.
    """

    __slots__ = ("_session", "claims", "cookies", "ended", "ended_claims")

    def __init__(
        self,
        claims: Mapping[str, Any] | None,
        cookies: tuple[SetCookie, ...] = (),
        ended: str | None = None,
        ended_claims: Mapping[str, Any] | None = None,
    ) -> None:
        self.claims = claims
        self.cookies = cookies
        self.ended = ended
        self.ended_claims = ended_claims
        self._session: Session | None = None

    def __repr__(self) -> str:
        who = "nobody" if self.claims is None else "somebody"
        return f"Resumed({who}, cookies={self.cookies!r}, ended={self.ended!r})"

    @property
    def session(self) -> Session | None:
        """Who is signed in, or None."""
        if self._session is None and self.claims is not None:
            self._session = session_of(self.claims)
        return self._session


@dataclass(slots=True)
class Issued:
    """A session that begins.

    Args:
        sid: Its id.
        cookies: What the response must set.
    """

    sid: str
    cookies: tuple[SetCookie, ...]
