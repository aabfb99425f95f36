"""Owns the callbacks: what each is given, and what it may answer.

Each takes one frozen params object with Auth.js's members in snake_case, and may be ``def`` or
``async def``. A plain ``def`` runs where the integration lets it block.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from nextauth.models import Account, SubmittedCredentials, User

__all__ = [
    "Callbacks",
    "JWTParams",
    "RedirectParams",
    "SessionParams",
    "SignInParams",
]

Trigger = Literal["signIn", "signUp", "update"]


@dataclass(frozen=True, slots=True)
class SignInParams:
    """Given to ``sign_in``, which answers True, False (Access Denied), or a URL to go to instead.

    Args:
        user: Who would be signed in.
        account: Through which provider.
        profile: What an OAuth provider says of the user; None for credentials.
        credentials: What was submitted; None for other providers.
        email: What an e-mail provider says; None for credentials.
    """

    user: User
    account: Account
    profile: Mapping[str, Any] | None = field(default=None, repr=False)
    credentials: SubmittedCredentials | None = None
    email: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RedirectParams:
    """Given to ``redirect``, which answers the URL to go to.

    Args:
        url: What the client asked for.
        base_url: Our own origin.
    """

    url: str
    base_url: str


@dataclass(frozen=True, slots=True)
class JWTParams:
    """Given to ``jwt``, which answers the token to keep, or None to sign the person out.

    Args:
        token: The claims; a copy that may be changed. Not in the repr.
        user: Who signs in; None when an existing token is read.
        account: Through which provider; None when an existing token is read.
        profile: What an OAuth provider says of the user.
        credentials: What was submitted, at the sign-in only.
        trigger: ``"signIn"``, ``"update"`` (the client posted to ``session``), or None (read).
        session: What the client posted with an update: anything, so check it before it is kept.
    """

    token: dict[str, Any] = field(repr=False)
    user: User | None = None
    account: Account | None = None
    profile: Mapping[str, Any] | None = field(default=None, repr=False)
    credentials: SubmittedCredentials | None = None
    trigger: Trigger | None = None
    session: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SessionParams:
    """Given to ``session``, which answers the dict that the client gets.

    Args:
        session: What the client gets otherwise: ``user`` (name, email, image) and ``expires``.
        token: The claims, read-only. Not in the repr.
        user: The signed-in user, with id and extra.
        trigger: ``"update"`` after the client posted to ``session``, else None.
        new_session: What the client posted.
    """

    session: dict[str, Any]
    token: Mapping[str, Any] = field(repr=False)
    user: User
    trigger: Trigger | None = None
    new_session: Any = field(default=None, repr=False)


SignInCallback = Callable[[SignInParams], bool | str | Awaitable[bool | str]]
RedirectCallback = Callable[[RedirectParams], str | Awaitable[str]]
JWTCallback = Callable[[JWTParams], Mapping[str, Any] | Awaitable[Mapping[str, Any] | None] | None]
SessionCallback = Callable[[SessionParams], Mapping[str, Any] | Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The application's say in signing in, redirecting, tokens and sessions.

    Args:
        sign_in: Whether this person may sign in.
        redirect: Where to go afterwards; what it answers must still pass the redirect rule.
        jwt: What the token holds; runs at sign-in, at every read, and at updates.
        session: What ``GET session`` shows the client.
    """

    sign_in: SignInCallback | None = None
    redirect: RedirectCallback | None = None
    jwt: JWTCallback | None = None
    session: SessionCallback | None = None

    def configured(self) -> dict[str, Any]:
        """Answer the callbacks that are set, by name."""
        named = ((member.name, getattr(self, member.name)) for member in fields(self))
        return {name: value for name, value in named if value is not None}
