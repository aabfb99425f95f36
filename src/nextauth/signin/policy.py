"""Owns the sign-in policy: what every provider's answer passes before a session begins.

In this order: the throttle, the provider, the ``sign_in`` callback, the ``jwt`` callback, the
session. Whatever fails on the way, nobody is signed in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from nextauth.callbacks import SignInParams
from nextauth.config import Settings
from nextauth.errors import (
    AccessDenied,
    Busy,
    CallbackError,
    CredentialsSignin,
    StoreUnavailable,
)
from nextauth.events import EventStream, SignedIn, SignInFailed, StepUpPassed
from nextauth.hooks import Hook
from nextauth.models import Account, SubmittedCredentials, User
from nextauth.padding import Padding
from nextauth.providers import Authenticated, Denied, Failed, Provider, Refused
from nextauth.sessions import Admission, Sessions, StepUpTicket
from nextauth.signin.entry import Admitted, Attempt, Diverted, Entry, TurnedAway
from nextauth.signin.proof import prove
from nextauth.throttle import Gate, Ticket, Try
from nextauth.tracebacks import describe_exception
from nextauth.web import SetCookie

__all__ = ["SignInPolicy"]

_log = logging.getLogger("nextauth.signin")
_TELLTALE = frozenset({"CredentialsSignin", "AccessDenied"})  # of what the system knows
_UNCHECKED = frozenset({"", "0", "false", "no", "off"})
_NOT_SECRET = frozenset({"callbackUrl", "json"})


class _Decided(NamedTuple):
    entry: Entry
    user: User | None = None
    epoch: int | None = None


class SignInPolicy:
    """Decides who gets a session.

    Args:
        settings: The checked configuration.
        sessions: Begins the sessions.
        events: Is told of each try.
        gate: Counts the tries; None if they are not counted.
        padding: Holds refusals back; None if they are not.
        entropy: Answers that many random bytes.
    """

    __slots__ = (
        "_entropy",
        "_events",
        "_gate",
        "_padding",
        "_remember_field",
        "_sessions",
        "_settings",
        "_sign_in",
    )

    def __init__(  # noqa: PLR0913 - what the policy consists of, each once
        self,
        settings: Settings,
        sessions: Sessions,
        events: EventStream,
        *,
        gate: Gate | None = None,
        padding: Padding | None = None,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._events = events
        self._gate = gate
        self._padding = padding
        self._entropy = entropy
        self._remember_field = settings.session.remember_field
        fn = settings.callbacks.sign_in
        self._sign_in = None if fn is None else Hook("callbacks.sign_in", fn)

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The application's functions that signing in calls, beside the providers' own."""
        return () if self._sign_in is None else (self._sign_in,)

    @property
    def waits(self) -> bool:
        """Whether signing in needs an event loop, whatever the application's functions."""
        return self._gate is not None and self._gate.waits

    async def admit(self, attempt: Attempt) -> Entry:
        """Take one try to sign in to its end.

        Args:
            attempt: Who tries, with what.

        Raises:
            Busy: Every worker is taken.
            TooManyRequests: There is no try left for now; nobody was asked.
        """
        padding = self._padding
        if padding is None:
            return await self._admit(attempt)
        began = padding.timer()
        entry = await self._admit(attempt)
        if isinstance(entry, TurnedAway) and entry.error in _TELLTALE:
            await padding.hold(began, attempt.request.runtime)
        return entry

    async def _admit(self, attempt: Attempt) -> Entry:
        gate = self._gate
        decided = await (self._decide(attempt) if gate is None else self._count(attempt, gate))
        entry, user, _ = decided
        if isinstance(entry, TurnedAway) and self._events.hooks:
            user_id = user.id if user else None
            failed = SignInFailed(
                attempt.at(), attempt.provider.id, entry.error, entry.code, user_id
            )
            self._events.tell(failed)
        return entry

    async def _count(self, attempt: Attempt, gate: Gate) -> _Decided:
        """Count a try before it is made, and give it back if it was no wrong guess."""
        provider, credentials = attempt.provider, attempt.credentials
        try:
            named = provider.account_of(credentials)
        except Exception as error:  # noqa: BLE001 - whatever it raises, nobody is asked
            where = f"account of provider {provider.id!r}"
            return _Decided(_failed(where, error, credentials))
        cookies = self._settings.cookies_on(attempt.origin)
        device = attempt.cookies.get(cookies.device)
        tried = Try(provider.id, named, device, attempt.request, attempt.at)
        ticket = await gate.enter(tried)
        try:
            decided = await self._decide(attempt)
        except Busy:
            if ticket is not None:
                await gate.undo(ticket)
            raise
        entry = decided.entry
        is_failure = isinstance(entry, TurnedAway) and entry.error == "Configuration"
        if isinstance(entry, TurnedAway) and not is_failure:
            await gate.note_failure(tried)
        elif ticket is not None and decided.user is not None:  # proven, whatever came then
            await gate.undo(ticket)
            if isinstance(entry, Admitted):
                more = await self._device_cookies(gate, ticket, attempt, decided)
                return decided._replace(entry=Admitted((*entry.cookies, *more)))
        return decided

    async def _device_cookies(
        self, gate: Gate, ticket: Ticket, attempt: Attempt, decided: _Decided
    ) -> tuple[SetCookie, ...]:
        user_id = "" if decided.user is None else decided.user.id or ""
        known = await gate.remember(ticket, attempt.provider.id, user_id, epoch=decided.epoch or 0)
        if known is None:
            return ()
        plan = self._settings.cookies_on(attempt.origin)
        device = SetCookie(plan.device, known.value, plan.csrf_attributes, known.expires)
        return (device,) if device.is_kept else ()

    async def _decide(self, attempt: Attempt) -> _Decided:
        outcome, epoch, unavailable = await prove(attempt, self._sessions)
        user: User | None = None
        entry: Entry
        match outcome:
            case Authenticated() if self._lacks_id(attempt.provider, outcome.user):
                entry = _failed(
                    f"provider {attempt.provider.id!r}",
                    CallbackError(
                        "It answered a user without an id, so that their sessions could not be "
                        "found again to end or revalidate them. Return User(id=...)."
                    ),
                    attempt.credentials,
                )
            case Authenticated():
                if unavailable is not None:
                    raise _out_of_service(unavailable)
                user = self._with_id(outcome.user)
                entry = await self._begin(attempt, replace(outcome, user=user), epoch)
            case Refused():
                entry = TurnedAway("CredentialsSignin", outcome.code)
            case Denied():
                entry = TurnedAway("AccessDenied")
            case Failed():
                where = f"provider {attempt.provider.id!r}"
                entry = _failed(where, outcome.error, attempt.credentials)
        return _Decided(entry, user, epoch)

    def _lacks_id(self, provider: Provider, user: User) -> bool:
        is_needed = self._settings.revocation is not None or provider.revalidation is not None
        return user.id is None and is_needed

    def _with_id(self, user: User) -> User:
        if user.id is not None:
            return user
        return replace(user, id=str(UUID(bytes=self._entropy(16), version=4)))

    async def _begin(self, attempt: Attempt, proof: Authenticated, epoch: int | None) -> Entry:
        try:
            return await self._through_callbacks(attempt, proof, epoch)
        except AccessDenied:
            return TurnedAway("AccessDenied")
        except CredentialsSignin as refusal:
            return TurnedAway("CredentialsSignin", refusal.public_code)
        except Busy:
            raise
        except StoreUnavailable as error:
            raise _out_of_service(error) from error
        except Exception as error:  # noqa: BLE001 - a failing callback signs nobody in
            return _failed("a callback", error, attempt.credentials)

    async def _through_callbacks(
        self, attempt: Attempt, proof: Authenticated, epoch: int | None
    ) -> Entry:
        provider, request, user = attempt.provider, attempt.request, proof.user
        account = Account(provider.id, provider.type, user.id or "")
        if attempt.expected not in (None, StepUpTicket(provider.id, account.provider_account_id)):
            return TurnedAway("StepUpMismatch")
        hook = self._sign_in
        verdict = True if hook is None else await self._ask(hook, attempt, user, account)
        if verdict is False:
            return TurnedAway("AccessDenied")
        if isinstance(verdict, str):
            return Diverted(verdict)
        issued = await self._sessions.issue(
            request,
            attempt.cookies,
            attempt.origin,
            Admission(
                user,
                account,
                proof.amr,
                attempt.credentials,
                self._remember(attempt, proof),
                epoch,
            ),
        )
        if issued is None:
            return TurnedAway("AccessDenied", ends_session=True)
        if self._events.hooks:
            at = attempt.at()
            for incident in issued.incidents:
                self._events.tell(incident(at))
            self._events.tell(SignedIn(at, user, account, issued.sid))
            if attempt.expected is not None:
                passed = StepUpPassed(at, provider.id, user.id, issued.sid)
                self._events.tell(passed)
        return Admitted(issued.cookies)

    def _remember(self, attempt: Attempt, proof: Authenticated) -> bool | None:
        if proof.remember is not None or self._remember_field is None:
            return proof.remember
        return attempt.credentials.get(self._remember_field, "").strip().lower() not in _UNCHECKED

    async def _ask(self, hook: Hook, attempt: Attempt, user: User, account: Account) -> bool | str:
        params = SignInParams(user, account, credentials=attempt.credentials)
        verdict = await hook(attempt.request.runtime, params)
        if isinstance(verdict, (bool, str)):
            return verdict if verdict != "" else False
        message = (
            f"callbacks.sign_in answered a {type(verdict).__name__}. Return True, False or a URL."
        )
        raise CallbackError(message)


def _out_of_service(error: StoreUnavailable) -> Busy:
    _log.error(
        "Nobody is signed in, since the store of sessions failed: %s",
        error,
        extra={"code": error.code},
    )
    return Busy("the store of sessions cannot be asked")


def _failed(where: str, error: Exception, credentials: SubmittedCredentials) -> TurnedAway:
    submitted = [value for name, value in credentials.items() if name not in _NOT_SECRET]
    _log.error(
        "Nobody is signed in, since %s failed:\n%s",
        where,
        describe_exception(error, withhold=submitted),
        extra={"code": "sign-in-failed"},
    )
    return TurnedAway("Configuration")
