"""Owns the Credentials provider: signing in against a system that already holds the users.

The application's ``authorize`` gets everything that was submitted. What it answers is told apart
by identity: a user, ``None`` (refused), ``False`` (Access Denied); anything else is a mistake of
the application, which signs nobody in.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nextauth.directories.base import Directory
from nextauth.errors import CallbackError, Problem
from nextauth.fields import NO_FIELDS, NO_SCRIPT
from nextauth.hooks import Hook, arity_of
from nextauth.models import Challenge, SubmittedCredentials, User, Verified
from nextauth.protocols import lacking
from nextauth.providers.accounts import (
    AccountName,
    account_problems,
    inferred_account,
    named_account,
    unnamed_account,
)
from nextauth.providers.base import (
    Authenticated,
    Challenged,
    Denied,
    Failed,
    FormField,
    Outcome,
    Refused,
    RevalidationPlan,
    Voucher,
    outcome_of,
)
from nextauth.providers.form_checks import field_problems, fields_by_name, unpacked_problems
from nextauth.providers.revalidation import Revalidate, ask_again, revalidation_problems
from nextauth.web import Request

__all__ = ["Credentials"]

Answer = User | Verified | Challenge | Mapping[str, Any] | Literal[False] | None
Authorize = (
    Callable[[SubmittedCredentials], Answer | Awaitable[Answer]]
    | Callable[[SubmittedCredentials, Request], Answer | Awaitable[Answer]]
)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_REFUSED = "credentials"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Sign in with credentials of any kind, such as a user name and a password.

    Users who sign in so are not stored anywhere by us; the session is a token in a cookie.

    Args:
        authorize: ``(credentials)`` or ``(credentials, request)``, ``def`` or ``async def``. It
            answers a `User` or a mapping with its members, or `Verified` to say more; `Challenge`
            where a second factor must be proven too; None to refuse; False, or raises
            AccessDenied, to deny; raises CredentialsSignin to refuse with a public code.
        fields: The sign-in page's fields by name. Without them the application brings a form of
            its own, which posts to ``callback/ID``.
        id: Its part of the URLs; distinct where there are several.
        name: What people read on its button.
        amr: What a session says about how it was proven (RFC 8176, 2).
        account: The field that names the account, so that guesses at one account can be counted
            together; or a function of the credentials that answers its name, or None where there
            is no such thing. Left out where `fields` has one that can only be it.
        revalidate: ``(user)`` or ``(user, request)``, asked again about who is signed in. It
            answers True, or the User as they are now; False or None ends the session.
        revalidate_after: Seconds after which a session that is used asks again.
        revalidate_fields: Instead of `revalidate`: names of submitted fields to keep in the token,
            sealed, so that `authorize` can be asked again. No code that is good only once.
        revalidate_grace: Seconds for which a session goes on while the system cannot be asked.
    """

    authorize: Authorize | Directory | None = field(default=None, repr=False)
    fields: Mapping[str, FormField] = field(default_factory=dict)
    id: str = "credentials"
    name: str = "Credentials"
    amr: tuple[str, ...] = ("pwd",)
    account: AccountName | None = None
    revalidate: Revalidate | None = field(default=None, repr=False)
    revalidate_after: int = 15 * 60
    revalidate_fields: tuple[str, ...] = ()
    revalidate_grace: int = 60 * 60
    _account: AccountName | None = field(init=False, repr=False, compare=False)
    _hook: Hook = field(init=False, repr=False, compare=False)
    _takes_request: bool = field(init=False, repr=False, compare=False)
    _required: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _passwords: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _voucher: Hook | None = field(init=False, repr=False, compare=False)

    type = "credentials"
    form_posts = True
    vouches_for_others = False
    long_fields = NO_FIELDS
    script = NO_SCRIPT

    def __post_init__(self) -> None:
        self._take_from_directory()
        object.__setattr__(self, "fields", fields_by_name(self.fields))
        fn: Callable[..., Any] = self.authorize if callable(self.authorize) else _missing
        object.__setattr__(self, "_hook", Hook(f"authorize of provider {self.id!r}", fn))
        object.__setattr__(self, "_takes_request", arity_of(fn) == 2)  # noqa: PLR2004
        declared = [
            (name, each) for name, each in self.fields.items() if isinstance(each, FormField)
        ]
        required = tuple(name for name, each in declared if each.required)
        passwords = {name for name, each in declared if each.type == "password"} | {"password"}
        account = self.account or inferred_account(dict(declared))
        object.__setattr__(self, "_account", account)
        object.__setattr__(self, "_required", required)
        object.__setattr__(self, "_passwords", tuple(passwords))
        object.__setattr__(self, "_voucher", None)
        if callable(self.revalidate):
            voucher = Hook(f"revalidate of provider {self.id!r}", self.revalidate)
            object.__setattr__(self, "_voucher", voucher)

    def _take_from_directory(self) -> None:
        """Fill in what a directory says of itself, where nothing else was said."""
        directory = self.authorize
        if not isinstance(directory, Directory) or isinstance(directory, type):
            return
        object.__setattr__(self, "authorize", directory.check)
        if not self.fields:
            object.__setattr__(self, "fields", directory.fields)
        if self.account is None:
            object.__setattr__(self, "account", directory.account)
        if self.revalidate is None and not self.revalidate_fields:
            object.__setattr__(self, "revalidate", directory.revalidate)

    @property
    def callback_methods(self) -> tuple[str, ...]:
        """The methods of ``callback/ID``: credentials travel in a body only."""
        return ("POST",)

    def problems(self) -> Iterable[Problem]:
        """Answer what is wrong with its configuration."""
        where = f"Credentials(id={self.id!r})"
        if not isinstance(self.id, str) or not _ID.match(self.id):
            yield Problem(
                "provider-id",
                f"{where}: the id is part of URLs and may not hold these characters.",
                "Use 1 to 64 letters, digits, '_' or '-'.",
            )
        if hasattr(self.authorize, "check") and not callable(self.authorize):
            yield Problem(
                "authorize-directory",
                f"{where}: authorize is a {type(self.authorize).__name__}, which is no directory: "
                f"{lacking(self.authorize, Directory)}.",
                "Write a class that is a nextauth.directories.Directory, or pass a function.",
            )
        elif not callable(self.authorize):
            yield Problem(
                "authorize-missing",
                f"{where} has no authorize function.",
                "Pass authorize=..., a function that takes the credentials.",
            )
        elif arity_of(self.authorize) is None:
            yield Problem(
                "authorize-arity",
                f"{where}: authorize{_signature(self.authorize)} takes neither one nor two "
                "positional arguments.",
                "Write authorize(credentials) or authorize(credentials, request).",
            )
        yield from unpacked_problems(where, self.authorize, self.fields)
        yield from account_problems(where, self.account, self.fields)
        yield from field_problems(where, self.fields)
        yield from revalidation_problems(
            where,
            revalidate=self.revalidate,
            after=self.revalidate_after,
            grace=self.revalidate_grace,
            kept=self.revalidate_fields,
            fields=self.fields,
        )

    def counting_problems(self) -> Iterable[Problem]:
        """Answer what keeps guesses at one account from being counted together."""
        if self.account is None and self._account is None:
            yield unnamed_account(f"Credentials(id={self.id!r})")

    def account_of(self, credentials: SubmittedCredentials) -> str | None:
        """Answer what names the account that is tried; None if nothing can.

        Args:
            credentials: All parameters of the form.

        Raises:
            CallbackError: The application's function answered neither a str nor None.
            Exception: Whatever it raises.
        """
        return None if self._account is None else named_account(self._account, credentials)

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls."""
        yield self._hook
        if self._voucher is not None:
            yield self._voucher

    @property
    def revalidation(self) -> RevalidationPlan | None:
        """When it is asked again about a user who is signed in; None for never."""
        if self._voucher is None and not self.revalidate_fields:
            return None
        kept = tuple(self.revalidate_fields)
        return RevalidationPlan(self.revalidate_after, self.revalidate_grace, kept)

    async def vouch(self, user: User, kept: SubmittedCredentials, request: Request) -> Voucher:
        """Say whether the application still vouches for a user; every failure is an outcome.

        Args:
            user: Who is signed in, as the token has them.
            kept: What was submitted at the sign-in, of `revalidate_fields`.
            request: The request.

        Raises:
            Busy: Every worker is taken; the request may be tried again.
        """
        hook = self._hook if self._voucher is None else self._voucher
        first = kept if self._voucher is None else user
        args = (first, request) if arity_of(hook.fn) == 2 else (first,)  # noqa: PLR2004
        return await ask_again(hook, user, request, *args)

    def _is_blank(self, credentials: SubmittedCredentials) -> bool:
        """Tell whether a required field, or a password of any name, was left blank.

        Some systems take an empty password for an anonymous bind and say yes.
        """
        for name in self._required:
            if not credentials.get(name, "").strip():
                return True
        for name in self._passwords:
            submitted = credentials.get(name)
            if submitted is not None and not submitted.strip():
                return True
        return False

    async def authenticate(self, credentials: SubmittedCredentials, request: Request) -> Outcome:
        """Ask ``authorize``; every failure is an outcome.

        Args:
            credentials: All parameters of the form.
            request: The request.

        Raises:
            Busy: Every worker is taken; the request may be tried again.
        """
        if self._is_blank(credentials):
            return Refused(_REFUSED)
        args = (credentials, request) if self._takes_request else (credentials,)
        try:
            return self._outcome(await self._hook(request.runtime, *args))
        except Exception as error:  # noqa: BLE001 - whatever it raises signs nobody in
            return outcome_of(error)

    def _outcome(self, answer: object) -> Outcome:  # noqa: PLR0911 - one for each answer
        if answer is None:
            return Refused(_REFUSED)
        if answer is False:
            return Denied()
        if isinstance(answer, User):
            return Authenticated(answer, self.amr)
        if isinstance(answer, (Verified, Challenge)):
            amr = self.amr if answer.amr is None else answer.amr
            proof = Authenticated(answer.user, amr, answer.remember)
            if isinstance(answer, Verified):
                return proof
            return Challenged(proof, answer.methods, answer.state)
        if isinstance(answer, Mapping) and not isinstance(answer, SubmittedCredentials):
            return Authenticated(User.from_mapping(answer), self.amr)
        message = (
            f"{self._hook.name} answered a {type(answer).__name__}, which is no user. "
            "Return a User, a mapping with its members, None or False."
        )
        return Failed(CallbackError(message))


def _signature(fn: Callable[..., Any]) -> str:
    return str(inspect.signature(fn))


def _missing(_credentials: SubmittedCredentials) -> None:
    """Stand in until the configuration is refused."""
