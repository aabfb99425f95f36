"""Owns what a factor is that people enrol themselves, and how an enrolment is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeGuard, runtime_checkable

from nextauth.factors.base import Factor, Started, Step
from nextauth.fields import FormField
from nextauth.models import SubmittedCredentials
from nextauth.stores import Enrolment

__all__ = ["EnrollableFactor", "Enrolled", "enrolment_of", "is_enrollable", "new_enrolment_id"]

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What comes of an enrolment.

    Args:
        enrolment: To be kept: it is confirmed, since its person has just used it.
        shown: What the person is shown, once, such as recovery codes, of JSON's types. Not in the
            repr.
        replaces: Whether it takes the place of the person's others of this method.
    """

    enrolment: Enrolment
    shown: Mapping[str, object] = field(repr=False)
    replaces: bool = False


@runtime_checkable
class EnrollableFactor(Factor, Protocol):
    """A factor that people set up on their account page.

    Attributes:
        enrol_fields: The fields of the form that sets it up, by name; beside a name for it.
        offers: Whether an enrolment must be begun: a secret shown, a challenge made.
    """

    @property
    def enrol_fields(self) -> Mapping[str, FormField]:
        """The fields of the form that sets it up."""
        ...

    @property
    def offers(self) -> bool:
        """Whether an enrolment must be begun."""
        ...

    async def offer(self, step: Step) -> Started:
        """Begin an enrolment, where it `offers`.

        Args:
            step: Who, and with what.
        """
        ...

    async def enrol(
        self, step: Step, answer: SubmittedCredentials, kept: str | None, *, name: str
    ) -> Enrolled | None:
        """Check that the person can use it, and answer the enrolment.

        Args:
            step: Who, and with what.
            answer: All parameters of the form, whatever they are.
            kept: What `offer` kept, or None if nothing was begun, or it is over.
            name: What the person calls it.

        Returns:
            None if what was submitted is wrong.

        Raises:
            StoreUnavailable: Something that it needs cannot be asked.
        """
        ...


def is_enrollable(factor: Factor) -> TypeGuard[EnrollableFactor]:
    """Tell whether people set a factor up themselves.

    Args:
        factor: Any factor.
    """
    return factor.role in {"enrolled", "backup"} and isinstance(factor, EnrollableFactor)


def new_enrolment_id(step: Step) -> str:
    """Answer an id that no other enrolment has: 128 random bits.

    Args:
        step: Whose.
    """
    return step.tools.entropy(_ID_BYTES).hex()


def enrolment_of(  # noqa: PLR0913 - the members of an enrolment
    step: Step,
    method: str,
    *,
    name: str,
    data: str,
    counter: int = -1,
    digests: tuple[str, ...] = (),
    enrolment_id: str | None = None,
) -> Enrolment:
    """Answer a confirmed enrolment of a step's person.

    Args:
        step: Who.
        method: Of which factor.
        name: What the person calls it.
        data: Opaque to the store.
        counter: The one of the use that confirmed it.
        digests: Of what may be used once each.
        enrolment_id: Its id; None for a random one.
    """
    return Enrolment(
        enrolment_id or new_enrolment_id(step),
        step.provider,
        step.user_id,
        method,
        name,
        data,
        created=step.now,
        confirmed=True,
        used=step.now,
        counter=counter,
        digests=digests,
    )
