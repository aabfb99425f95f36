"""Owns what a second factor is: how one is begun, how it is proven, and what both are told.

Signing in asks a factor and acts on its answer; it never asks which one it is. A factor of your own
is a class that is a `Factor`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from nextauth.errors import Problem
from nextauth.events import Incident
from nextauth.factors.handles import UserHandles
from nextauth.factors.sealing import FactorSecrets
from nextauth.fields import FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment, FactorStore, PendingStore
from nextauth.tokens import Keyring
from nextauth.web import Origin, Request

__all__ = ["Factor", "FactorTools", "Proven", "Role", "Started", "Step", "Unproven"]

Role = Literal["enrolled", "backup", "fallback", "always", "named"]


@dataclass(eq=False, frozen=True, slots=True)
class FactorTools:
    """What every factor works with.

    Args:
        store: Keeps the enrolments.
        pending: Keeps what is half done.
        keyring: The site's secrets; each use has a purpose of its own.
        secrets: Seals what is kept of enrolments.
        handles: Names people to their authenticators.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
        site: What the site is called.
    """

    store: FactorStore
    pending: PendingStore
    keyring: Keyring
    secrets: FactorSecrets
    handles: UserHandles
    clock: Callable[[], float]
    entropy: Callable[[int], bytes]
    site: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a second factor.

    Args:
        tools: What it works with.
        provider: Id of the provider that vouches for the person.
        user: Who must prove it, with an id.
        enrolments: Theirs of this method, confirmed ones only.
        request: The request.
        origin: Our origin.
        now: Unix seconds.
        state: What `Challenge.state` said. Not in the repr.
    """

    tools: FactorTools
    provider: str
    user: User
    enrolments: tuple[Enrolment, ...]
    request: Request
    origin: Origin
    now: float
    state: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def user_id(self) -> str:
        """The person's id at their provider."""
        return self.user.id or ""


@dataclass(frozen=True, slots=True)
class Started:
    """A factor was begun.

    Args:
        shown: What the client is told, of JSON's types; it may hold a secret. Not in the repr.
        kept: What `Factor.verify` is given back, and nobody else. Not in the repr.
    """

    shown: Mapping[str, Any] = field(repr=False)
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proven:
    """The factor was right, and whatever makes it good only once has been noted.

    Args:
        amr: How it was proven (RFC 8176, 2).
        incidents: What the audit stream is to be told of.
        user: What is known of the person now, with the same id; None if nothing new.
    """

    amr: tuple[str, ...]
    incidents: tuple[Incident, ...] = ()
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Unproven:
    """The factor was wrong; nobody is signed in.

    Args:
        incidents: What the audit stream is to be told of, beside that it was refused.
        is_over: Whether another try is of no use, so that the person has to begin anew.
    """

    incidents: tuple[Incident, ...] = ()
    is_over: bool = False


class Factor(Protocol):
    """A second way to prove who one is.

    Attributes:
        method: Its part of the URLs and of what is stored, ``[a-z0-9-]{1,32}``, distinct.
        name: What people read.
        fields: The fields of its form by name. One that is blank begins the factor anew.
        starts: Whether it must be begun before it can be proven: a message sent, a challenge made.
        is_single_use: Whether what was begun is over with the first try at it.
        script: The JavaScript by which its page fills the fields in, or None. It may ask this site.
        long_fields: Fields whose values may have 16,384 characters; others have 1,024.
        role: ``"enrolled"``: people set it up, and whoever has is asked for it. ``"backup"``: they
            set it up beside another; to have it alone is no reason to be asked. ``"fallback"``:
            nobody sets it up, and whoever has no other may use it. ``"always"``: nobody sets it up,
            and everybody may use it, whatever else they have. ``"named"``: it is for those alone
            of whom a `Challenge` names it.
    """

    @property
    def method(self) -> str:
        """Its part of the URLs."""
        ...

    @property
    def name(self) -> str:
        """What people read."""
        ...

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields of its form."""
        ...

    @property
    def starts(self) -> bool:
        """Whether it must be begun."""
        ...

    @property
    def is_single_use(self) -> bool:
        """Whether what was begun is over with the first try."""
        ...

    @property
    def script(self) -> str | None:
        """The JavaScript by which its page fills the fields in, or None."""
        ...

    @property
    def long_fields(self) -> frozenset[str]:
        """Fields whose values may be long."""
        ...

    @property
    def role(self) -> Role:
        """Who has it, and what it is to have it."""
        ...

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:
        """Answer what is wrong with its configuration.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        ...

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls."""
        ...

    @property
    def waits(self) -> bool:
        """Whether it waits for a network, and so needs an event loop."""
        ...

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:
        """Tell whether a person can use it.

        Args:
            user: Who.
            enrolments: Their confirmed ones, of this method.
        """
        ...

    async def start(self, step: Step) -> Started:
        """Begin it, where it `starts`.

        Args:
            step: Who, and with what.

        Raises:
            StoreUnavailable: Something that it needs cannot be asked.
        """
        ...

    async def verify(
        self, step: Step, answer: SubmittedCredentials, kept: str | None
    ) -> Proven | Unproven:
        """Check what was submitted. Of two calls with one answer at most one is `Proven`.

        Args:
            step: Who, and with what.
            answer: All parameters of the form, whatever they are.
            kept: What `start` kept, or None if nothing was begun, or it is over.

        Raises:
            Busy: Every worker is taken.
            StoreUnavailable: Something that it needs cannot be asked.
        """
        ...
