"""Owns a session's life: issued at sign-in, resumed at each request, rolled on, ended."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nextauth.callbacks import JWTParams
from nextauth.config import Settings
from nextauth.errors import Busy, CallbackError
from nextauth.hooks import Hook
from nextauth.models import Account, Session, SubmittedCredentials, User
from nextauth.sessions.claims import (
    keep_own_claims,
    new_claims,
    session_of,
    stamp,
    withheld_texts,
)
from nextauth.sessions.cookie import SessionCookie
from nextauth.tokens import Keyring
from nextauth.tracebacks import describe_exception
from nextauth.web import Cookies, Origin, Request, SetCookie

__all__ = ["Issued", "Resumed", "Sessions"]

_log = logging.getLogger("nextauth.sessions")
_SID_BYTES = 16
_JTI_BYTES = 16


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
        self._secure = SessionCookie(settings.secure, keyring, entropy=entropy)
        self._insecure = SessionCookie(settings.insecure, keyring, entropy=entropy)
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
        if opened is None:
            return Resumed(None, tuple(cookie.delete(cookies)))
        claims = opened.claims
        if look_only:
            return Resumed(claims)
        if self._jwt is None:
            if now < claims["exp"] - self._settings.session.max_age + self._update_age:
                return Resumed(claims)
            return self._rewrite(claims, cookies, cookie, now)
        return await self._resume_through_callback(
            request, cookies, cookie, JWTParams(opened.fresh_claims()), claims
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
            return self._rewrite(opened.claims, cookies, cookie, now)
        params = JWTParams(opened.fresh_claims(), trigger="update", session=data)
        return await self._resume_through_callback(request, cookies, cookie, params, opened.claims)

    @property
    def _update_age(self) -> int:
        return self._settings.session.update_age

    async def _resume_through_callback(
        self,
        request: Request,
        cookies: Cookies,
        cookie: SessionCookie,
        params: JWTParams,
        before: Mapping[str, Any],
    ) -> Resumed:
        now = self._clock()
        try:
            answer = await self._ask(request, params)
            if answer is None:
                return Resumed(
                    None, tuple(cookie.delete(cookies)), ended="callback", ended_claims=before
                )
            claims = keep_own_claims(answer, before)
            due = now >= before["exp"] - self._settings.session.max_age + self._update_age
            if params.trigger is None and claims == before and not due:
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

    def _rewrite(
        self, claims: Mapping[str, Any], cookies: Cookies, cookie: SessionCookie, now: float
    ) -> Resumed:
        stamped = self._stamp(claims, now)
        return Resumed(stamped, tuple(cookie.write(stamped, cookies)))

    def _stamp(self, claims: Mapping[str, Any], now: float) -> dict[str, Any]:
        jti = self._entropy(_JTI_BYTES).hex()
        return stamp(claims, now=now, max_age=self._settings.session.max_age, jti=jti)
