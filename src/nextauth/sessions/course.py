"""Owns what follows once a session's token opened: checks, the ``jwt`` callback, a token anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nextauth.callbacks import JWTParams
from nextauth.errors import Busy, CallbackError
from nextauth.sessions.callback import TokenCallback
from nextauth.sessions.checks import SessionChecks
from nextauth.sessions.claims import KEPT, stamp
from nextauth.sessions.cookie import Writing
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Passed, Resumed, Stopped, ended
from nextauth.sessions.revalidation import Revalidator
from nextauth.tokens import OpenedToken
from nextauth.web import Request

__all__ = ["Course", "Stamp", "Update"]

_log = logging.getLogger("nextauth.sessions")
_JTI_BYTES = 16


@dataclass(slots=True)
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
        writing: Writing | None,
        *,
        update: Update | None = None,
    ) -> Resumed:
        """Take a session on.

        Args:
            request: The request.
            opened: Its token; None if it did not open.
            now: Unix seconds.
            writing: Where its token is written anew; None if it is another's to write.
            update: What the client posted to change it.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        if opened is None:
            return Resumed(None)
        claims = opened.claims
        checked = self._checks.recalled(claims, now)
        if checked is None:
            is_written = writing is not None
            checked = await self._checks.ask(request, claims, now=now, is_written=is_written)
        if isinstance(checked, Stopped):
            gone = () if writing is None or not checked.is_over else writing.delete()
            return Resumed(None, gone, checked.incidents)
        if self._jwt is not None:
            fresh = {**opened.fresh_claims(), **checked.changes}
            fresh.pop(KEPT, None)
            params = JWTParams(fresh)
            if update is not None:
                params = JWTParams(fresh, trigger="update", session=update.data)
            return await self._through(self._jwt, request, params, claims, checked, writing)
        is_stale = update is not None or checked.changes or self._lifetimes.is_due(claims, now)
        if writing is None or not is_stale:
            return Resumed(claims, (), checked.incidents)
        return self._roll_on({**claims, **checked.changes}, checked, writing, now)

    async def _through(  # noqa: PLR0913, PLR0917 - what a callback sees, and where it goes
        self,
        jwt: TokenCallback,
        request: Request,
        params: JWTParams,
        opened: Mapping[str, Any],
        checked: Passed,
        writing: Writing | None,
    ) -> Resumed:
        incidents = checked.incidents
        before = {**opened, **checked.changes} if checked.changes else opened
        try:
            claims = await jwt.ask(request, params, before)
            if claims is None:
                gone = () if writing is None else writing.delete()
                return Resumed(None, gone, (*incidents, ended(before, "callback")))
            if writing is None:
                return Resumed(claims, (), incidents)
            now = self._clock()
            is_same = params.trigger is None and claims == opened
            if is_same and not self._lifetimes.is_due(opened, now):
                return Resumed(opened, (), incidents)
            stamped = self._stamp.renew(claims, now)
            return Resumed(stamped, writing.write(stamped), incidents)
        except Busy:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it raises, nobody is signed in
            # The cookie stays: an application's outage must not sign everybody out for good.
            jwt.log_failure(error, before, params.session)
            return Resumed(None, (), (*incidents, ended(before, "callback-failed")))

    def _roll_on(
        self, claims: Mapping[str, Any], checked: Passed, writing: Writing, now: float
    ) -> Resumed:
        stamped = self._stamp.renew(claims, now)
        try:
            return Resumed(stamped, writing.write(stamped), checked.incidents)
        except CallbackError as error:
            # Another program, or an older configuration, wrote it; it was good a moment ago.
            _log.warning(
                "A session is not rolled on, so that it will end unused: %s",
                error,
                extra={"code": "session-not-rolled"},
            )
            return Resumed(claims, (), checked.incidents)
