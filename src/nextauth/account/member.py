"""Owns who is on their account page, and what their sign-in must be for them to change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nextauth.factors import SecondFactor
from nextauth.models import Session, User
from nextauth.sessions import Freshness
from nextauth.signin import TRUSTED_DEVICE
from nextauth.stores import Enrolment

__all__ = ["Member", "asked_of"]


@dataclass(frozen=True, slots=True)
class Member:
    """Who is signed in, on their account page.

    Args:
        provider: Id of the provider that vouches for them.
        user: Who, with an id.
        session: Their session.
        claims: Its claims. Not in the repr.
        enrolments: What they have enrolled, confirmed.
    """

    provider: str
    user: User
    session: Session
    claims: Mapping[str, Any] = field(repr=False)
    enrolments: tuple[Enrolment, ...] = ()

    @property
    def user_id(self) -> str:
        """Their id at their provider."""
        return self.user.id or ""

    @property
    def sid(self) -> str:
        """Their session's id."""
        return self.session.sid or ""

    def of_method(self, method: str) -> tuple[Enrolment, ...]:
        """Answer what they have enrolled of one method.

        Args:
            method: The method.
        """
        return tuple(each for each in self.enrolments if each.method == method)


def asked_of(member: Member, options: SecondFactor) -> Freshness:
    """Answer what a sign-in must be to change something: recent, and by all that is enrolled.

    Args:
        member: Who.
        options: The factors.
    """
    backups = {each.method for each in options.methods if each.role == "backup"}
    others = {each.method for each in member.enrolments} - backups - {TRUSTED_DEVICE}
    return Freshness(options.step_up_for, ("mfa",) if others else ())
