"""Owns what a provider is, and the four ways in which it can answer.

The sign-in policy asks a provider and acts on the outcome; it never asks which kind it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from nextauth.errors import Problem
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.web import Request

__all__ = [
    "Authenticated",
    "Denied",
    "Failed",
    "FormField",
    "Outcome",
    "Provider",
    "Refused",
    "RevalidationPlan",
    "Vouched",
    "Voucher",
]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a provider's sign-in form.

    Args:
        label: What the person reads beside it.
        type: The HTML input's type, such as ``"email"`` or ``"password"``. A ``"checkbox"`` that is
            ticked submits ``"on"``, and one that is not submits nothing.
        placeholder: A hint inside the empty field.
        autocomplete: The HTML autofill token; None lets the page infer it from name and type.
        required: Whether it must be filled; a blank one is refused before `authorize` runs.
        help: A line below the field.
    """

    label: str
    type: str = "text"
    placeholder: str | None = None
    autocomplete: str | None = None
    required: bool = True
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The provider vouches for this user.

    Args:
        user: Who it is; the id may still be missing.
        amr: How it was proven (RFC 8176).
        remember: Whether the session outlives the browser; None: as the form says.
    """

    user: User
    amr: tuple[str, ...]
    remember: bool | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The proof is not good; the sign-in page again.

    Args:
        code: A public word for why.
    """

    code: str


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


Outcome = Authenticated | Refused | Denied | Failed


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
