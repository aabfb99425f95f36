"""Owns what a directory is: a system that holds the users already, and can check a password.

It tells "wrong" (None) from "cannot be asked" (`SystemUnavailable`), so that an outage is never a
failed guess; and it takes nothing from a form but the fields that it names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Mapping
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from nextauth.fields import FormField
from nextauth.models import Challenge, SubmittedCredentials, User

__all__ = ["FIELDS", "Directory", "UsualForm", "plain_text", "submitted"]

Checked = User | Challenge | None

_NAME, _PASSWORD = "username", "password"

FIELDS: Mapping[str, FormField] = MappingProxyType(
    {
        _NAME: FormField("User name", autocomplete="username"),
        _PASSWORD: FormField("Password", type="password", autocomplete="current-password"),
    }
)
"""The form of a directory that says nothing else."""

_LONGEST = 1_024
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})


@runtime_checkable
class Directory(Protocol):
    """A system that holds the users: ``Credentials(authorize=directory)``.

    `check` and `revalidate` may be ``def`` or ``async def``.

    Attributes:
        fields: The fields of its sign-in form by name.
        account: The field that names the account.
    """

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields of its sign-in form by name."""
        ...

    @property
    def account(self) -> str:
        """The field that names the account."""
        ...

    def check(self, credentials: SubmittedCredentials) -> Checked | Awaitable[Checked]:
        """Check what was submitted.

        Args:
            credentials: All parameters of the form.

        Returns:
            Who it is; None if the name or the password is wrong.

        Raises:
            CredentialsSignin: The password is right, and the account may not be used as it is:
                its public code says why.
            SystemUnavailable: The system cannot be asked.
        """
        ...

    def revalidate(self, user: User) -> bool | Awaitable[bool]:
        """Tell whether somebody who signed in may still be signed in.

        Args:
            user: Who, as `check` answered them.

        Raises:
            SystemUnavailable: The system cannot be asked.
        """
        ...


def submitted(
    credentials: SubmittedCredentials, account: str, password: str
) -> tuple[str, str] | None:
    """Answer the name and the password of a form; None if they can be nobody's.

    Args:
        credentials: All parameters of the form.
        account: The field that names the account.
        password: The field of the password.
    """
    name, secret = plain_text(credentials.get(account)), credentials.get(password, "")
    # Many systems take a blank password for "anonymous", and say yes.
    if name is None or not secret.strip() or len(secret) > _LONGEST or not _is_writable(secret):
        return None
    return name, secret


class UsualForm:
    """The part of a directory that asks for a user name and a password, as `FIELDS` has them."""

    __slots__ = ()

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields of the sign-in form by name."""
        return FIELDS

    @property
    def account(self) -> str:
        """The field that names the account."""
        return _NAME

    @staticmethod
    def _submitted(credentials: SubmittedCredentials) -> tuple[str, str] | None:
        """Answer the name and the password of the form; None if they can be nobody's."""
        return submitted(credentials, _NAME, _PASSWORD)


def plain_text(value: str | None) -> str | None:
    """Answer a name that a system can be asked for; None if it is blank or holds what none does.

    Args:
        value: What was submitted.
    """
    name = (value or "").strip()
    if not name or len(name) > _LONGEST:
        return None
    if name.isascii() and name.isprintable():
        return name
    return None if any(unicodedata.category(each) in _CONTROLS for each in name) else name


def _is_writable(secret: str) -> bool:
    """Tell whether a password can be written: with a NUL, some systems would compare its start."""
    try:
        return "\0" not in secret and bool(secret.encode())
    except UnicodeEncodeError:
        return False
