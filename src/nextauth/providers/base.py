"""Owns what a provider is, and the five ways in which it can answer.

The sign-in policy asks a provider and acts on the outcome; it never asks which kind it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from nextauth.errors import AccessDenied, Busy, CredentialsSignin, Problem
from nextauth.fields import FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.web import Request

if TYPE_CHECKING:
    from nextauth.events import Incident
    from nextauth.factors import FactorTools

__all__ = [
    "Authenticated",
    "BegunProvider",
    "Challenged",
    "Denied",
    "FactorProvider",
    "Failed",
    "FormField",
    "Outcome",
    "Provider",
    "Refused",
    "RevalidationPlan",
    "Vouched",
    "Voucher",
    "outcome_of",
]


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The provider vouches for this user.

    Args:
        user: Who it is; the id may still be missing.
        amr: How it was proven (RFC 8176). With ``"mfa"`` among it no second factor is asked for.
        remember: Whether the session outlives the browser; None: as the form says.
        provider: Id of the provider whose user it is; None: this one's own.
        incidents: What the audit stream is to be told of.
    """

    user: User
    amr: tuple[str, ...]
    remember: bool | None = None
    provider: str | None = None
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Challenged:
    """The provider vouches for this user, who must prove it once more by a second factor.

    Args:
        proof: What was proven so far.
        methods: Names of the factors of which one must be proven; none of them: any.
        state: What a factor needs to go on. Not in the repr.
    """

    proof: Authenticated
    methods: tuple[str, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The proof is not good; the sign-in page again.

    Args:
        code: A public word for why.
        incidents: What the audit stream is to be told of.
    """

    code: str
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """The person may not enter; Access Denied."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider could not answer; nobody is signed in.

    Args:
        error: What went wrong, for the log. Not in the repr.
    """

    error: Exception = field(repr=False)


Outcome = Authenticated | Challenged | Refused | Denied | Failed


def outcome_of(error: Exception) -> Outcome:
    """Answer what it means that the application's function raised, when it was asked for a user.

    Args:
        error: What it raised; whatever that is, it signs nobody in.

    Raises:
        Busy: It could not be asked; the request may be tried again.
    """
    match error:
        case CredentialsSignin():
            return Refused(error.public_code)
        case AccessDenied():
            return Denied()
        case Busy():
            raise error
    return Failed(error)


@dataclass(frozen=True, slots=True)
class Vouched:
    """The provider still vouches for a user who is signed in.

    Args:
        user: What it says of them now; None if nothing new.
    """

    user: User | None = None


Voucher = Vouched | Refused | Failed


@dataclass(frozen=True, slots=True)
class RevalidationPlan:
    """When a provider is asked again about a user who is signed in.

    Args:
        after: Seconds after which it is.
        grace: Seconds for which the session goes on if it cannot be asked.
        fields: Names of what was submitted that it needs to be asked; kept in the token, sealed.
    """

    after: int
    grace: int
    fields: tuple[str, ...] = ()


class Provider(Protocol):
    """A way to prove who one is.

    Attributes:
        id: Its part of the URLs, ``[A-Za-z0-9_-]+``, distinct.
        name: What people read on its button.
        type: Auth.js's word for the kind, shown by ``GET providers``.
        fields: The fields of its form on the sign-in page; empty for none.
        callback_methods: The methods of ``callback/ID``.
        form_posts: Whether its callback is a form of our own pages, to which the may-act rule
            applies; a callback from elsewhere is protected by its ``state`` instead.
        long_fields: Fields whose values may have 16,384 characters; others have 1,024.
        script: The JavaScript by which the sign-in page fills its fields in, or None.
        vouches_for_others: Whether the users that it signs in are those of other providers.
    """

    @property
    def id(self) -> str:
        """Its part of the URLs."""
        ...

    @property
    def name(self) -> str:
        """What people read on its button."""
        ...

    @property
    def type(self) -> str:
        """Auth.js's word for the kind."""
        ...

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields of its form."""
        ...

    @property
    def callback_methods(self) -> tuple[str, ...]:
        """The methods of ``callback/ID``."""
        ...

    @property
    def form_posts(self) -> bool:
        """Whether its callback is a form of our own pages."""
        ...

    @property
    def long_fields(self) -> frozenset[str]:
        """Fields whose values may be long."""
        ...

    @property
    def script(self) -> str | None:
        """The JavaScript by which the sign-in page fills its fields in, or None."""
        ...

    @property
    def vouches_for_others(self) -> bool:
        """Whether the users that it signs in are those of other providers."""
        ...

    def problems(self) -> Iterable[Problem]:
        """Answer what is wrong with its configuration."""
        ...

    def counting_problems(self) -> Iterable[Problem]:
        """Answer what keeps guesses at one account from being counted together."""
        ...

    def account_of(self, credentials: SubmittedCredentials) -> str | None:
        """Answer what names the account that is tried; None if nothing can.

        Args:
            credentials: All parameters of the form.

        Raises:
            Exception: Whatever a function of the application raises.
        """
        ...

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls."""
        ...

    @property
    def revalidation(self) -> RevalidationPlan | None:
        """When it is asked again about a user who is signed in; None for never."""
        ...

    async def vouch(self, user: User, kept: SubmittedCredentials, request: Request) -> Voucher:
        """Say whether it still vouches for a user; every failure is an outcome.

        Args:
            user: Who is signed in, as the token has them.
            kept: What was submitted at the sign-in, of the plan's fields.
            request: The request.

        Raises:
            Busy: Every worker is taken; the request may be tried again.
        """
        ...

    async def authenticate(self, credentials: SubmittedCredentials, request: Request) -> Outcome:
        """Check what was submitted; every failure is an outcome.

        Args:
            credentials: All parameters of the form.
            request: The request.

        Raises:
            Busy: Every worker is taken; the request may be tried again.
        """
        ...


@runtime_checkable
class BegunProvider(Provider, Protocol):
    """A provider whose form has to be begun, by ``POST signin/ID``: a challenge is made."""

    async def begin(self) -> Mapping[str, Any]:
        """Begin, and answer what the client needs to go on, of JSON's types."""
        ...


@runtime_checkable
class FactorProvider(Provider, Protocol):
    """A provider that works with what people enrolled as second factors."""

    def bound(self, tools: FactorTools) -> Provider:
        """Answer the provider with what it works with.

        Args:
            tools: The same that the factors work with.
        """
        ...
