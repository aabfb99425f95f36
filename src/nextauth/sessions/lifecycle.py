"""Owns a session's life: issued at sign-in, resumed at each request, rolled on, ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nextauth.callbacks import JWTParams
from nextauth.config import Settings
from nextauth.errors import Busy, CallbackError
from nextauth.hooks import Hook
from nextauth.sessions.beginning import Admission, SessionStart
from nextauth.sessions.budget import CookieBudget
from nextauth.sessions.callback import TokenCallback
from nextauth.sessions.checks import PASSED, SessionChecks
from nextauth.sessions.claims import KEPT, stamp
from nextauth.sessions.cookie import SessionCookie, Writing
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Issued, Passed, Resumed, Stopped, ended
from nextauth.sessions.revalidation import Revalidator
from nextauth.sessions.revocation import RevocationList
from nextauth.tokens import Keyring, OpenedToken
from nextauth.web import Cookies, Origin, Request

__all__ = ["Sessions"]

_log = logging.getLogger("nextauth.sessions")
_JTI_BYTES = 16


@dataclass(slots=True)
class _Update:
    data: object


class Sessions:
    """Begins, reads and ends sessions.

    Args:
        settings: The checked configuration.
        keyring: The secrets.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.

    Attributes:
        revocation: Which sessions were ended, where that is kept.
    """

    __slots__ = (
        "_checks",
        "_clock",
        "_entropy",
        "_insecure",
        "_jwt",
        "_lifetimes",
        "_revalidator",
        "_secure",
        "_settings",
        "_start",
        "revocation",
    )

    def __init__(
        self,
        settings: Settings,
        keyring: Keyring,
        *,
        clock: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._entropy = entropy
        options = settings.cookies
        budget = CookieBudget(options.budget, refuses=options.over_budget == "refuse")
        self._secure, self._insecure = (
            SessionCookie(plan, keyring, budget=budget, entropy=entropy)
            for plan in (settings.secure, settings.insecure)
        )
        self._jwt = TokenCallback.of(settings)
        self._lifetimes = Lifetimes(settings.session)
        revocation = settings.revocation
        self.revocation: RevocationList | None = (
            None if revocation is None else RevocationList(revocation, self._lifetimes)
        )
        revalidator = self._revalidator = Revalidator(settings, keyring, entropy=entropy)
        self._checks = SessionChecks(
            settings,
            self._lifetimes,
            self.revocation,
            revalidator if revalidator.is_needed else None,
            entropy=entropy,
        )
        self._start = SessionStart(
            settings, self._jwt, self.revocation, revalidator, stamp=self._stamp, entropy=entropy
        )

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The application's functions that reading a session calls."""
        jwt = () if self._jwt is None else (self._jwt.hook,)
        asked = [each for each in self._settings.providers.values() if each.revalidation]
        return (*jwt, *(hook for provider in asked for hook in provider.hooks()))

    @property
    def waits(self) -> bool:
        """Whether reading a session needs an event loop, whatever the application's functions."""
        return self.revocation is not None and self.revocation.waits

    def cookie_on(self, origin: Origin) -> SessionCookie:
        """Answer the session cookie of an address.

        Args:
            origin: Our origin.
        """
        return self._secure if origin.is_secure else self._insecure

    def cookie_came(self, cookies: Cookies) -> bool:
        """Tell whether a browser sent a session cookie of ours, or may have, whatever it holds.

        Args:
            cookies: The request's cookies.
        """
        return cookies.are_too_many or self._secure.is_in(cookies) or self._insecure.is_in(cookies)

    async def issue(
        self, request: Request, cookies: Cookies, origin: Origin, admission: Admission
    ) -> Issued | None:
        """Begin a session: a new ``sid``, and no claim of the one before, which ends.

        Args:
            request: The request that signs in.
            cookies: Its cookies.
            origin: Our origin.
            admission: Who signs in, and what was proven.

        Returns:
            None if the ``jwt`` callback answered None.

        Raises:
            CallbackError: The callback answered what cannot be kept.
            StoreUnavailable: It could not be noted that the session begins.
            Exception: Whatever the callback raised.
        """
        writing = Writing(self.cookie_on(origin), cookies)
        return await self._start.issue(request, admission, writing, now=self._clock())

    def glance(self, cookies: Cookies, origin: Origin) -> Resumed | None:
        """Read a session where nobody is asked and nothing is written anew, as at most requests.

        Args:
            cookies: The request's cookies.
            origin: Our origin.

        Returns:
            None where there is more to do.
        """
        if self._jwt is not None:
            return None
        now = self._clock()
        cookie = self.cookie_on(origin)
        opened = cookie.read(cookies, now=now)
        if opened is None:
            gone = () if self._settings.only_reads else tuple(cookie.delete(cookies))
            return Resumed(None, gone)
        claims = opened.claims
        if self._checks.recalled(claims, now) is not PASSED:
            return None
        return None if self._lifetimes.is_due(claims, now) else Resumed(claims)

    async def resume(
        self, request: Request, cookies: Cookies, origin: Origin, *, look_only: bool = False
    ) -> Resumed:
        """Read the session of a request; roll it on where it is due.

        Args:
            request: The request.
            cookies: Its cookies.
            origin: Our origin.
            look_only: Run no callback and change nothing (HEAD).

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        now = self._clock()
        cookie = self.cookie_on(origin)
        opened = cookie.read(cookies, now=now)
        if self._settings.only_reads:
            return await self._go_on(request, opened, now, None)
        if opened is None:
            return Resumed(None, tuple(cookie.delete(cookies)))
        if look_only:
            checked = self._checks.recalled(opened.claims, now)
            if checked is None:
                checked = await self._checks.ask(
                    request, opened.claims, now=now, is_written=False, look_only=True
                )
            return Resumed(opened.claims if isinstance(checked, Passed) else None)
        return await self._go_on(request, opened, now, Writing(cookie, cookies))

    async def resume_token(self, request: Request, token: str) -> Resumed:
        """Read a session from a token that came by itself; nothing is written anew.

        The client that bears it was handed it by a site on http or https, whose cookie's name is
        part of an authjs token's key: both are tried.

        Args:
            request: The request.
            token: Anything that a client sent.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        now = self._clock()
        opened = self._secure.open(token, now=now) or self._insecure.open(token, now=now)
        return await self._go_on(request, opened, now, None)

    async def update(
        self, request: Request, cookies: Cookies, origin: Origin, *, data: object
    ) -> Resumed:
        """Let the ``jwt`` callback take in what the client posted, and write the token anew.

        Args:
            request: The request.
            cookies: Its cookies.
            origin: Our origin.
            data: What the client posted.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        now = self._clock()
        cookie = self.cookie_on(origin)
        opened = cookie.read(cookies, now=now)
        if opened is None:
            return Resumed(None, tuple(cookie.delete(cookies)))
        writing = Writing(cookie, cookies)
        return await self._go_on(request, opened, now, writing, update=_Update(data))

    async def end(self, claims: Mapping[str, Any]) -> None:
        """End the session of a token that opened, where that is kept.

        Args:
            claims: The session's claims.

        Raises:
            StoreUnavailable: The session may go on in another browser that has its cookie.
        """
        if self.revocation is not None:
            await self.revocation.end(claims, now=self._clock())

    async def _go_on(
        self,
        request: Request,
        opened: OpenedToken | None,
        now: float,
        writing: Writing | None,
        *,
        update: _Update | None = None,
    ) -> Resumed:
        """Take a token that opened to its end; without `writing` it is another's to write."""
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
            return await self._through_callback(request, params, claims, checked, writing)
        is_stale = update is not None or checked.changes or self._lifetimes.is_due(claims, now)
        if writing is None or not is_stale:
            return Resumed(claims, (), checked.incidents)
        return self._roll_on({**claims, **checked.changes}, checked, writing, now)

    async def _through_callback(
        self,
        request: Request,
        params: JWTParams,
        opened: Mapping[str, Any],
        checked: Passed,
        writing: Writing | None,
    ) -> Resumed:
        assert self._jwt is not None  # noqa: S101 - for the type checker; the caller looked
        incidents = checked.incidents
        before = {**opened, **checked.changes} if checked.changes else opened
        try:
            claims = await self._jwt.ask(request, params, before)
            if claims is None:
                gone = () if writing is None else writing.delete()
                return Resumed(None, gone, (*incidents, ended(before, "callback")))
            if writing is None:
                return Resumed(claims, (), incidents)
            now = self._clock()
            is_same = params.trigger is None and claims == opened
            if is_same and not self._lifetimes.is_due(opened, now):
                return Resumed(opened, (), incidents)
            stamped = self._stamp(self._revalidator.resealed(claims, now), now)
            return Resumed(stamped, writing.write(stamped), incidents)
        except Busy:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it raises, nobody is signed in
            # The cookie stays: an application's outage must not sign everybody out for good.
            self._jwt.log_failure(error, before, params.session)
            return Resumed(None, (), (*incidents, ended(before, "callback-failed")))

    def _roll_on(
        self, claims: Mapping[str, Any], checked: Passed, writing: Writing, now: float
    ) -> Resumed:
        stamped = self._stamp(self._revalidator.resealed(claims, now), now)
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

    def _stamp(self, claims: Mapping[str, Any], now: float) -> dict[str, Any]:
        jti = self._entropy(_JTI_BYTES).hex()
        expires = self._lifetimes.end_of_token(claims, now)
        return stamp(claims, now=now, expires=expires, jti=jti)
