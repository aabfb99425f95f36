"""Owns how the application is asked again about a user who is signed in.

Either by a function of its own, or by ``authorize``, which then gets what was submitted before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from nextauth.errors import (
    AccessDenied,
    Busy,
    CallbackError,
    CredentialsSignin,
    Problem,
    SystemUnavailable,
)
from nextauth.hooks import Hook, arity_of
from nextauth.models import Challenge, User, Verified
from nextauth.providers.base import Failed, FormField, Refused, Vouched, Voucher
from nextauth.web import Request

__all__ = ["Revalidate", "ask_again", "revalidation_problems"]

Answer = bool | User | Mapping[str, Any] | None
Revalidate = (
    Callable[[User], Answer | Awaitable[Answer]]
    | Callable[[User, Request], Answer | Awaitable[Answer]]
)

_DAY = 24 * 60 * 60
_REFUSED = "credentials"
_CODES = frozenset(
    {"code", "otp", "totp", "totpcode", "otpcode", "mfacode", "onetimecode", "token"}
)


async def ask_again(hook: Hook, user: User, request: Request, *args: object) -> Voucher:
    """Ask the application about a user; every failure is an outcome.

    Args:
        hook: Its function.
        user: Who is signed in.
        request: The request.
        args: What the function is called with.

    Raises:
        Busy: Every worker is taken; the request may be tried again.
    """
    try:
        return _voucher(hook, await hook(request.runtime, *args), user)
    except (AccessDenied, CredentialsSignin):
        return Refused(_REFUSED)
    except SystemUnavailable as error:
        return Failed(error)
    except Busy:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it raises, the system was not asked
        return Failed(error)


def _voucher(hook: Hook, answer: object, user: User) -> Voucher:
    if answer is True:
        return Vouched()
    if answer is False or answer is None:
        return Refused(_REFUSED)
    if isinstance(answer, (Verified, Challenge)):  # the password is right, which is the question
        answer = answer.user
    if isinstance(answer, Mapping):
        answer = User.from_mapping(answer)
    if not isinstance(answer, User):
        message = (
            f"{hook.name} answered a {type(answer).__name__} about a signed-in user. "
            "Return True or the User, or False or None to end the session."
        )
        return Failed(CallbackError(message))
    # What it vouches for is another person, who never signed in here.
    return Vouched(answer) if answer.id in (None, user.id) else Refused(_REFUSED)


def revalidation_problems(  # noqa: PLR0913 - the options that belong together
    where: str,
    *,
    revalidate: object,
    after: object,
    grace: object,
    kept: object,
    fields: Mapping[str, FormField],
) -> Iterable[Problem]:
    """Check what a provider says about being asked again.

    Args:
        where: How an error calls the provider.
        revalidate: The function, or None.
        after: Seconds after which it is asked.
        grace: Seconds for which a session outlives a system that cannot be asked.
        kept: Names of submitted fields that are kept.
        fields: The form's fields.
    """
    if revalidate is not None and (not callable(revalidate) or arity_of(revalidate) is None):
        yield Problem(
            "revalidate-arity",
            f"{where}: revalidate cannot be called with one or two arguments.",
            "Write revalidate(user) or revalidate(user, request).",
        )
    for name, value, least in (("revalidate_after", after, 1), ("revalidate_grace", grace, 0)):
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 30 * _DAY:
            yield Problem(
                "revalidate-seconds",
                f"{where}: {name}={value!r} is not a number of seconds, of 30 days at most.",
                "Use an int, such as 15 * 60.",
            )
    yield from _kept_problems(where, revalidate=revalidate, kept=kept, fields=fields)


def _kept_problems(
    where: str, *, revalidate: object, kept: object, fields: Mapping[str, FormField]
) -> Iterable[Problem]:
    if isinstance(kept, str) or not isinstance(kept, (tuple, list, set, frozenset)):
        yield Problem(
            "revalidate-fields",
            f"{where}: revalidate_fields={kept!r} is no sequence of names.",
            "Write revalidate_fields=('email', 'password').",
        )
        return
    if kept and revalidate is not None:
        yield Problem(
            "revalidate-twice",
            f"{where} has revalidate and revalidate_fields: it would not be clear who is asked.",
            "Keep revalidate, which needs no password; or leave it out, and authorize is asked "
            "with the fields.",
        )
    for name in kept:
        each = fields.get(name) if isinstance(name, str) else None
        if not isinstance(name, str) or (fields and each is None):
            yield Problem(
                "revalidate-fields",
                f"{where}: revalidate_fields names {name!r}, which is none of its fields.",
                f"Use some of {', '.join(map(repr, fields))}.",
            )
        elif name.lower().replace("_", "").replace("-", "") in _CODES or (
            isinstance(each, FormField) and each.autocomplete == "one-time-code"
        ):
            yield Problem(
                "revalidate-code",
                f"{where}: revalidate_fields names {name!r}, a code that is good only once.",
                "Leave it out, or pass a revalidate function that needs none.",
            )
