"""Owns every error of nextauth: one tree, each with a stable code.

::

    NextauthError
    ├── ConfigurationError        Auth(...) was given something unsafe or impossible
    ├── SignInError               what `authorize` and the callbacks may raise
    │   ├── CredentialsSignin     refused: the sign-in page again
    │   └── AccessDenied          refused: Access Denied is displayed
    ├── RequestError              the request cannot be served; carries an HTTP status
    │   ├── BadRequest            400
    │   ├── UnknownAction         400
    │   ├── MissingCSRF           403
    │   │   └── WrongAddress      403  the browser is on an origin that we do not call ours
    │   ├── MethodNotAllowed      405
    │   ├── PayloadTooLarge       413
    │   ├── UnsupportedMediaType  415
    │   ├── TooManyRequests          429
    │   ├── UntrustedHost         500  nobody told us our address
    │   └── Busy                  503
    │       └── SystemUnavailable 503  the system that holds the users cannot be asked
    ├── CallbackError             a callback or `authorize` answered nonsense
    ├── StoreUnavailable          a store cannot be asked
    └── TokenError                a token that does not open

    NextauthDeprecationWarning

The class's ``code`` is what appears as ``error=`` in URLs and as ``code`` in log records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

__all__ = [
    "AccessDenied",
    "BadRequest",
    "Busy",
    "CallbackError",
    "ConfigurationError",
    "CredentialsSignin",
    "MethodNotAllowed",
    "MissingCSRF",
    "NextauthDeprecationWarning",
    "NextauthError",
    "PayloadTooLarge",
    "Problem",
    "RequestError",
    "SignInError",
    "StoreUnavailable",
    "SystemUnavailable",
    "TokenError",
    "TooManyRequests",
    "UnknownAction",
    "UnsupportedMediaType",
    "UntrustedHost",
    "WrongAddress",
]

_PUBLIC_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


class NextauthError(Exception):
    """Base of every error that nextauth raises."""

    code: ClassVar[str] = "Configuration"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a configuration.

    Args:
        code: Stable identifier, such as ``"secret-too-short"``.
        message: What is wrong, with the value unless it is a secret.
        fix: What to write instead.
    """

    code: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.message} Fix: {self.fix} [{self.code}]"


class ConfigurationError(NextauthError):
    """Everything that is wrong with the arguments of ``Auth(...)``, in one error.

    Args:
        problems: What was found, at least one.
    """

    code = "Configuration"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        lines = "".join(f"\n  {number}. {each}" for number, each in enumerate(self.problems, 1))
        super().__init__(f"Auth(...) has {count} {noun}:{lines}")


class SignInError(NextauthError):
    """A refusal that ``authorize`` or a callback may raise on purpose."""


class CredentialsSignin(SignInError):
    """The credentials are refused; the sign-in page is shown again.

    Args:
        code: A public word that tells the page why, ``[A-Za-z0-9_-]{1,64}``. It is visible to
            whoever tried, so it must not tell which accounts exist.

    Raises:
        ValueError: `code` is not of that form.
    """

    code = "CredentialsSignin"

    def __init__(self, code: str = "credentials") -> None:
        if not isinstance(code, str) or not _PUBLIC_CODE.match(code):
            msg = (
                f"CredentialsSignin(code={code!r}): a public code is 1 to 64 letters, digits, "
                "'_' or '-'. Use a short word such as 'locked'."
            )
            raise ValueError(msg)
        self.public_code = code
        super().__init__(f"sign-in refused with the public code {code!r}")


class AccessDenied(SignInError):
    """The person is known and may not enter; Access Denied is displayed."""

    code = "AccessDenied"

    def __init__(self, message: str = "access denied") -> None:
        super().__init__(message)


class RequestError(NextauthError):
    """The request cannot be served as it is.

    Args:
        message: What is wrong, for the log; never a secret.
    """

    code = "BadRequest"
    status: ClassVar[int] = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)


class BadRequest(RequestError):
    """The request's body or parameters do not parse."""


class UnknownAction(RequestError):
    """No route of the protocol has this path."""

    code = "UnknownAction"


class MissingCSRF(RequestError):
    """Neither the browser's headers nor a CSRF token show that the form is ours."""

    code = "MissingCSRF"
    status = 403


class WrongAddress(MissingCSRF):
    """The browser says that the form is same-origin, on an origin that we do not call ours."""

    code = "WrongAddress"


class MethodNotAllowed(RequestError):
    """The route exists, and not for this method.

    Args:
        message: What is wrong, for the log.
        allow: The methods that the route has, for the ``Allow`` header (RFC 9110, 10.2.1).
    """

    code = "MethodNotAllowed"
    status = 405

    def __init__(self, message: str, *, allow: tuple[str, ...]) -> None:
        self.allow = allow
        super().__init__(message)


class PayloadTooLarge(RequestError):
    """The body, or a submitted field, is larger than the protocol's limits."""

    code = "PayloadTooLarge"
    status = 413


class UnsupportedMediaType(RequestError):
    """The body is neither an HTML form nor JSON."""

    code = "UnsupportedMediaType"
    status = 415


class TooManyRequests(RequestError):
    """So many tries to sign in were made that the next has to wait.

    Args:
        message: What was counted, for the log.
        retry_after: Whole seconds until a try could pass, for ``Retry-After`` (RFC 9110, 10.2.3).
    """

    code = "TooManyRequests"
    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        self.retry_after: int = retry_after
        super().__init__(message)


class UntrustedHost(RequestError):
    """The site's address is not configured, and this request's ``Host`` may not set it."""

    code = "UntrustedHost"
    status = 500


class Busy(RequestError):
    """Every worker is taken and the queue before them is full."""

    code = "Busy"
    status = 503


class SystemUnavailable(Busy):
    """The system that holds the users cannot be asked: it is down, too slow, or answers nonsense.

    ``authorize`` may raise it: nobody is signed in, a page says so, and no guess is counted.

    Args:
        message: Which system, and what happened, for the log; never a secret.
    """

    code = "SystemUnavailable"


class CallbackError(NextauthError):
    """A callback, or ``authorize``, answered what it may not.

    Args:
        message: Which function, and what is wrong with its answer.
    """

    code = "Configuration"

    def __init__(self, message: str) -> None:
        super().__init__(message)


class StoreUnavailable(NextauthError):
    """A store cannot be asked: it is down, too slow, or answers nonsense.

    Args:
        message: Which store and what it was asked for; never what it holds.
    """

    code = "StoreUnavailable"

    def __init__(self, message: str) -> None:
        super().__init__(message)


class TokenError(NextauthError):
    """A token does not open, or its time is over.

    Args:
        reason: A stable word such as ``"damaged"``, ``"unknown-key"`` or ``"expired"``.
    """

    code = "TokenError"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the token does not open: {reason}")


class NextauthDeprecationWarning(DeprecationWarning):
    """Something of nextauth that will go in two minor releases."""
