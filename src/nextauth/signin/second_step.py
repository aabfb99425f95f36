"""Owns who must prove a second factor, and that their sign-in waits for it.

Whoever has enrolled one is asked, unless a policy of the application says otherwise. What cannot be
known, because a store or the policy fails, lets nobody in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from nextauth.config import Settings
from nextauth.errors import Busy, CallbackError, StoreUnavailable
from nextauth.events import EventStream, SecondFactorAsked
from nextauth.factors import Factor, FactorPolicyParams, SecondFactor
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials
from nextauth.providers import Authenticated, Challenged
from nextauth.signin.completion import Proven, failed, out_of_service
from nextauth.signin.entry import Attempt, Entry, Held, TurnedAway
from nextauth.signin.pending import PendingSignIn, PendingSignIns
from nextauth.signin.trust import TRUSTED_DEVICE, TrustedDevices
from nextauth.stores import Enrolment

__all__ = ["SecondStep", "of_method"]

_log = logging.getLogger("nextauth.signin")
_MFA = "mfa"  # RFC 8176, 2: more than one factor was proven
_NOTHING = SubmittedCredentials({})


class SecondStep:
    """Decides who must prove a second factor.

    Args:
        options: The factors, and the policy.
        settings: The checked configuration.
        pendings: Keeps sign-ins that wait.
        trusted: The browsers that are not asked.
        events: Is told of who is asked.
        clock: Answers Unix seconds.
    """

    __slots__ = ("_clock", "_events", "_options", "_pendings", "_policy", "_settings", "_trusted")

    def __init__(  # noqa: PLR0913 - what it consists of, each once
        self,
        options: SecondFactor,
        settings: Settings,
        *,
        pendings: PendingSignIns,
        trusted: TrustedDevices,
        events: EventStream,
        clock: Callable[[], float],
    ) -> None:
        self._options = options
        self._settings = settings
        self._pendings = pendings
        self._trusted = trusted
        self._events = events
        self._clock = clock
        policy = options.policy
        self._policy = Hook("policy of SecondFactor", policy) if callable(policy) else None

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The application's functions that it calls."""
        return () if self._policy is None else (self._policy,)

    async def ask(
        self, attempt: Attempt, proven: Proven, outcome: Authenticated | Challenged
    ) -> Entry | Proven:
        """Let a sign-in wait for its second factor; if there is none, answer what is proven.

        Args:
            attempt: Who tries, with what.
            proven: What is proven so far.
            outcome: What the provider said.

        Raises:
            Busy: Every worker is taken, or the store cannot be asked.
        """
        try:
            return await self._ask(attempt, proven, outcome)
        except Busy:
            raise
        except StoreUnavailable as error:
            raise out_of_service(error) from error
        except Exception as error:  # noqa: BLE001 - a failing policy signs nobody in
            return failed("the second factor", error, attempt.credentials)

    async def _ask(
        self, attempt: Attempt, proven: Proven, outcome: Authenticated | Challenged
    ) -> Entry | Proven:
        challenge = outcome if isinstance(outcome, Challenged) else None
        if challenge is None and _MFA in proven.amr:
            return proven
        enrolments = await self._enrolments(proven)
        if challenge is None:
            if not await self._is_needed(attempt, proven, enrolments):
                return proven
            # Who must prove anew that it is them proves all of it.
            if attempt.expected is None and self._is_trusted(attempt, proven, enrolments):
                return proven._replace(is_unasked=True)
        wanted = () if challenge is None else challenge.methods
        methods = self._methods_for(proven, enrolments, wanted)
        if not methods:
            _log.warning(
                "Nobody is signed in: a second factor is asked for, and the person has none that "
                "is configured (provider %r).",
                proven.account.provider,
                extra={"code": "SecondFactorMissing"},
            )
            return TurnedAway("SecondFactorMissing")
        return await self._hold(attempt, proven, methods, challenge)

    async def _enrolments(self, proven: Proven) -> tuple[Enrolment, ...]:
        account = proven.account
        known = await self._options.store.enrolments(
            account.provider, account.provider_account_id, now=self._clock()
        )
        return tuple(each for each in known if each.confirmed)

    async def _is_needed(
        self, attempt: Attempt, proven: Proven, enrolments: Sequence[Enrolment]
    ) -> bool:
        # A method that is not configured any more counts too: nobody gets in for lack of it.
        backups = {each.method for each in self._options.methods if each.role == "backup"}
        enrolled = frozenset(each.method for each in enrolments) - backups - {TRUSTED_DEVICE}
        if self._policy is not None:
            params = FactorPolicyParams(proven.user, proven.account, enrolled, proven.amr)
            answer = await self._policy(attempt.request.runtime, params)
            if not isinstance(answer, bool):
                message = f"the policy answered a {type(answer).__name__}. Return True or False."
                raise CallbackError(message)
            return answer
        return bool(enrolled) or self._options.policy == "always"

    def _is_trusted(
        self, attempt: Attempt, proven: Proven, enrolments: Sequence[Enrolment]
    ) -> bool:
        return self._trusted.knows(
            attempt.cookies,
            self._settings.cookies_on(attempt.origin),
            account=proven.account,
            epoch=proven.epoch,
            enrolments=enrolments,
            now=self._clock(),
        )

    def _methods_for(
        self, proven: Proven, enrolments: Sequence[Enrolment], wanted: Sequence[str]
    ) -> tuple[str, ...]:
        """Answer what a person can prove: of what was asked for by name, else of what fits them."""

        def has(factor: Factor) -> bool:
            return factor.is_for(proven.user, of_method(enrolments, factor.method))

        usable = [each for each in self._options.methods if has(each)]
        if wanted:
            return tuple(each.method for each in usable if each.method in wanted)
        usable = [each for each in usable if each.role != "named"]
        has_own = any(each.role in {"enrolled", "always"} for each in usable)
        return tuple(each.method for each in usable if not (has_own and each.role == "fallback"))

    async def _hold(
        self,
        attempt: Attempt,
        proven: Proven,
        methods: tuple[str, ...],
        challenge: Challenged | None,
    ) -> Entry:
        pending = PendingSignIn(
            asked=attempt.provider.id,
            account=proven.account,
            user=proven.user,
            amr=proven.amr,
            methods=methods,
            callback_url=attempt.callback_url,
            remember=proven.remember,
            epoch=proven.epoch,
            named=attempt.named,
            is_step_up=attempt.expected is not None,
            credentials=attempt.credentials if self._is_asked_for(attempt) else _NOTHING,
            state={} if challenge is None else challenge.state,
            until=self._clock() + self._options.pending_for,
            is_bearer=attempt.carrier.is_bearer,
        )
        await self._pendings.drop(attempt.held)
        handle = await self._pendings.begin(pending)
        if self._events.hooks:
            account = proven.account
            asked = SecondFactorAsked(
                attempt.at(), account.provider, account.provider_account_id, methods
            )
            self._events.tell(asked)
        if pending.is_bearer:
            return Held((), handle)
        plan = self._settings.cookies_on(attempt.origin)
        return Held((self._pendings.cookie(pending, handle, plan),))

    def _is_asked_for(self, attempt: Attempt) -> bool:
        """Tell whether somebody will ask for what was submitted, so that it has to be kept."""
        callbacks, plan = self._settings.callbacks, attempt.provider.revalidation
        has_callback = callbacks.sign_in is not None or callbacks.jwt is not None
        return has_callback or (plan is not None and bool(plan.fields))


def of_method(enrolments: Sequence[Enrolment], method: str) -> tuple[Enrolment, ...]:
    """Answer the enrolments of one method.

    Args:
        enrolments: Any.
        method: The method.
    """
    return tuple(each for each in enrolments if each.method == method)
