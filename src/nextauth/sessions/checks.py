"""Owns what a session must still pass once its token opened, and in which order.

Its longest life, then the store's word, then its provider's. The token's own end is the token's.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from nextauth.config import Settings
from nextauth.events import Circumstances
from nextauth.sessions.claims import EPOCH
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Incident, ended
from nextauth.sessions.revocation import RevocationList, Verdict
from nextauth.web import Request

__all__ = ["Passed", "SessionChecks", "Stopped", "new_sid"]

_SID_BYTES = 16


def new_sid(entropy: Callable[[int], bytes]) -> str:
    """Answer a new session id, of 128 random bits.

    Args:
        entropy: Answers that many random bytes.
    """
    return urlsafe_b64encode(entropy(_SID_BYTES)).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True)
class Passed:
    """The session is good.

    Args:
        changes: Claims that it has from now on, so that its token must be written anew.
        incidents: What the audit stream is to be told of.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Stopped:
    """Nobody is signed in.

    Args:
        is_over: Whether that is for good, so that the cookie goes.
        incidents: What the audit stream is to be told of.
    """

    is_over: bool
    incidents: tuple[Incident, ...] = ()


_PASSED = Passed()


class SessionChecks:
    """Looks at each session that opens.

    Args:
        settings: The checked configuration.
        lifetimes: How long sessions last.
        revocation: Which of them were ended, if that is known.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_adopt_until", "_entropy", "_lifetimes", "_revocation", "_settings")

    def __init__(
        self,
        settings: Settings,
        lifetimes: Lifetimes,
        revocation: RevocationList | None,
        *,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._lifetimes = lifetimes
        self._revocation = revocation
        self._entropy = entropy
        options = settings.revocation
        until = None if options is None else options.adopt_until
        self._adopt_until = float("-inf") if until is None else until.timestamp()

    def recalled(self, claims: Mapping[str, Any], now: float) -> Passed | Stopped | None:
        """Answer what is known without asking anybody; None if somebody must be asked.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        if self._lifetimes.is_over(claims, now):
            return Stopped(is_over=True, incidents=(ended(claims, "absolute"),))
        if self._revocation is None:
            return _PASSED
        verdict = self._revocation.recalled(claims, now)
        return None if verdict is None else self._told(claims, verdict, ())

    async def ask(
        self, request: Request, claims: Mapping[str, Any], *, now: float, is_written: bool
    ) -> Passed | Stopped:
        """Ask whoever must be asked.

        Args:
            request: The request.
            claims: The session's claims.
            now: Unix seconds.
            is_written: Whether the token can be written anew.
        """
        if self._revocation is None:
            return _PASSED
        place = partial(Circumstances.of, request, self._settings.address, now=now)
        verdict, incidents = await self._revocation.judge(claims, place, now=now)
        if verdict is Verdict.NAMELESS and is_written and now < self._adopt_until:
            return await self._adopt(claims, now)
        return self._told(claims, verdict, incidents)

    def _told(
        self, claims: Mapping[str, Any], verdict: Verdict, incidents: tuple[Incident, ...]
    ) -> Passed | Stopped:
        match verdict:
            case Verdict.GOOD:
                return Passed(incidents=incidents) if incidents else _PASSED
            case Verdict.ENDED:
                return Stopped(is_over=True, incidents=(*incidents, ended(claims, "revoked")))
            case Verdict.NAMELESS:
                return Stopped(is_over=True, incidents=(*incidents, ended(claims, "unknown")))
            case Verdict.UNKNOWN:
                return Stopped(is_over=False, incidents=incidents)

    async def _adopt(self, claims: Mapping[str, Any], now: float) -> Passed | Stopped:
        """Give a session of another program what it takes to end it."""
        assert self._revocation is not None  # noqa: S101 - for the type checker; the caller looked
        provider, user_id = claims.get("provider"), claims.get("sub")
        if not isinstance(user_id, str):
            return self._told(claims, Verdict.NAMELESS, ())
        named = provider if isinstance(provider, str) else ""
        epoch = await self._revocation.epoch(named, user_id, now=now)
        changes: dict[str, Any] = {"sid": new_sid(self._entropy), EPOCH: epoch}
        if not isinstance(claims.get("auth_time"), int):
            changes["auth_time"] = int(now)
        return Passed(changes)
