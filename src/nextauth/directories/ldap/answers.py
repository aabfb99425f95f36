"""Owns what an LDAP server's answers mean: wrong, right but not usable, or trouble.

Beside `connections`, it is the one module that knows the LDAP library.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nextauth.directories.ldap.states import code_of_refusal
from nextauth.errors import SystemUnavailable

try:
    import ldap  # type: ignore[import-untyped]
    from ldap.controls.ppolicy import PasswordPolicyControl  # type: ignore[import-untyped]
    from ldap.dn import str2dn  # type: ignore[import-untyped]
except ImportError as _error:  # pragma: no cover - the tests have it
    msg = "LdapDirectory needs python-ldap: pip install 'nextauth[ldap]'"
    raise ImportError(msg) from _error

__all__ = [
    "REFUSALS",
    "BindAnswer",
    "ConnectionLost",
    "TooManyEntries",
    "accepted",
    "dn_key",
    "refused",
    "result_of",
    "trouble",
]

REFUSALS = (
    ldap.INVALID_CREDENTIALS,
    ldap.NO_SUCH_OBJECT,
    ldap.INVALID_DN_SYNTAX,
    ldap.INAPPROPRIATE_AUTH,
    ldap.CONSTRAINT_VIOLATION,
    ldap.INSUFFICIENT_ACCESS,
    ldap.UNWILLING_TO_PERFORM,
)
"""What servers say of a person's bind that is not right. Beside 49, some say 32 or 34 of a DN that
is not there, 48 of an entry without a password, and 19, 50 or 53 of an account that is locked."""

_POLICY = PasswordPolicyControl.controlType
_LONGEST_DIAGNOSIS = 300


class ConnectionLost(SystemUnavailable):
    """The connection ended; a new one may not."""


class TooManyEntries(SystemUnavailable):
    """There are more entries than were asked for."""


@dataclass(frozen=True, slots=True)
class BindAnswer:
    """What a server says of a name and a password.

    Args:
        is_right: Whether the password is right.
        code: Why it may not be used although it is right; None if it may.
    """

    is_right: bool
    code: str | None = None


def accepted(controls: Sequence[Any]) -> BindAnswer:
    """Read the answer to a bind that was accepted.

    Args:
        controls: The controls that came with it.
    """
    errors = [each.error for each in controls if each.controlType == _POLICY]
    error = next((each for each in errors if each is not None), None)
    return BindAnswer(is_right=True, code=code_of_refusal("", error))


def refused(refusal: Exception) -> BindAnswer:
    """Read the answer to a bind that was refused: the password may be right all the same.

    Args:
        refusal: One of `REFUSALS`.
    """
    diagnosis = str(_member(refusal, "info") or "")
    code = code_of_refusal(diagnosis, _policy_error(_member(refusal, "ctrls") or ()))
    return BindAnswer(is_right=code is not None, code=code)


def trouble(error: Exception, where: str, *, has_password: bool) -> SystemUnavailable:
    """Tell trouble of the library as one of the system.

    Args:
        error: What the library raised.
        where: The server, and what it was asked.
        has_password: Whether a password was sent: what the server wrote may then repeat it.
    """
    is_ours = result_of(error) < 0
    members = ("desc",) if has_password and not is_ours else ("desc", "info")
    said = [str(_member(error, each) or "") for each in members]
    told = ": ".join(dict.fromkeys(each for each in said if each)) or type(error).__name__
    message = f"{where} failed: {told[:_LONGEST_DIAGNOSIS]!r}"
    if isinstance(error, ldap.SERVER_DOWN):
        return ConnectionLost(message)
    if isinstance(error, ldap.SIZELIMIT_EXCEEDED):
        return TooManyEntries(message)
    return SystemUnavailable(message)


def result_of(error: Exception) -> int:
    """Answer the number of a result; those below zero are the library's own.

    Args:
        error: What the library raised.
    """
    return int(_member(error, "result") or 0)


def dn_key(dn: str) -> str:
    """Answer a DN in a form in which equal ones are equal: case, spaces and escapes do not count.

    Args:
        dn: A DN.

    Raises:
        ValueError: It is none.
    """
    try:
        parts = str2dn(dn)
    except (ldap.LDAPError, ValueError, TypeError):
        parts = []
    if not parts:
        message = f"{dn!r} is no DN; write one such as 'cn=staff,ou=groups,dc=example,dc=com'."
        raise ValueError(message)
    return repr([sorted((name.lower(), value.lower()) for name, value, _ in rdn) for rdn in parts])


def _policy_error(controls: Sequence[tuple[str, object, bytes]]) -> int | None:
    for kind, _, value in controls:
        if kind == _POLICY:
            control = PasswordPolicyControl()
            # Whatever cannot be read is no reason to say more than "wrong".
            with suppress(Exception):
                control.decodeControlValue(value)
            return None if control.error is None else int(control.error)
    return None


def _member(error: Exception, name: str) -> Any:  # noqa: ANN401 - whatever the library put there
    told = error.args[0] if error.args else None
    return told.get(name) if isinstance(told, dict) else None
