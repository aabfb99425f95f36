"""Owns recovery codes as a second factor: a set, of which each is taken out when it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from nextauth.errors import Problem
from nextauth.events import RecoveryCodeUsed
from nextauth.events.circumstances import Circumstances
from nextauth.factors.base import Proven, Role, Started, Step, Unproven
from nextauth.factors.enrolling import Enrolled, enrolment_of
from nextauth.factors.recovery import new_recovery_codes, spend_recovery_code
from nextauth.fields import NO_FIELDS, NO_SCRIPT, FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment
from nextauth.web import Origin

__all__ = ["FEW_CODES", "RecoveryFactor"]

FEW_CODES = 3
"""With so many left, or fewer, people are told to renew them."""

_METHOD = "recovery"
_MOST = 50
_FIELDS = MappingProxyType({"code": FormField("Recovery code", autocomplete="off")})
_NO_FIELDS: Mapping[str, FormField] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RecoveryFactor:
    """Codes on paper, for who has lost everything else. Each is good once.

    They are no reason to ask somebody for a second factor, but for who has no other any more.

    Args:
        count: How many a set has, 5 to 50.
        name: What people read.
    """

    count: int = 10
    name: str = "Recovery code"

    method = _METHOD
    fields = _FIELDS
    enrol_fields = _NO_FIELDS
    starts = False
    offers = False
    is_single_use = False
    script = NO_SCRIPT
    long_fields = NO_FIELDS
    waits = False

    @property
    def role(self) -> Role:
        """Who has it, and what it is to have it."""
        return "backup"

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:
        """Answer what is wrong with its configuration.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        if self.count not in range(5, _MOST + 1):
            yield Problem(
                "recovery-count",
                f"RecoveryFactor(count={self.count!r}) is too few to last, or too many to keep.",
                f"Use 5 to {_MOST}; 10 is usual.",
            )

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls: none."""
        return ()

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:
        """Tell whether a person has codes left.

        Args:
            user: Who.
            enrolments: Their confirmed ones.
        """
        return any(each.digests for each in enrolments)

    async def start(self, step: Step) -> Started:
        """Do nothing: the codes are on paper.

        Args:
            step: Who, and with what.
        """
        return Started({}, "")

    async def verify(
        self, step: Step, answer: SubmittedCredentials, kept: str | None
    ) -> Proven | Unproven:
        """Check a code, and use it up.

        Args:
            step: Who, and with what.
            answer: Has ``code``.
            kept: Nothing.
        """
        user = step.provider, step.user_id
        for enrolment in step.enrolments:
            spent = spend_recovery_code(enrolment.digests, answer.get("code"))
            if spent is None:
                continue
            store = step.tools.store
            left = await store.spend(*user, enrolment.id, spent.spent, now=step.now)
            if left is not None:
                return Proven(("otp",), (partial(_used, *user, left),))
        return Unproven()

    async def offer(self, step: Step) -> Started:
        """Do nothing: the codes are shown when they are made.

        Args:
            step: Who, and with what.
        """
        return Started({}, "")

    async def enrol(
        self, step: Step, answer: SubmittedCredentials, kept: str | None, *, name: str
    ) -> Enrolled | None:
        """Make a new set, which takes the place of an older one.

        Args:
            step: Who, and with what.
            answer: Nothing.
            kept: Nothing.
            name: What the person calls it.
        """
        made = new_recovery_codes(step.tools.entropy, self.count)
        enrolment = enrolment_of(step, _METHOD, name=name, data="", digests=made.hashes)
        return Enrolled(enrolment, {"codes": list(made.codes)}, replaces=True)


def _used(provider: str, user_id: str, left: int, at: Circumstances) -> RecoveryCodeUsed:
    return RecoveryCodeUsed(at, provider, user_id, left)
