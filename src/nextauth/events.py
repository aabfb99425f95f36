"""Owns the audit stream: one union of frozen events, and how they reach the sinks.

A sink is a callable that takes an event, or an object with ``emit``. A sink that fails is logged
and breaks nothing. No event holds a credential, a token or a cookie.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nextauth.errors import Busy
from nextauth.hooks import Hook
from nextauth.models import Account, User
from nextauth.tracebacks import describe_exception
from nextauth.web import Runtime

__all__ = [
    "Circumstances",
    "Event",
    "EventStream",
    "RequestRefused",
    "SessionEnded",
    "SessionUpdated",
    "SignInFailed",
    "SignedIn",
    "SignedOut",
    "Sink",
]

_log = logging.getLogger("nextauth.events")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When, and from where, something happened.

    Args:
        time: Unix seconds.
        request_id: The request's ``x-request-id``, as far as it is a plain token, or None.
        address: The person's address, as far as trusted proxies vouch for it.
        user_agent: The browser's name for itself, cut at 256 characters.
    """

    time: float
    request_id: str | None = None
    address: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person signed in.

    Args:
        at: When and from where.
        user: Who.
        account: Through which provider.
        sid: The new session's id.
    """

    at: Circumstances
    user: User
    account: Account
    sid: str


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """Somebody tried to sign in and was refused.

    Args:
        at: When and from where.
        provider: The provider's id.
        reason: ``"CredentialsSignin"``, ``"AccessDenied"`` or ``"Configuration"``.
        code: The public code of a CredentialsSignin, else None.
        user_id: Who it was, where that is known.
    """

    at: Circumstances
    provider: str
    reason: str
    code: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A person signed out.

    Args:
        at: When and from where.
        provider: The provider's id, or None if another program made the token.
        user_id: Who.
        sid: The session's id.
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None


@dataclass(frozen=True, slots=True)
class SessionUpdated:
    """The client posted to ``session`` and the token was written anew.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        sid: The session's id.
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The application ended a session: its ``jwt`` callback answered None, or failed.

    Args:
        at: When and from where.
        provider: The provider's id.
        user_id: Who.
        sid: The session's id.
        reason: ``"callback"`` or ``"callback-failed"``.
    """

    at: Circumstances
    provider: str | None
    user_id: str | None
    sid: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """A POST was refused before it acted.

    Args:
        at: When and from where.
        reason: The error's code, such as ``"MissingCSRF"``.
        action: The route's name.
    """

    at: Circumstances
    reason: str
    action: str


Event = SignedIn | SignInFailed | SignedOut | SessionUpdated | SessionEnded | RequestRefused


class _Emitter(Protocol):
    def emit(self, event: Event) -> object: ...


Sink = Callable[[Event], None] | Callable[[Event], Awaitable[None]] | _Emitter


class EventStream:
    """Hands each event to each sink, in their order.

    Args:
        sinks: The sinks.
    """

    __slots__ = ("hooks",)

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self.hooks = tuple(
            Hook(f"events[{index}]", getattr(sink, "emit", sink))  # type: ignore[arg-type]
            for index, sink in enumerate(sinks)
        )

    async def emit(self, event: Event, runtime: Runtime) -> None:
        """Tell every sink; log those that fail.

        Args:
            event: What happened.
            runtime: Where plain ``def`` sinks run.
        """
        for hook in self.hooks:
            try:
                try:
                    await hook(runtime, event)
                except Busy:
                    if hook.is_async:
                        raise
                    # An audit record is worth more than this request's time.
                    hook.fn(event)
            except Exception as error:  # noqa: BLE001 - whatever a sink raises, the flow goes on
                _log.error(
                    "The event sink %s failed on %s:\n%s",
                    hook.name,
                    type(event).__name__,
                    describe_exception(error),
                    extra={"code": "event-sink-failed"},
                )
