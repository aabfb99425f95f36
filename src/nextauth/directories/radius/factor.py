"""Owns the second step of a RADIUS sign-in: the code goes to the server that asked for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from nextauth.directories.radius.directory import RadiusDirectory
from nextauth.errors import Problem
from nextauth.factors import Proven, Started, Step, Unproven
from nextauth.factors.base import Role
from nextauth.fields import NO_FIELDS, NO_SCRIPT, FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment
from nextauth.web import Origin

__all__ = ["RadiusFactor"]

_FIELDS: Mapping[str, FormField] = MappingProxyType(
    {"code": FormField("Code", autocomplete="one-time-code")}
)


@dataclass(frozen=True, slots=True)
class RadiusFactor:
    """What a RADIUS server asks for after the password (Access-Challenge), such as a token's code.

    Nobody enrols it: the server knows who has a token. It can be proven only in a sign-in that the
    server has asked more of, once; a server that then asks again is refused.

    Args:
        directory: The directory whose servers ask.
        name: What people read.
    """

    directory: RadiusDirectory
    name: str = "Code"

    fields = _FIELDS
    starts = False
    is_single_use = False
    script = NO_SCRIPT
    long_fields = NO_FIELDS
    waits = False

    @property
    def role(self) -> Role:
        """Who has it, and what it is to have it."""
        return "named"

    @property
    def method(self) -> str:
        """Its part of the URLs: what the directory calls its second step."""
        return self.directory.method

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:  # noqa: ARG002 - a Factor's
        """Answer what is wrong with its configuration: nothing.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        return ()

    def hooks(self) -> Iterable[Hook]:
        """Answer the functions that it calls, and that block."""
        yield self._hook

    @property
    def _hook(self) -> Hook:
        return Hook("answer_challenge of RadiusDirectory", self.directory.answer_challenge)

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:  # noqa: ARG002 - the same
        """Tell whether a person can use it: who can, the server's challenge says.

        Args:
            user: Who.
            enrolments: None.
        """
        return True

    async def start(self, step: Step) -> Started:  # noqa: ARG002 - the same
        """Do nothing: the server has begun it.

        Args:
            step: Who, and with what.
        """
        return Started({}, "")

    async def verify(
        self,
        step: Step,
        answer: SubmittedCredentials,
        kept: str | None,  # noqa: ARG002 - the same
    ) -> Proven | Unproven:
        """Send a code to the server. That it is good once, the server and the sign-in see to.

        Args:
            step: Who, and with what.
            answer: Has ``code``.
            kept: Nothing.

        Raises:
            Busy: Every worker is taken.
            SystemUnavailable: The server has not answered.
        """
        code = answer.get("code", "").strip()
        is_right = await self._hook(step.request.runtime, step.state, code)
        return Proven(("otp",)) if is_right else Unproven()
