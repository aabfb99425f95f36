"""Owns the end of a sign-in that waited: its second factor is checked, and it is taken out once.

In this order: the limit on guesses, whether the person may still enter, the factor, the redeeming,
the callbacks, the session. Whatever fails on the way, nobody is signed in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from nextauth.config import Settings
from nextauth.errors import Busy, CallbackError, RequestError, StoreUnavailable
from nextauth.events import (
    DeviceTrusted,
    EventStream,
    Incident,
    SecondFactorPassed,
    SecondFactorRefused,
    SignInFailed,
)
from nextauth.factors import Proven as FactorProven
from nextauth.factors import Started
from nextauth.models import SubmittedCredentials, User
from nextauth.providers import Refused, Vouched
from nextauth.sessions import Sessions
from nextauth.signin.completion import Completion, Proven, failed, out_of_service
from nextauth.signin.entry import Admitted, Entry, TurnedAway
from nextauth.signin.pending import PendingSignIns
from nextauth.signin.trial import Answer, Trial
from nextauth.signin.trust import TrustedDevices
from nextauth.throttle import FactorGate, Gate
from nextauth.web import SetCookie

__all__ = ["LastStep"]

_log = logging.getLogger("nextauth.signin")
_EXPIRED = TurnedAway("SecondFactorExpired")


class LastStep:
    """Begins and checks second factors, and ends the sign-ins that wait for them.

    Args:
        settings: The checked configuration.
        sessions: Knows which sessions were ended.
        completion: Begins the session.
        pendings: Keeps the sign-ins that wait.
        trial: Asks the factors.
        trusted: The browsers that are not asked.
        factor_gate: Counts the guesses.
        gate: Makes the device cookies; None where tries are not counted.
        events: Is told of each try.
        clock: Answers Unix seconds.
    """

    __slots__ = (
        "_clock",
        "_completion",
        "_events",
        "_factor_gate",
        "_gate",
        "_pendings",
        "_sessions",
        "_settings",
        "_trial",
        "_trusted",
    )

    def __init__(  # noqa: PLR0913 - what it consists of, each once
        self,
        settings: Settings,
        sessions: Sessions,
        completion: Completion,
        *,
        pendings: PendingSignIns,
        trial: Trial,
        trusted: TrustedDevices,
        factor_gate: FactorGate,
        gate: Gate | None,
        events: EventStream,
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._completion = completion
        self._pendings = pendings
        self._trial = trial
        self._trusted = trusted
        self._factor_gate = factor_gate
        self._gate = gate
        self._events = events
        self._clock = clock

    async def start(self, answer: Answer) -> Started | TurnedAway:
        """Begin a factor: a message is sent, a challenge made.

        Args:
            answer: For which sign-in, and which factor.

        Returns:
            What the client is told; or that nobody is signed in, since the factor failed.

        Raises:
            Busy: Something that it needs cannot be asked.
            TooManyRequests: It was begun too often.
        """
        # What is good for a single try, as a challenge is, costs nobody anything: not counted, so
        # that nobody is kept out by signing in often.
        ticket = None
        if not answer.factor.is_single_use:
            ticket = await self._factor_gate.begin(answer.tried)
        try:
            return await self._trial.start(answer)
        except (RequestError, StoreUnavailable) as error:
            if ticket is not None:
                await self._factor_gate.undo(ticket)
            if isinstance(error, StoreUnavailable):
                raise out_of_service(error) from error
            raise
        except Exception as error:  # noqa: BLE001 - a failing factor signs nobody in
            return failed(f"factor {answer.factor.method!r}", error, answer.submitted)

    async def finish(self, answer: Answer) -> Entry:
        """Check a factor; if it is right, begin the session that the sign-in was for.

        Args:
            answer: What came.

        Raises:
            Busy: Every worker is taken, or a store cannot be asked.
            TooManyRequests: There is no guess left for now.
        """
        try:
            entry = await self._finish(answer)
        except StoreUnavailable as error:
            raise out_of_service(error) from error
        if isinstance(entry, TurnedAway) and self._events.hooks:
            account = answer.pending.account
            reason, code = entry.error, entry.code
            who = account.provider, reason, code, account.provider_account_id
            self._events.tell(SignInFailed(answer.attempt.at(), *who))
        return entry

    async def _finish(self, answer: Answer) -> Entry:
        ticket = await self._factor_gate.enter(answer.tried)
        try:
            # First, so that nothing that is good once is used up where it lets nobody in.
            user = await self._still_admitted(answer)
            if isinstance(user, TurnedAway):
                await self._factor_gate.undo(ticket)
                return user
            result = await self._trial.verify(answer)
        except (RequestError, StoreUnavailable):
            await self._factor_gate.undo(ticket)
            raise
        except Exception as error:  # noqa: BLE001 - a failing factor signs nobody in
            await self._factor_gate.undo(ticket)
            return failed(f"factor {answer.factor.method!r}", error, answer.submitted)
        if not isinstance(result, FactorProven):
            self._tell(answer, SecondFactorRefused, result.incidents)
            return _EXPIRED if result.is_over else TurnedAway("SecondFactorRefused")
        await self._factor_gate.undo(ticket)
        self._tell(answer, SecondFactorPassed, result.incidents)
        if result.user is not None and result.user.id != user.id:
            other = CallbackError("It proved another user than the one who signs in.")
            return failed(f"factor {answer.factor.method!r}", other, answer.submitted)
        if not await self._pendings.redeem(answer.pending):
            return _EXPIRED  # another request was first, or it was ended meanwhile
        return await self._complete(answer, result.user or user, result.amr)

    async def _still_admitted(self, answer: Answer) -> User | TurnedAway:
        """Ask whether the person may still enter: minutes have passed since the first factor."""
        pending, attempt = answer.pending, answer.attempt
        account, now = pending.account, self._clock()
        revocation = self._sessions.revocation
        if revocation is not None:
            who = account.provider, account.provider_account_id
            if await revocation.was_ended(*who, pending.epoch or 0, now=now):
                return _EXPIRED
        plan = attempt.provider.revalidation
        if plan is None:
            return pending.user
        kept = {name: value for name, value in pending.credentials.items() if name in plan.fields}
        voucher = await attempt.provider.vouch(
            pending.user, SubmittedCredentials(kept), attempt.request
        )
        if isinstance(voucher, Vouched):
            user = voucher.user or pending.user
            return user if user.id is not None else replace(user, id=pending.user.id)
        if isinstance(voucher, Refused):
            return TurnedAway("AccessDenied")
        if isinstance(voucher.error, Busy):  # the system behind it cannot be asked
            raise voucher.error
        return failed("the revalidation", voucher.error, pending.credentials)

    async def _complete(self, answer: Answer, user: User, amr: tuple[str, ...]) -> Entry:
        pending, attempt = answer.pending, answer.attempt
        proven = Proven(
            user,
            pending.account,
            tuple(dict.fromkeys((*pending.amr, *amr, "mfa"))),
            pending.remember,
            pending.epoch,
        )
        entry = await self._completion.begin(attempt, proven)
        if not isinstance(entry, Admitted):
            return entry
        return Admitted((*entry.cookies, *await self._remembered(answer)), entry.token)

    async def _remembered(self, answer: Answer) -> tuple[SetCookie, ...]:
        """Answer the cookies by which this browser is known from now on."""
        pending, attempt = answer.pending, answer.attempt
        if attempt.carrier.is_bearer:  # it keeps no cookie, and is known by none
            return ()
        plan, account = self._settings.cookies_on(attempt.origin), pending.account
        cookies: list[SetCookie] = []
        if self._gate is not None:
            known = await self._gate.remember(
                pending.named, pending.asked, account.provider_account_id, epoch=pending.epoch or 0
            )
            if known is not None:
                attributes = plan.csrf_attributes
                device = SetCookie(plan.device, known.value, attributes, known.expires)
                cookies += [device] if device.is_kept else []
        if answer.trusts:
            cookies += await self._trust(answer)
        return tuple(cookies)

    async def _trust(self, answer: Answer) -> list[SetCookie]:
        pending, attempt = answer.pending, answer.attempt
        account = pending.account
        try:
            trusted = await self._trusted.trust(
                self._settings.cookies_on(attempt.origin),
                account=account,
                epoch=pending.epoch,
                user_agent=attempt.request.header(b"user-agent"),
                now=self._clock(),
            )
        except StoreUnavailable as error:  # the person is signed in, and is asked again next time
            _log.error(
                "A browser is not trusted, since the store failed: %s",
                error,
                extra={"code": error.code},
            )
            return []
        if trusted is None:
            return []
        device, cookie = trusted
        who = account.provider, account.provider_account_id
        self._events.tell(DeviceTrusted(attempt.at(), *who, device, self._trusted.days))
        return [cookie]

    def _tell(
        self,
        answer: Answer,
        kind: type[SecondFactorPassed | SecondFactorRefused],
        incidents: tuple[Incident, ...],
    ) -> None:
        if not self._events.hooks:
            return
        at, account = answer.attempt.at(), answer.pending.account
        who = account.provider, account.provider_account_id
        self._events.tell(kind(at, *who, answer.factor.method))
        for incident in incidents:
            self._events.tell(incident(at))
