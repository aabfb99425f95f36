"""Owns what a session must still pass once its token opened, and in which order.

Its longest life, then the store's word, then its provider's. The token's own end is the token's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from nextauth.config import Settings
from nextauth.errors import StoreUnavailable
from nextauth.events import Circumstances
from nextauth.sessions.adoption import Adoption
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Passed, Stopped, ended
from nextauth.sessions.revalidation import Revalidator
from nextauth.sessions.worth import Verdict
from nextauth.web import Request

if TYPE_CHECKING:
    from nextauth.events import Incident
    from nextauth.sessions.revocation import RevocationList
    from nextauth.sessions.verdicts import Verdicts

__all__ = ["PASSED", "SessionChecks"]

_log = logging.getLogger("nextauth.sessions")


PASSED = Passed()
"""Passed, and there is nothing more to say."""


class SessionChecks:
    """Looks at each session that opens.

    Args:
        settings: The checked configuration.
        lifetimes: How long sessions last.
        revocation: Which of them were ended, if that is known.
        revalidator: Asks the providers again.
        adoption: What sessions of another program are given.
    """

    __slots__ = ("_adoption", "_lifetimes", "_revalidator", "_revocation", "_settings")

    def __init__(
        self,
        settings: Settings,
        lifetimes: Lifetimes,
        revocation: RevocationList | None,
        revalidator: Revalidator | None,
        adoption: Adoption,
    ) -> None:
        self._settings = settings
        self._lifetimes = lifetimes
        self._revocation = revocation
        self._revalidator = revalidator
        self._adoption = adoption

    def recalled(self, claims: Mapping[str, Any], now: float) -> Passed | Stopped | None:
        """Answer what is known without asking anybody; None if somebody must be asked.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        if self._lifetimes.is_over(claims, now):
            return Stopped(is_over=True, incidents=(ended(claims, "absolute"),))
        if self._revalidator is not None and self._revalidator.is_due(claims, now):
            return None
        if self._revocation is None:
            return PASSED
        verdict = self._revocation.verdicts.recalled(claims, now)
        return None if verdict is None else self._told(claims, verdict, ())

    async def ask(
        self,
        request: Request,
        claims: Mapping[str, Any],
        *,
        now: float,
        is_written: bool,
        look_only: bool = False,
    ) -> Passed | Stopped:
        """Ask whoever must be asked.

        Args:
            request: The request.
            claims: The session's claims.
            now: Unix seconds.
            is_written: Whether the token can be written anew.
            look_only: Call no function of the application.

        Raises:
            Busy: Every worker is taken.
        """
        checked: Passed | Stopped = PASSED
        if self._revocation is not None:
            checked = await self._ask_store(
                self._revocation.verdicts, request, claims, now=now, is_written=is_written
            )
        if isinstance(checked, Stopped) or self._revalidator is None:
            return checked
        if checked.changes:  # it was adopted
            claims = {**claims, **checked.changes}
        if not self._revalidator.is_due(claims, now):
            return checked
        vouched = await self._revalidator.ask(request, claims, now=now, may_ask=not look_only)
        incidents = (*checked.incidents, *vouched.incidents)
        if isinstance(vouched, Passed):
            return Passed({**checked.changes, **vouched.changes}, incidents)
        if not look_only:
            await self._end_everywhere(claims, now)
        return Stopped(vouched.is_over, incidents)

    async def glimpse(self, request: Request, claims: Mapping[str, Any], now: float) -> bool:
        """Tell whether a session is good, without any function of the application (HEAD).

        Args:
            request: The request.
            claims: The session's claims.
            now: Unix seconds.
        """
        checked = self.recalled(claims, now)
        if checked is None:
            checked = await self.ask(request, claims, now=now, is_written=False, look_only=True)
        return isinstance(checked, Passed)

    async def _ask_store(
        self,
        verdicts: Verdicts,
        request: Request,
        claims: Mapping[str, Any],
        *,
        now: float,
        is_written: bool,
    ) -> Passed | Stopped:
        place = partial(Circumstances.of, request, self._settings.address, now=now)
        verdict, incidents = await _judged(verdicts, claims, place, now=now)
        if verdict is not Verdict.WITHOUT_ID or not is_written:
            return self._told(claims, verdict, incidents)
        changes = self._adoption.changes(claims, now)
        if changes:
            claims = {**claims, **changes}
            verdict, incidents = await _judged(verdicts, claims, place, now=now)
            if verdict is Verdict.GOOD:
                return Passed(changes, incidents)
        return self._told(claims, verdict, incidents)

    async def _end_everywhere(self, claims: Mapping[str, Any], now: float) -> None:
        """End a session that its provider no longer vouches for, for every copy of its cookie."""
        if self._revocation is None:
            return
        try:
            await self._revocation.end(claims, now=now)
        except StoreUnavailable as error:
            _log.error(
                "A session that is over could not be ended elsewhere: %s",
                error,
                extra={"code": error.code},
            )

    def _told(
        self, claims: Mapping[str, Any], verdict: Verdict, incidents: tuple[Incident, ...]
    ) -> Passed | Stopped:
        match verdict:
            case Verdict.GOOD:
                return Passed(incidents=incidents) if incidents else PASSED
            case Verdict.ENDED:
                return Stopped(is_over=True, incidents=(*incidents, ended(claims, "revoked")))
            case Verdict.WITHOUT_ID:
                return Stopped(is_over=True, incidents=(*incidents, ended(claims, "unknown")))
            case Verdict.STORE_FAILED:
                return Stopped(is_over=False, incidents=incidents)


async def _judged(
    verdicts: Verdicts,
    claims: Mapping[str, Any],
    place: Callable[[], Circumstances],
    *,
    now: float,
) -> tuple[Verdict, tuple[Incident, ...]]:
    verdict = verdicts.recalled(claims, now)
    if verdict is not None:
        return verdict, ()
    return await verdicts.judge(claims, place, now=now)
