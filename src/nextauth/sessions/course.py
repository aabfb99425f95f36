"""Owns what follows once a session's token opened: checks, the ``jwt`` callback, a token anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nextauth.callbacks import JWTParams
from nextauth.errors import Busy, CallbackError
from nextauth.sessions.callback import TokenCallback
from nextauth.sessions.carrier import Carrier
from nextauth.sessions.checks import SessionChecks
from nextauth.sessions.claims import KEPT, stamp
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Passed, Resumed, Stopped, accepted, ended
from nextauth.sessions.revalidation import Revalidator
from nextauth.tokens import OpenedToken
from nextauth.web import Request

if TYPE_CHECKING:
    from nextauth.events import Incident

__all__ = ["Course", "Stamp", "Update"]

_log = logging.getLogger("nextauth.sessions")
_JTI_BYTES = 16


@dataclass(eq=False, slots=True)
class Update:
    """What a client posted to change its session.

    Args:
        data: Any JSON.
    """

    data: object


class Stamp:
    """Answers claims as a token that is written now has them.

    Args:
        lifetimes: How long sessions last.
        revalidator: Seals anew what it has kept.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_entropy", "_lifetimes", "_revalidator")

    def __init__(
        self, lifetimes: Lifetimes, revalidator: Revalidator, *, entropy: Callable[[int], bytes]
    ) -> None:
        self._lifetimes = lifetimes
        self._revalidator = revalidator
        self._entropy = entropy

    def begin(self, claims: Mapping[str, Any], now: float) -> dict[str, Any]:
        """Answer the claims of a session's first token.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        expires = self._lifetimes.end_of_token(claims, now)
        return stamp(claims, now=now, expires=expires, jti=self._entropy(_JTI_BYTES).hex())

    def renew(self, claims: Mapping[str, Any], now: float) -> dict[str, Any]:
        """Answer the claims of a token that takes the place of another.

        Args:
            claims: The session's claims, with the times of the token before.
            now: Unix seconds.
        """
        resealed = self._revalidator.resealed(claims, now)
        return self.begin(self._lifetimes.with_beginning(resealed, now), now)


class Course:
    """Takes sessions on, from a token that opened to what the request gets.

    Args:
        checks: Whether they are good.
        jwt: The ``jwt`` callback.
        lifetimes: How long they last.
        stamp: Answers the claims of a new token.
        clock: Answers Unix seconds.
    """

    __slots__ = ("_checks", "_clock", "_jwt", "_lifetimes", "_stamp")

    def __init__(
        self,
        checks: SessionChecks,
        jwt: TokenCallback | None,
        lifetimes: Lifetimes,
        stamp: Stamp,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._checks = checks
        self._jwt = jwt
        self._lifetimes = lifetimes
        self._stamp = stamp
        self._clock = clock

    async def go_on(
        self,
        request: Request,
        opened: OpenedToken | None,
        now: float,
        carrier: Carrier | None,
        *,
        update: Update | None = None,
    ) -> Resumed:
        """Take a session on.

        Args:
            request: The request.
            opened: Its token; None if it did not open.
            now: Unix seconds.
            carrier: Where its token is written anew; None if it is not to be.
            update: What the client posted to change it.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        if opened is None:
            return Resumed(None)
        claims = opened.claims
        checked = self._checks.recalled(claims, now)
        if checked is None:
            is_written = carrier is not None
            checked = await self._checks.ask(request, claims, now=now, is_written=is_written)
        if isinstance(checked, Stopped):
            gone = () if carrier is None or not checked.is_over else carrier.delete()
            return Resumed(None, gone, checked.incidents, is_for_now=not checked.is_over)
        if self._jwt is not None:
            fresh = {**opened.fresh_claims(), **checked.changes}
            fresh.pop(KEPT, None)
            params = JWTParams(fresh)
            if update is not None:
                params = JWTParams(fresh, trigger="update", session=update.data)
            return await self._through(self._jwt, request, params, opened, checked, carrier)
        is_stale = update is not None or checked.changes or self._is_due(opened, now)
        if carrier is None or not is_stale:
            return Resumed(claims, (), checked.incidents)
        return self._roll_on(opened, checked, carrier, now)

    async def _through(  # noqa: PLR0913, PLR0917 - what a callback sees, and where it goes
        self,
        jwt: TokenCallback,
        request: Request,
        params: JWTParams,
        token: OpenedToken,
        checked: Passed,
        carrier: Carrier | None,
    ) -> Resumed:
        incidents, opened = checked.incidents, token.claims
        before = {**opened, **checked.changes} if checked.changes else opened
        try:
            claims = await jwt.ask(request, params, before)
            if claims is None:
                gone = () if carrier is None else carrier.delete()
                return Resumed(None, gone, (*incidents, ended(before, "callback")))
            if carrier is None:
                return Resumed(claims, (), incidents)
            now = self._clock()
            is_same = params.trigger is None and claims == opened
            if is_same and not self._is_due(token, now):
                return Resumed(opened, (), incidents)
            stamped = self._stamp.renew(claims, now)
            handed = carrier.write(stamped)
            told = (*incidents, *_moved(token, stamped))
            return Resumed(stamped, handed.cookies, told, handed.token)
        except Busy:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it raises, nobody is signed in
            # The cookie stays: an application's outage must not sign everybody out for good.
            jwt.log_failure(error, before, params.session)
            failed = ended(before, "callback-failed")
            return Resumed(None, (), (*incidents, failed), is_for_now=True)

    def _is_due(self, token: OpenedToken, now: float) -> bool:
        """Tell whether a token is written anew though nothing in it changed."""
        return token.is_older or self._lifetimes.is_due(token.claims, now)

    def _roll_on(
        self, opened: OpenedToken, checked: Passed, carrier: Carrier, now: float
    ) -> Resumed:
        claims = {**opened.claims, **checked.changes}
        stamped = self._stamp.renew(claims, now)
        try:
            handed = carrier.write(stamped)
            incidents = (*checked.incidents, *_moved(opened, stamped))
            return Resumed(stamped, handed.cookies, incidents, handed.token)
        except CallbackError as error:
            # Another program, or an older configuration, wrote it; it was good a moment ago.
            _log.warning(
                "A session is not rolled on, so that it will end unused: %s",
                error,
                extra={"code": "session-not-rolled"},
            )
            return Resumed(claims, (), checked.incidents)


def _moved(opened: OpenedToken, written: Mapping[str, Any]) -> tuple[Incident, ...]:
    """Answer that an older release's token was replaced, where it was one."""
    release = opened.release
    return () if release is None else (accepted(written, release),)
