"""Owns a session's life: issued at sign-in, resumed at each request, rolled on, ended.

What reading it may do:

| method | ask a store or a provider | run the ``jwt`` callback | write or delete the cookie |
| --- | --- | --- | --- |
| ``glance`` | no: it leaves that to ``resume`` | no, likewise | deletes one that does not open |
| ``resume`` | yes | yes | yes, where that is due |
| ``resume(look_only=True)`` | a store | no | no |
| ``resume(renews=False)`` | yes | yes | no |
| ``resume_token`` | yes | yes | no: who bears it holds no cookie |
| ``update`` | yes | yes | yes, always |

Where a client without a browser asks, a token in the answer stands for the cookie. A site that only
reads (it has no providers) writes and deletes nothing. `Course` does what follows once a token
opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nextauth.config import Revocation, Settings
from nextauth.hooks import Hook
from nextauth.sessions.adoption import Adoption
from nextauth.sessions.beginning import Admission, SessionStart
from nextauth.sessions.callback import TokenCallback
from nextauth.sessions.carried import CarriedSessions
from nextauth.sessions.carrier import Carrier, Handed
from nextauth.sessions.checks import PASSED, SessionChecks
from nextauth.sessions.course import Course, Stamp, Update
from nextauth.sessions.lifetimes import Lifetimes
from nextauth.sessions.outcomes import Issued, Resumed
from nextauth.sessions.revalidation import Revalidator
from nextauth.tokens import Keyring
from nextauth.web import Cookies, Origin, Request

if TYPE_CHECKING:
    from nextauth.sessions.revocation import RevocationList

__all__ = ["Sessions"]


class Sessions(CarriedSessions):
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
        "_jwt",
        "_lifetimes",
        "_stamp",
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
        super().__init__(settings, keyring, entropy=entropy)
        self._clock = clock
        self._jwt = TokenCallback.of(settings)
        self._lifetimes = Lifetimes(settings.session)
        revocation = settings.revocation
        self.revocation: RevocationList | None = (
            None if revocation is None else _revocation_list(revocation, self._lifetimes)
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
        self._stamp = stamp = Stamp(self._lifetimes, revalidator, entropy=entropy)
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

    async def issue(
        self, request: Request, carrier: Carrier, admission: Admission
    ) -> Issued | None:
        """Begin a session: a new ``sid``, and no claim of the one before, which ends.

        Args:
            request: The request that signs in.
            carrier: What carries its session.
            admission: Who signs in, and what was proven.

        Returns:
            None if the ``jwt`` callback answered None.

        Raises:
            CallbackError: The callback answered what cannot be kept.
            StoreUnavailable: It could not be noted that the session begins.
            Exception: Whatever the callback raised.
        """
        return await self._start.issue(request, admission, carrier, now=self._clock())

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
        if opened.is_older and not self._settings.only_reads:
            return None
        return None if self._lifetimes.is_due(claims, now) else Resumed(claims)

    async def resume(
        self,
        request: Request,
        carrier: Carrier,
        *,
        look_only: bool = False,
        renews: bool = True,
    ) -> Resumed:
        """Read the session of a request; roll it on where it is due.

        Args:
            request: The request.
            carrier: What carries its session.
            look_only: Run no callback and change nothing (HEAD).
            renews: Whether a token that is due is written anew.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        now = self._clock()
        opened = carrier.open(now)
        if self._settings.only_reads:
            return await self._course.go_on(request, opened, now, None)
        if opened is None:
            return Resumed(None, carrier.delete())
        if look_only:
            is_good = await self._checks.glimpse(request, opened.claims, now)
            return Resumed(opened.claims if is_good else None)
        return await self._course.go_on(request, opened, now, carrier if renews else None)

    async def resume_token(self, request: Request, token: str) -> Resumed:
        """Read a session from a token that came by itself; nothing is written anew.

        Args:
            request: The request.
            token: Anything that a client sent.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        now = self._clock()
        opened = self.open_token(token, now=now)
        return await self._course.go_on(request, opened, now, None)

    async def update(self, request: Request, carrier: Carrier, *, data: object) -> Resumed:
        """Let the ``jwt`` callback take in what the client posted, and write the token anew.

        Args:
            request: The request.
            carrier: What carries its session.
            data: What the client posted.

        Raises:
            Busy: The ``jwt`` callback found no worker.
        """
        now = self._clock()
        opened = carrier.open(now)
        if opened is None:
            return Resumed(None, carrier.delete())
        return await self._course.go_on(request, opened, now, carrier, update=Update(data))

    def strengthen(self, carrier: Carrier, claims: Mapping[str, Any], amr: Sequence[str]) -> Handed:
        """Note that whoever is signed in has proven more, such as a factor they have just enrolled.

        When they signed in stays as it was, and so do the session's id and its end.

        Args:
            carrier: What carries the session.
            claims: The session's claims, as they were read.
            amr: How it was proven (RFC 8176).

        Raises:
            CallbackError: The claims cannot be kept.
        """
        known = claims.get("amr")
        methods = list(dict.fromkeys((*(known if isinstance(known, list) else ()), *amr)))
        stronger = self._stamp.renew({**claims, "amr": methods}, self._clock())
        return carrier.write(stronger)

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


def _revocation_list(options: Revocation, lifetimes: Lifetimes) -> RevocationList:
    from nextauth.sessions.revocation import RevocationList  # noqa: PLC0415 - most sites have none

    return RevocationList(options, lifetimes)
