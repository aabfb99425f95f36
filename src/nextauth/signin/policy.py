"""Owns the sign-in policy: what every provider's answer passes before a session begins.

In this order: the throttle, the provider, the second factor, the callbacks, the session. Whatever
fails on the way, nobody is signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from nextauth.config import Settings
from nextauth.errors import Busy, CallbackError
from nextauth.events import EventStream, SignInFailed
from nextauth.fields import is_ticked
from nextauth.hooks import Hook
from nextauth.models import Account, User
from nextauth.padding import Padding
from nextauth.providers import Authenticated, Challenged, Denied, Failed, Outcome, Provider, Refused
from nextauth.sessions import Sessions, StepUpTicket
from nextauth.signin.completion import Completion, Proven, failed, out_of_service
from nextauth.signin.entry import Admitted, Attempt, Entry, TurnedAway
from nextauth.signin.proof import prove
from nextauth.throttle import Gate, Ticket, Try
from nextauth.web import SetCookie

if TYPE_CHECKING:
    from nextauth.signin.second_step import SecondStep

__all__ = ["SignInPolicy"]

_TELLTALE = frozenset({"CredentialsSignin", "AccessDenied"})  # of what the system knows


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
        completion: Ends them with a session.
        gate: Counts the tries; None if they are not counted.
        padding: Holds refusals back; None if they are not.
        second: Decides who must prove a second factor; None: nobody.
        entropy: Answers that many random bytes.
    """

    __slots__ = (
        "_completion",
        "_entropy",
        "_events",
        "_gate",
        "_padding",
        "_remember_field",
        "_second",
        "_sessions",
        "_settings",
    )

    def __init__(  # noqa: PLR0913 - what the policy consists of, each once
        self,
        settings: Settings,
        sessions: Sessions,
        events: EventStream,
        completion: Completion,
        *,
        gate: Gate | None = None,
        padding: Padding | None = None,
        second: SecondStep | None = None,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._events = events
        self._completion = completion
        self._gate = gate
        self._padding = padding
        self._second = second
        self._entropy = entropy
        self._remember_field = settings.session.remember_field

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The application's functions that signing in calls, beside the providers' own."""
        second = () if self._second is None else self._second.hooks
        return (*self._completion.hooks, *second)

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
            who = attempt.provider.id, entry.error, entry.code, user_id
            self._events.tell(SignInFailed(attempt.at(), *who))
        return entry

    async def _count(self, attempt: Attempt, gate: Gate) -> _Decided:
        """Count a try before it is made, and give it back if it was no wrong guess."""
        provider, credentials = attempt.provider, attempt.credentials
        try:
            named = provider.account_of(credentials)
        except Exception as error:  # noqa: BLE001 - whatever it raises, nobody is asked
            where = f"account of provider {provider.id!r}"
            return _Decided(failed(where, error, credentials))
        cookies = self._settings.cookies_on(attempt.origin)
        device = attempt.cookies.get(cookies.device)
        tried = Try(provider.id, named, device, attempt.request, attempt.at)
        attempt.named = named
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
                more = await self._device_cookies(gate, attempt, decided, ticket)
                return _Decided(Admitted((*entry.cookies, *more), entry.token), *decided[1:])
        return decided

    async def _device_cookies(
        self, gate: Gate, attempt: Attempt, decided: _Decided, ticket: Ticket
    ) -> tuple[SetCookie, ...]:
        if attempt.carrier.is_bearer:  # it keeps no cookie, and is known by none
            return ()
        user_id = "" if decided.user is None else decided.user.id or ""
        known = await gate.remember(
            attempt.named, attempt.provider.id, user_id, epoch=decided.epoch or 0, ticket=ticket
        )
        if known is None:
            return ()
        plan = self._settings.cookies_on(attempt.origin)
        device = SetCookie(plan.device, known.value, plan.csrf_attributes, known.expires)
        return (device,) if device.is_kept else ()

    async def _decide(self, attempt: Attempt) -> _Decided:
        outcome, epoch, unavailable = await prove(attempt, self._sessions)
        where = f"provider {attempt.provider.id!r}"
        self._tell(attempt, outcome)
        match outcome:
            case Refused():
                return _Decided(TurnedAway("CredentialsSignin", outcome.code))
            case Denied():
                return _Decided(TurnedAway("AccessDenied"))
            case Failed():
                return _Decided(failed(where, outcome.error, attempt.credentials))
        proof = outcome.proof if isinstance(outcome, Challenged) else outcome
        if self._lacks_id(attempt.provider, proof.user):
            return _Decided(failed(where, _no_id(), attempt.credentials))
        if proof.provider is not None and proof.provider not in self._settings.providers:
            return _Decided(failed(where, _unknown(proof.provider), attempt.credentials))
        if unavailable is not None:
            raise out_of_service(unavailable)
        proven = self._proven(attempt, proof, epoch)
        return _Decided(await self._go_on(attempt, proven, outcome), proven.user, epoch)

    def _tell(self, attempt: Attempt, outcome: Outcome) -> None:
        if isinstance(outcome, (Authenticated, Refused)) and outcome.incidents:
            at = attempt.at()
            for incident in outcome.incidents:
                self._events.tell(incident(at))

    def _proven(self, attempt: Attempt, proof: Authenticated, epoch: int | None) -> Proven:
        user, provider = self._with_id(proof.user), attempt.provider
        if proof.provider is not None:
            provider = self._settings.providers[proof.provider]
        account = Account(provider.id, provider.type, user.id or "")
        return Proven(user, account, proof.amr, self._remember(attempt, proof), epoch)

    async def _go_on(
        self, attempt: Attempt, proven: Proven, outcome: Authenticated | Challenged
    ) -> Entry:
        account = proven.account
        if attempt.expected is not None:
            mine = StepUpTicket(account.provider, account.provider_account_id)
            if attempt.expected != mine:
                return TurnedAway("StepUpMismatch")
        if self._second is not None:
            asked = await self._second.ask(attempt, proven, outcome)
            if not isinstance(asked, Proven):
                return asked
            proven = asked
        elif isinstance(outcome, Challenged):
            where = f"provider {attempt.provider.id!r}"
            return failed(where, _no_second_factor(), attempt.credentials)
        return await self._completion.begin(attempt, proven)

    def _lacks_id(self, provider: Provider, user: User) -> bool:
        settings = self._settings
        is_needed = settings.revocation is not None or settings.second_factor is not None
        return user.id is None and (is_needed or provider.revalidation is not None)

    def _with_id(self, user: User) -> User:
        if user.id is not None:
            return user
        return replace(user, id=str(UUID(bytes=self._entropy(16), version=4)))

    def _remember(self, attempt: Attempt, proof: Authenticated) -> bool | None:
        if attempt.carrier.is_bearer:  # there is no browser that could be closed
            return None
        if proof.remember is not None or self._remember_field is None:
            return proof.remember
        return is_ticked(attempt.credentials.get(self._remember_field))


def _no_id() -> CallbackError:
    message = (
        "It answered a user without an id, so that their sessions and second factors could not be "
        "found again. Return User(id=...)."
    )
    return CallbackError(message)


def _unknown(provider: str) -> CallbackError:
    message = (
        f"It vouched for a user of provider {provider!r}, which is not among Auth(providers=[...])."
    )
    return CallbackError(message)


def _no_second_factor() -> CallbackError:
    message = (
        "It answered a Challenge, and this Auth has no second factors. Pass "
        "Auth(second_factor=SecondFactor(store, methods=(TotpFactor(),)))."
    )
    return CallbackError(message)
