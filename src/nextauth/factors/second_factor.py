"""Owns the options of signing in by two steps: which factors there are, and who must prove one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from nextauth.factors.base import Factor
from nextauth.models import Account, User
from nextauth.stores import FactorStore, Limit, PendingStore

__all__ = ["FactorPolicyParams", "SecondFactor", "SecondFactorStore"]

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class SecondFactorStore(FactorStore, PendingStore, Protocol):
    """Keeps enrolments, and sign-ins that are half done: every store of nextauth is one."""


@dataclass(frozen=True, slots=True)
class FactorPolicyParams:
    """Given to a policy, which answers whether a second factor must be proven.

    Args:
        user: Who has proven the first one.
        account: Through which provider.
        enrolled: The methods that the person has enrolled.
        amr: How the first one was proven (RFC 8176).
    """

    user: User
    account: Account
    enrolled: frozenset[str]
    amr: tuple[str, ...]


PolicyFunction = Callable[[FactorPolicyParams], bool | Awaitable[bool]]
FactorPolicy = Literal["enrolled", "always"] | PolicyFunction


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Asks for a second factor before a session begins: ``Auth(second_factor=SecondFactor(…))``.

    Args:
        store: Keeps what people enrolled, and sign-ins that are half done.
        methods: The factors, in the order in which they are offered.
        policy: Who must prove one. ``"enrolled"``: whoever has enrolled one. ``"always"``:
            everybody, and whoever has none is refused. Or a function of `FactorPolicyParams`.
        pending_for: Seconds for which a sign-in waits for its second factor.
        limits: Guesses at one method of one person, from everywhere and over all sign-ins. Right
            ones are given back.
        start_limits: How often one person's method may be begun, such as a message sent. The
            challenges of security keys are not counted.
        trust_days: Days for which people may say that this browser is not asked again; 0: never.
        account_pages: Whether people manage their factors and sessions under ``account``.
        step_up_for: Seconds after a sign-in within which they may be changed there.
    """

    store: SecondFactorStore = field(repr=False)
    methods: tuple[Factor, ...]
    policy: FactorPolicy = "enrolled"
    pending_for: int = 10 * _MINUTE
    limits: tuple[Limit, ...] = (Limit(5, _MINUTE), Limit(10, _HOUR), Limit(20, _DAY))
    start_limits: tuple[Limit, ...] = (Limit(5, 10 * _MINUTE), Limit(20, _DAY))
    trust_days: int = 0
    account_pages: bool = False
    step_up_for: int = 10 * _MINUTE

    def method(self, name: str) -> Factor | None:
        """Answer the factor of a name, or None.

        Args:
            name: Its `Factor.method`.
        """
        return next((each for each in self.methods if each.method == name), None)
