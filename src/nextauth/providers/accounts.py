"""Owns what names the account that somebody tries to sign in to: a field, or a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from nextauth.errors import CallbackError, Problem
from nextauth.fields import FormField
from nextauth.hooks import is_async_callable
from nextauth.models import SubmittedCredentials

__all__ = [
    "AccountName",
    "account_problems",
    "inferred_account",
    "named_account",
    "unnamed_account",
]

AccountName = str | Callable[[SubmittedCredentials], str | None]
"""A field's name, or a function that answers what names the account."""

_NAMES = frozenset(
    {
        "account",
        "accountname",
        "email",
        "emailaddress",
        "handle",
        "identifier",
        "login",
        "loginname",
        "mail",
        "uid",
        "user",
        "userid",
        "username",
    }
)
_SECRETS = frozenset(
    {
        "code",
        "otp",
        "passcode",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "token",
        "totp",
    }
)
_NOT_SHOWN = frozenset({"checkbox", "hidden", "password"})


def inferred_account(fields: Mapping[str, FormField]) -> str | None:
    """Answer the one field that can name the account; None if there is none, or several.

    Args:
        fields: The form's fields by name.
    """
    named = [
        name for name, each in fields.items() if each.type == "email" or _plain(name) in _NAMES
    ]
    if not named:
        named = [name for name, each in fields.items() if _may_name(name, each)]
    return named[0] if len(named) == 1 else None


def named_account(account: AccountName, credentials: SubmittedCredentials) -> str | None:
    """Answer what names the account that is tried; None if nothing can.

    Args:
        account: The field, or the function.
        credentials: All parameters of the form.

    Raises:
        CallbackError: The function answered neither a str nor None.
        Exception: Whatever it raises.
    """
    if isinstance(account, str):
        return credentials.get(account, "")
    name = account(credentials)
    if name is None or isinstance(name, str):
        return name
    message = (
        f"Credentials(account=...) answered a {type(name).__name__}. Return a str, or None where "
        "nothing names an account."
    )
    raise CallbackError(message)


def account_problems(
    where: str, account: object, fields: Mapping[str, object]
) -> Iterable[Problem]:
    """Check what is said to name the account.

    Args:
        where: The provider, as errors call it.
        account: The field, the function, or None where it is to be inferred.
        fields: The form's fields by name; empty where the application has a form of its own.
    """
    if isinstance(account, str):
        is_right = account in fields if fields else account != ""
    else:
        is_right = account is None or (callable(account) and not is_async_callable(account))
    if not is_right:
        names = ", ".join(map(repr, fields)) or "a field of your form"
        yield Problem(
            "credentials-account-unknown",
            f"{where}: account={account!r} is neither the name of a field nor a plain function.",
            f"Use {names}, or a `def` that takes the credentials and answers the account's name.",
        )


def unnamed_account(where: str) -> Problem:
    """Answer what is wrong where nothing names the account.

    Args:
        where: The provider, as errors call it.
    """
    return Problem(
        "credentials-account",
        f"{where}: nothing says which field of the form names the account, so guesses at one "
        "account cannot be counted together.",
        "Pass account='email', or whatever that field is called; Auth(throttle=None) counts none.",
    )


def _may_name(name: str, field: FormField) -> bool:
    is_secret = field.autocomplete == "one-time-code" or _plain(name) in _SECRETS
    return field.type not in _NOT_SHOWN and not is_secret


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
