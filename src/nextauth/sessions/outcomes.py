"""Owns what comes of a session: one that begins, and what reading one gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from nextauth.events import Circumstances, OlderSessionAccepted, SessionEnded
from nextauth.models import Session
from nextauth.sessions.claims import identity_of, session_of
from nextauth.web import SetCookie

if TYPE_CHECKING:
    from nextauth.events import Event, Incident

__all__ = ["Issued", "Passed", "Resumed", "Stopped", "accepted", "ended"]


def accepted(claims: Mapping[str, Any], release: str) -> Incident:
    """Answer that the session of an older release became one of ours.

    Args:
        claims: The session's claims, as they are written.
        release: Which release.
    """
    return partial(_older_session_accepted, *identity_of(claims), release)


def _older_session_accepted(
    provider: str | None, user_id: str | None, sid: str | None, release: str, at: Circumstances
) -> Event:
    return OlderSessionAccepted(at, provider, user_id, sid, release)


def ended(claims: Mapping[str, Any], reason: str) -> Incident:
    """Answer that a session was found to be over.

    Args:
        claims: The session's claims.
        reason: Why; see `SessionEnded`.
    """
    return partial(_session_ended, *identity_of(claims), reason)


def _session_ended(
    provider: str | None, user_id: str | None, sid: str | None, reason: str, at: Circumstances
) -> Event:
    return SessionEnded(at, provider, user_id, sid, reason)


class Resumed:
    """What reading a request's session gave; made for every request, so it is a plain object.

    Args:
        claims: The token's claims; None if nobody is signed in. Not in the repr.
        cookies: What the response must set or delete.
        incidents: What the audit stream is to be told of.
        token: The token in place of the one that was borne; None if there is none. Not in the repr.
        is_for_now: Whether nobody is signed in for no longer than something cannot be asked.
    """

    __slots__ = ("_session", "claims", "cookies", "incidents", "is_for_now", "token")

    def __init__(
        self,
        claims: Mapping[str, Any] | None,
        cookies: tuple[SetCookie, ...] = (),
        incidents: tuple[Incident, ...] = (),
        token: str | None = None,
        *,
        is_for_now: bool = False,
    ) -> None:
        self.is_for_now: bool = is_for_now
        self.claims: Mapping[str, Any] | None = claims
        self.cookies: tuple[SetCookie, ...] = cookies
        self.incidents: tuple[Incident, ...] = incidents
        self.token: str | None = token
        self._session: Session | None = None

    def __repr__(self) -> str:
        who = "nobody" if self.claims is None else "somebody"
        return f"Resumed({who}, cookies={self.cookies!r})"

    @property
    def session(self) -> Session | None:
        """Who is signed in, or None."""
        if self._session is None and self.claims is not None:
            self._session = session_of(self.claims)
        return self._session


@dataclass(eq=False, slots=True)
class Issued:
    """A session that begins.

    Args:
        sid: Its id.
        cookies: What the response must set.
        incidents: What the audit stream is to be told of beside that it begins.
        token: What a client without a browser is handed; None for a browser. Not in the repr.
    """

    sid: str
    cookies: tuple[SetCookie, ...]
    incidents: tuple[Incident, ...] = ()
    token: str | None = field(default=None, repr=False)


@dataclass(eq=False, frozen=True, slots=True)
class Passed:
    """The session is good.

    Args:
        changes: Claims that it has from now on, so that its token must be written anew.
        incidents: What the audit stream is to be told of.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()


@dataclass(eq=False, frozen=True, slots=True)
class Stopped:
    """Nobody is signed in.

    Args:
        is_over: Whether that is for good, so that the cookie goes.
        incidents: What the audit stream is to be told of.
    """

    is_over: bool
    incidents: tuple[Incident, ...] = ()
