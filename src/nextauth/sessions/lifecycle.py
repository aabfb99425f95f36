"""Owns a session's life: issued at sign-in, resumed at each request, rolled on, ended."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nextauth.callbacks import JWTParams
from nextauth.config import Settings
from nextauth.errors import Busy, CallbackError
from nextauth.hooks import Hook
from nextauth.models import Account, SubmittedCredentials, User
from nextauth.sessions.budget import CookieBudget
from nextauth.sessions.claims import keep_own_claims, new_claims, stamp, withheld_texts
from nextauth.sessions.cookie import SessionCookie
from nextauth.sessions.outcomes import Issued, Resumed
from nextauth.tokens import Keyring, OpenedToken
from nextauth.tracebacks import describe_exception
from nextauth.web import Cookies, Origin, Request

__all__ = ["Sessions"]

_log = logging.getLogger("nextauth.sessions")
_SID_BYTES = 16
_JTI_BYTES = 16


class Sessions:
    """Begins, reads and ends sessions.

    Args:
        settings: The checked configuration.
        keyring: The secrets.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_clock", "_entropy", "_insecure", "_jwt", "_secure", "_settings")

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
        jwt = settings.callbacks.jwt
        self._jwt = None if jwt is None else Hook("callbacks.jwt", jwt)

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The application's functions that reading a session calls."""
        return () if self._jwt is None else (self._jwt,)

    def cookie_on(self, origin: Origin) -> SessionCookie:
        """Answer the session cookie of an address.

        Args:
            origin: Our origin.
        """
        return self._secure if origin.is_secure else self._insecure

    async def issue(  # noqa: PLR0913 - all that a beginning session is made of
        self,
        request: Request,
        cookies: Cookies,
        origin: Origin,
        *,
        user: User,
        account: Account,
        amr: tuple[str, ...],
        credentials: SubmittedCredentials | None,
    ) -> Issued | None:
        """Begin a session: a new ``sid``, and no claim of the one before.

        Args:
            request: The request that signs in.
            cookies: Its cookies.
            origin: Our origin.
            user: Who signs in, with an id.
            account: Through which provider.
            amr: How it was proven.
            credentials: What was submitted.

        Returns:
            None if the ``jwt`` callback answered None.

        Raises:
            CallbackError: The callback answered what cannot be kept.
            Exception: Whatever the callback raised.
        """
        now = self._clock()
        sid = urlsafe_b64encode(self._entropy(_SID_BYTES)).rstrip(b"=").decode("ascii")
        claims = new_claims(user, account, amr=amr, sid=sid, auth_time=int(now))
        if self._jwt is not None:
            params = JWTParams(
                dict(claims),
                user=user,
                account=account,
                credentials=credentials,
                trigger="signIn",
            )
            answer = await self._ask(request, params)
            if answer is None:
                return None
            claims = keep_own_claims(answer, claims)
        stamped = self._stamp(claims, now)
        return Issued(sid, tuple(self.cookie_on(origin).write(stamped, cookies)))

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
            return await self._read(request, opened)
        if opened is None:
            return Resumed(None, tuple(cookie.delete(cookies)))
        claims = opened.claims
        if look_only:
            return Resumed(claims)
        if self._jwt is None:
            if not self._is_due(claims, now):
                return Resumed(claims)
            return self._roll_on(claims, cookies, cookie, now)
        return await self._resume_through_callback(
            request, cookies, cookie, JWTParams(opened.fresh_claims()), claims
        )

    def cookie_came(self, cookies: Cookies) -> bool:
        """Tell whether a browser sent a session cookie of ours, or may have, whatever it holds.

        Args:
            cookies: The request's cookies.
        """
        return cookies.are_too_many or self._secure.is_in(cookies) or self._insecure.is_in(cookies)

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
        return await self._read(request, opened)

    async def _read(self, request: Request, opened: OpenedToken | None) -> Resumed:
        """Answer a session that is another's to write: no cookie is set, and none deleted."""
        if opened is None or self._jwt is None:
            return Resumed(None if opened is None else opened.claims)
        params = JWTParams(opened.fresh_claims())
        return await self._resume_through_callback(
            request, None, self._insecure, params, opened.claims
        )

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
        if self._jwt is None:
            return self._roll_on(opened.claims, cookies, cookie, now)
        params = JWTParams(opened.fresh_claims(), trigger="update", session=data)
        return await self._resume_through_callback(request, cookies, cookie, params, opened.claims)

    def _is_due(self, claims: Mapping[str, Any], now: float) -> bool:
        options = self._settings.session
        return bool(now >= claims["exp"] - options.max_age + options.update_age)

    async def _resume_through_callback(
        self,
        request: Request,
        cookies: Cookies | None,
        cookie: SessionCookie,
        params: JWTParams,
        before: Mapping[str, Any],
    ) -> Resumed:
        now = self._clock()
        try:
            answer = await self._ask(request, params)
            if answer is None:
                gone = () if cookies is None else tuple(cookie.delete(cookies))
                return Resumed(None, gone, ended="callback", ended_claims=before)
            claims = keep_own_claims(answer, before)
            if cookies is None:
                return Resumed(claims)
            if params.trigger is None and claims == before and not self._is_due(before, now):
                return Resumed(before)
            return self._rewrite(claims, cookies, cookie, now)
        except Busy:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it raises, nobody is signed in
            # The cookie stays: an application's outage must not sign everybody out for good.
            self._log_failure(error, withheld_texts(before, posted=params.session))
            return Resumed(None, ended="callback-failed", ended_claims=before)

    def _log_failure(self, error: Exception, withhold: Iterable[str]) -> None:
        _log.error(
            "callbacks.jwt failed while a session was read; nobody is signed in:\n%s",
            describe_exception(error, withhold=withhold),
            extra={"code": "callback-failed"},
        )

    async def _ask(self, request: Request, params: JWTParams) -> Mapping[str, Any] | None:
        assert self._jwt is not None  # noqa: S101 - for the type checker; callers looked
        answer = await self._jwt(request.runtime, params)
        if answer is not None and not isinstance(answer, Mapping):
            message = (
                f"callbacks.jwt answered a {type(answer).__name__}. "
                "Return the token (a dict), or None to sign the person out."
            )
            raise CallbackError(message)
        return answer

    def _roll_on(
        self, claims: Mapping[str, Any], cookies: Cookies, cookie: SessionCookie, now: float
    ) -> Resumed:
        try:
            return self._rewrite(claims, cookies, cookie, now)
        except CallbackError as error:
            # Another program, or an older configuration, wrote it; it was good a moment ago.
            _log.warning(
                "A session is not rolled on, so that it will end unused: %s",
                error,
                extra={"code": "session-not-rolled"},
            )
            return Resumed(claims)

    def _rewrite(
        self, claims: Mapping[str, Any], cookies: Cookies, cookie: SessionCookie, now: float
    ) -> Resumed:
        stamped = self._stamp(claims, now)
        return Resumed(stamped, tuple(cookie.write(stamped, cookies)))

    def _stamp(self, claims: Mapping[str, Any], now: float) -> dict[str, Any]:
        jti = self._entropy(_JTI_BYTES).hex()
        return stamp(claims, now=now, max_age=self._settings.session.max_age, jti=jti)
