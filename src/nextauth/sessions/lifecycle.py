"""Owns a session's life: issued at sign-in, resumed at each request, rolled on, ended.

What reading it may do:

| method | ask a store or a provider | run the ``jwt`` callback | write or delete the cookie |
| --- | --- | --- | --- |
| ``glance`` | no: it leaves that to ``resume`` | no, likewise | deletes one that does not open |
| ``resume`` | yes | yes | yes, where that is due |
| ``resume(look_only=True)`` | a store | no | no |
| ``resume_token`` | yes | yes | no: who bears it holds no cookie |
| ``update`` | yes | yes | yes, always |

A site that only reads (it has no providers) writes and deletes nothing. `Course` does what follows
once a token opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nextauth.config import Settings
from nextauth.hooks import Hook
from nextauth.sessions.adoption import Adoption
from nextauth.sessions.beginning import Admission, SessionStart
from nextauth.sessions.budget import CookieBudget
from nextauth.sessions.callback import TokenCallback
from nextauth.sessions.checks import PASSED, SessionChecks
from nextauth.sessions.cookie import SessionCookie, Writing
from nextauth.sessions.course import Course, Stamp, Update
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Issued, Passed, Resumed
from nextauth.sessions.revalidation import Revalidator
from nextauth.sessions.revocation import RevocationList
from nextauth.tokens import Keyring
from nextauth.web import Cookies, Origin, Request

__all__ = ["Sessions"]


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
        "_adoption",
        "_checks",
        "_clock",
        "_course",
        "_insecure",
        "_jwt",
        "_lifetimes",
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
        revalidator = Revalidator(settings, keyring, entropy=entropy)
        self._adoption = Adoption(settings)
        self._checks = SessionChecks(
            settings,
            self._lifetimes,
            self.revocation,
            revalidator if revalidator.is_needed else None,
            adoption=self._adoption,
        )
        stamp = Stamp(self._lifetimes, revalidator, entropy=entropy)
        self._course = Course(self._checks, self._jwt, self._lifetimes, stamp, clock=clock)
        self._start = SessionStart(
            settings,
            self._jwt,
            self.revocation,
            revalidator,
            self._adoption,
            stamp=stamp,
            entropy=entropy,
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

    def now(self) -> float:
        """Answer Unix seconds, by the clock that sessions go by."""
        return self._clock()

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
            return await self._course.go_on(request, opened, now, None)
        if opened is None:
            return Resumed(None, tuple(cookie.delete(cookies)))
        if look_only:
            checked = self._checks.recalled(opened.claims, now)
            if checked is None:
                checked = await self._checks.ask(
                    request, opened.claims, now=now, is_written=False, look_only=True
                )
            return Resumed(opened.claims if isinstance(checked, Passed) else None)
        return await self._course.go_on(request, opened, now, Writing(cookie, cookies))

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
        return await self._course.go_on(request, opened, now, None)

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
        return await self._course.go_on(request, opened, now, writing, update=Update(data))

    async def end(self, claims: Mapping[str, Any]) -> None:
        """End the session of a token that opened, where that is kept.

        Args:
            claims: The session's claims.

        Raises:
            StoreUnavailable: The session may go on in another browser that has its cookie.
        """
        if self.revocation is not None:
            now = self._clock()
            claims = {**claims, **self._adoption.changes(claims, now)}
            await self.revocation.end(claims, now=now)
