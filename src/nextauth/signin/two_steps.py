"""Owns how the parts of signing in by two steps are built, once, and what all of them wait for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from nextauth.config import Settings
from nextauth.events import EventStream
from nextauth.factors import FactorSecrets, FactorTools, SecondFactor, UserHandles
from nextauth.hooks import Hook
from nextauth.sessions import Sessions
from nextauth.signin.completion import Completion
from nextauth.signin.last_step import LastStep
from nextauth.signin.pending import PendingSignIns
from nextauth.signin.second_step import SecondStep
from nextauth.signin.trial import Trial
from nextauth.signin.trust import TrustedDevices
from nextauth.stores import LimitStore
from nextauth.throttle import FactorGate, Gate, Throttle
from nextauth.tokens import Keyring

__all__ = ["TwoSteps", "factor_tools"]


@dataclass(eq=False, frozen=True, slots=True)
class TwoSteps:
    """What signing in by two steps consists of.

    Args:
        options: The factors, and who must prove one.
        tools: What the factors work with.
        pendings: Keeps the sign-ins that wait.
        trusted: The browsers that are not asked.
        second: Decides who is asked.
        last: Checks the factors.
        gate: Counts guesses at them.
    """

    options: SecondFactor
    tools: FactorTools
    pendings: PendingSignIns
    trusted: TrustedDevices
    second: SecondStep
    last: LastStep
    gate: FactorGate

    @classmethod
    def build(  # noqa: PLR0913 - what it is built of, each once
        cls,
        options: SecondFactor,
        settings: Settings,
        *,
        tools: FactorTools,
        keyring: Keyring,
        sessions: Sessions,
        completion: Completion,
        gate: Gate | None,
        events: EventStream,
        clock: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> Self:
        """Build every part.

        Args:
            options: The factors, and who must prove one.
            settings: The checked configuration.
            tools: What the factors work with.
            keyring: The site's secrets.
            sessions: Knows which sessions were ended.
            completion: Begins the sessions.
            gate: Makes the device cookies; None where tries are not counted.
            events: The audit stream.
            clock: Answers Unix seconds.
            entropy: Answers that many random bytes.
        """
        store, throttle = options.store, settings.throttle
        pendings = PendingSignIns(store, keyring, clock=clock, entropy=entropy)
        trusted = TrustedDevices(store, keyring, days=options.trust_days, entropy=entropy)
        factor_gate = FactorGate(
            guesses=options.limits,
            starts=options.start_limits,
            store=_counting_store(throttle, store),
            keyring=keyring,
            events=events,
            clock=clock,
        )
        second = SecondStep(
            options, settings, pendings=pendings, trusted=trusted, events=events, clock=clock
        )
        last = LastStep(
            settings,
            sessions,
            completion,
            pendings=pendings,
            trial=Trial(pendings, tools, clock=clock),
            trusted=trusted,
            factor_gate=factor_gate,
            gate=gate,
            events=events,
            clock=clock,
        )
        return cls(options, tools, pendings, trusted, second, last, factor_gate)

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The application's functions that the factors call; the policy's are the sign-in's."""
        return tuple(hook for factor in self.options.methods for hook in factor.hooks())

    @property
    def waits(self) -> bool:
        """Whether it needs an event loop, whatever the application's functions."""
        factors = self.options.methods
        return self.options.store.waits or self.gate.waits or any(each.waits for each in factors)


def _counting_store(throttle: Throttle | None, store: object) -> LimitStore | None:
    """Answer where guesses are counted: where tries are, else where factors are if that can count.

    Each process would count alone otherwise, and a restart would give all guesses back.
    """
    if throttle is not None and throttle.store is not None:
        return throttle.store
    return store if isinstance(store, LimitStore) else None


def factor_tools(
    options: SecondFactor,
    settings: Settings,
    *,
    keyring: Keyring,
    clock: Callable[[], float],
    entropy: Callable[[int], bytes],
) -> FactorTools:
    """Build what the factors, and the providers that use them, work with.

    Args:
        options: The factors.
        settings: The checked configuration.
        keyring: The site's secrets.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """
    base = settings.address.base_url
    return FactorTools(
        store=options.store,
        pending=options.store,
        keyring=keyring,
        secrets=FactorSecrets(keyring, entropy=entropy),
        handles=UserHandles(keyring),
        clock=clock,
        entropy=entropy,
        site=settings.theme.name or ("this site" if base is None else base.host),
    )
