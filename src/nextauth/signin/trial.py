"""Owns how a second factor is begun and checked, whichever it is and whatever it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nextauth.errors import CallbackError
from nextauth.factors import Factor, FactorTools, Proven, Started, Step, Unproven
from nextauth.models import SubmittedCredentials
from nextauth.signin.entry import Attempt
from nextauth.signin.pending import PendingSignIn, PendingSignIns
from nextauth.signin.second_step import of_method
from nextauth.throttle import FactorTry

__all__ = ["Answer", "Trial"]


@dataclass(eq=False, frozen=True, slots=True)
class Answer:
    """What came for a sign-in that waits.

    Args:
        attempt: The request, with what the first step has submitted.
        pending: The sign-in.
        factor: Which factor it is for.
        submitted: What was submitted for it.
        trusts: Whether the person wants this browser trusted.
    """

    attempt: Attempt
    pending: PendingSignIn
    factor: Factor
    submitted: SubmittedCredentials
    trusts: bool = field(default=False)

    @property
    def tried(self) -> FactorTry:
        """It as it is counted."""
        account = self.pending.account
        return FactorTry(
            account.provider,
            account.provider_account_id,
            self.factor.method,
            self.attempt.at,
        )


class Trial:
    """Asks the factors.

    Args:
        pendings: Keeps what they have begun.
        tools: What they work with.
        clock: Answers Unix seconds.
    """

    __slots__ = ("_clock", "_pendings", "_tools")

    def __init__(
        self, pendings: PendingSignIns, tools: FactorTools, *, clock: Callable[[], float]
    ) -> None:
        self._pendings = pendings
        self._tools = tools
        self._clock = clock

    async def start(self, answer: Answer) -> Started:
        """Begin a factor, and keep what it has begun.

        Args:
            answer: For which sign-in, and which factor.

        Raises:
            CallbackError: The factor answered nonsense.
            StoreUnavailable: Something that it needs cannot be asked.
            Exception: Whatever a factor of the application raises.
        """
        factor = answer.factor
        started = await factor.start(await self._step(answer))
        if not isinstance(started, Started):
            raise _no_answer(factor, "start", started)
        await self._pendings.keep_start(answer.pending, factor.method, started.kept)
        return started

    async def verify(self, answer: Answer) -> Proven | Unproven:
        """Check what came for a factor.

        Args:
            answer: What came.

        Raises:
            CallbackError: The factor answered nonsense.
            StoreUnavailable: Something that it needs cannot be asked.
            Exception: Whatever a factor of the application raises.
        """
        factor, pending, kept = answer.factor, answer.pending, None
        if factor.starts:
            kept = await self._pendings.start_of(
                pending, factor.method, is_single_use=factor.is_single_use
            )
        result = await factor.verify(await self._step(answer), answer.submitted, kept)
        if not isinstance(result, (Proven, Unproven)):
            raise _no_answer(factor, "verify", result)
        return result

    async def _step(self, answer: Answer) -> Step:
        pending, attempt, now = answer.pending, answer.attempt, self._clock()
        account = pending.account
        known = await self._tools.store.enrolments(
            account.provider, account.provider_account_id, now=now
        )
        confirmed = [each for each in known if each.confirmed]
        return Step(
            tools=self._tools,
            provider=account.provider,
            user=pending.user,
            enrolments=of_method(confirmed, answer.factor.method),
            request=attempt.request,
            origin=attempt.origin,
            now=now,
            state=pending.state,
        )


def _no_answer(factor: Factor, asked: str, answer: object) -> CallbackError:
    message = (
        f"{asked} of factor {factor.method!r} answered a {type(answer).__name__}. Return "
        "Started(...), or Proven(...) and Unproven()."
    )
    return CallbackError(message)
