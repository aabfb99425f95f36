"""Owns what is refused of the options of a RADIUS directory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nextauth.directories.mapping import UserMap
from nextauth.directories.radius.packets import LONGEST_NAME
from nextauth.directories.radius.server import RadiusServer
from nextauth.hooks import is_async_callable

__all__ = ["AUTHORIZE_ONLY", "check_options", "check_revalidation"]

AUTHORIZE_ONLY = "authorize-only"

_METHOD = re.compile(r"[a-z0-9-]{1,32}\Z")
_LONGEST_TIMEOUT, _MOST_RETRIES = 60, 10


def check_options(  # noqa: PLR0913 - the options that belong together
    *,
    servers: Sequence[object],
    nas_identifier: object,
    users: object,
    method: object,
    timeout: float,
    retries: object,
    fields: Mapping[str, object],
    needed: Sequence[str],
) -> None:
    """Check what a directory was given.

    Args:
        servers: Who is asked.
        nas_identifier: What we call ourselves.
        users: How attributes become a user.
        method: What its second step is called.
        timeout: Seconds.
        retries: How often it is sent again.
        fields: The form's.
        needed: Names of the fields of the name and the password.

    Raises:
        TypeError: Something is of another type.
        ValueError: Something cannot be right.
    """
    _check_servers(servers)
    is_text = isinstance(nas_identifier, str) and nas_identifier.isprintable()
    if not is_text or not 0 < len(str(nas_identifier).encode()) <= LONGEST_NAME:
        msg = (
            f"RadiusDirectory(nas_identifier={nas_identifier!r}): name this application to the "
            f"server in 1 to {LONGEST_NAME} octets of text, such as 'intranet'"
        )
        raise ValueError(msg)
    if not isinstance(users, UserMap):
        msg = f"RadiusDirectory(users=...) is a {type(users).__name__}; pass UserMap(id=...)"
        raise TypeError(msg)
    if not isinstance(method, str) or not _METHOD.match(method):
        msg = f"RadiusDirectory(method={method!r}): use 1 to 32 small letters, digits and dashes"
        raise ValueError(msg)
    if not 0 < timeout <= _LONGEST_TIMEOUT:
        msg = f"RadiusDirectory(timeout={timeout!r}): use seconds, {_LONGEST_TIMEOUT} at most"
        raise ValueError(msg)
    if not isinstance(retries, int) or not 0 <= retries <= _MOST_RETRIES:
        msg = f"RadiusDirectory(retries={retries!r}): use 0 to {_MOST_RETRIES}"
        raise ValueError(msg)
    for name in needed:
        if name not in fields:
            msg = f"RadiusDirectory(fields=...) has no field {name!r}; it is what is asked with"
            raise ValueError(msg)


def _check_servers(servers: Sequence[object]) -> None:
    if not servers:
        msg = "RadiusDirectory(servers=...) has none; pass [RadiusServer('192.0.2.1', secret)]"
        raise ValueError(msg)
    labels: set[str] = set()
    for each in servers:
        if not isinstance(each, RadiusServer):
            msg = f"RadiusDirectory(servers=...) has a {type(each).__name__}; pass RadiusServer(…)"
            raise TypeError(msg)
        if each.label in labels:
            msg = f"RadiusDirectory(servers=...) has {each.label} twice; keep one of them"
            raise ValueError(msg)
        labels.add(each.label)


def check_revalidation(revalidation: object, users: UserMap, name: str) -> None:
    """Check how people are asked about who are signed in.

    Args:
        revalidation: As the directory was given it.
        users: How attributes become a user.
        name: The attribute of the user's name.

    Raises:
        ValueError: It is none of the ways, or cannot work.
    """
    if revalidation is None:
        return
    if callable(revalidation):
        if is_async_callable(revalidation):
            msg = (
                "RadiusDirectory(revalidate=...) is an `async def`, and its questions block; pass "
                "it to Credentials(revalidate=...), or write `def`"
            )
            raise ValueError(msg)
    elif revalidation != AUTHORIZE_ONLY:
        msg = (
            f"RadiusDirectory(revalidate={revalidation!r}): use {AUTHORIZE_ONLY!r}, a function of "
            "the user, or None, which leaves whoever is signed in until the session ends"
        )
        raise ValueError(msg)
    elif name not in (users.id, *users.extra.values()):
        msg = (
            f"RadiusDirectory(revalidate={AUTHORIZE_ONLY!r}) asks for the user's name again, which "
            f"UserMap keeps nowhere; add extra={{'login': {name!r}}}"
        )
        raise ValueError(msg)
