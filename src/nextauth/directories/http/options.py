"""Owns what the options of an `HttpDirectory` must be, together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from nextauth.directories.http.checks import check_seconds, checked_url, origin_of
from nextauth.directories.http.paths import JsonPath
from nextauth.directories.http.tokens import Tokens
from nextauth.directories.http.verdicts import Condition, HasCookie, RedirectTo, Status
from nextauth.directories.mapping import UserMap
from nextauth.errors import CredentialsSignin

__all__ = ["check_limits", "check_names", "check_refused", "check_urls", "conditions_of"]

_METHODS = ("POST", "PUT")
_TOO_MANY = (408, 429)


def conditions_of(success: Condition | Sequence[Condition]) -> tuple[Condition, ...]:
    """Answer the conditions that hold for who is signed in.

    Args:
        success: One, or several.

    Raises:
        ValueError: There is none, or what is none.
    """
    several = tuple(success) if isinstance(success, (tuple, list)) else (success,)
    if not several or not all(
        isinstance(each, (Status, JsonPath, HasCookie, RedirectTo)) for each in several
    ):
        message = (
            "HttpDirectory(success=...) takes Status, JsonPath, HasCookie or RedirectTo, or "
            "several in a tuple"
        )
        raise ValueError(message)
    return several


def check_refused(
    refused: Collection[int], success: Sequence[Condition], states: Mapping[str, JsonPath]
) -> None:
    """Refuse statuses and states that mean something else.

    Args:
        refused: Statuses that say that name or password is wrong.
        success: What holds for who is signed in.
        states: What says why an account may not be used, by its public code.

    Raises:
        ValueError: One of them does.
    """
    for each in refused:
        if not isinstance(each, int) or not 300 <= each <= 499 or each in _TOO_MANY:  # noqa: PLR2004
            message = (
                f"HttpDirectory(refused_statuses=...) names {each!r}. Use statuses from 300 to "
                "499, but not 408 and 429, which say nothing about a password"
            )
            raise ValueError(message)
    for code, path in states.items():
        CredentialsSignin(code)  # refuses what cannot be shown
        if not isinstance(path, JsonPath):
            message = f"HttpDirectory(states=...): {code!r} needs a JsonPath"
            raise ValueError(message)  # noqa: TRY004 - all that is wrong is one kind of error
        if path in success:
            message = f"HttpDirectory(states=...): {code!r} is what success is told by, too"
            raise ValueError(message)


def check_names(  # noqa: PLR0913, PLR0917 - the names that have to fit together
    send: Collection[str],
    fields: Collection[str],
    account: str,
    password: str,
    users: UserMap,
    tokens: Tokens | None,
) -> None:
    """Refuse names that do not belong together.

    Args:
        send: The fields that are sent.
        fields: The fields of the form.
        account: The one that names the account.
        password: The one of the password.
        users: How a user is made.
        tokens: Where tokens are.

    Raises:
        ValueError: They do not.
    """
    for name in send:
        if name not in fields:
            message = f"HttpDirectory(send=...) names {name!r}, which is none of the fields"
            raise ValueError(message)
    for argument, name in (("account", account), ("password", password)):
        if name not in send:
            message = (
                f"HttpDirectory({argument}={name!r}) is not in send=...; say what the system "
                f"calls it, such as send={{{name!r}: {name!r}, ...}}"
            )
            raise ValueError(message)
    if tokens is not None and tokens.claim in users.extra:
        message = f"UserMap(extra=...) has {tokens.claim!r}, which is Tokens(claim=...), too"
        raise ValueError(message)


def check_urls(url: str, user_url: str | None, tokens: Tokens | None, *, allow_http: bool) -> None:
    """Refuse addresses that credentials may not be sent to.

    Args:
        url: Where people sign in.
        user_url: Where the profile is.
        tokens: Where tokens are refreshed.
        allow_http: Whether another machine may be asked without TLS.

    Raises:
        ValueError: One of them is such an address.
    """
    checked_url(url, where="HttpDirectory(url=...)", allow_http=allow_http)
    if user_url is not None:
        checked_url(user_url, where="HttpDirectory(user_url=...)", allow_http=allow_http)
        if tokens is None and origin_of(url) != origin_of(user_url):
            message = (
                "HttpDirectory(user_url=...) is on another host than url=..., and a cookie may "
                "not go there; use tokens=Tokens(...)"
            )
            raise ValueError(message)
    if tokens is not None and tokens.refresh_url is not None:
        where = "Tokens(refresh_url=...)"
        checked_url(tokens.refresh_url, where=where, allow_http=allow_http)


def check_limits(method: str, timeout: float, longest_answer: int, connections: int) -> None:
    """Refuse limits that are none.

    Args:
        method: How the form is sent.
        timeout: Seconds that a request may take.
        longest_answer: Bytes that an answer may have.
        connections: How many there may be at once.

    Raises:
        ValueError: One of them is none.
    """
    if method not in _METHODS:
        message = (
            f"HttpDirectory(method={method!r}): use one of {_METHODS}, which have a body; an "
            "address with a password in it would be in every log"
        )
        raise ValueError(message)
    check_seconds(timeout, where="HttpDirectory(timeout)", least=0.001)
    limits = (("longest_answer", longest_answer, 1_024), ("connections", connections, 1))
    for name, value, least in limits:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            message = f"HttpDirectory({name}={value!r}): use a whole number, from {least} on"
            raise ValueError(message)
