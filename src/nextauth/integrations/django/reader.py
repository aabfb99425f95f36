"""Owns one request's session: read once, when somebody asks, from sync and async code alike."""

from __future__ import annotations

import asyncio
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.http import HttpRequest

from nextauth.asking import Refusal
from nextauth.auth import Auth
from nextauth.integrations.django.conf import configured_auth
from nextauth.integrations.django.mapping import nobody, user_of
from nextauth.integrations.django.runtime import READING
from nextauth.integrations.django.wire import is_asgi, request_of
from nextauth.models import Session
from nextauth.sessions import Freshness, Resumed

__all__ = [
    "RequestSession",
    "acurrent_session",
    "current_session",
    "known_reader",
    "reader_of",
]

_ATTRIBUTE = "_nextauth_session"
_UNKNOWN: Any = object()


class RequestSession:
    """Who is signed in at one request.

    Args:
        request: Django's request.
        auth: The site's `Auth`.
    """

    def __init__(self, request: HttpRequest, auth: Auth) -> None:
        self.auth = auth
        self.resumed: Resumed | None = None
        self.is_ended = False  # by Django's logout, within this request
        self._request = request
        self._user: Any = _UNKNOWN

    def read(self) -> Session | None:
        """Answer who is signed in, or None.

        Raises:
            SynchronousOnlyOperation: On an event loop, where a callback must be waited for.
        """
        if self.resumed is None:
            self.resumed = self._read_now()
        return None if self.is_ended else self.resumed.session

    async def aread(self) -> Session | None:
        """Answer who is signed in, or None.

        Raises:
            Busy: A plain ``def`` callback found no room.
        """
        if self.resumed is None:
            self.resumed = await self.auth.resume(request_of(self._request, READING))
        return None if self.is_ended else self.resumed.session

    def _read_now(self) -> Resumed:
        sessions = self.auth.services.sessions
        if (sessions.hooks or sessions.waits) and _is_on_a_loop():
            message = "on an event loop, a callback is waited for: await request.aauth_session()"
            raise SynchronousOnlyOperation(message)
        if is_asgi(self._request) and not self.auth.steps_without_loop:
            resumed: Resumed = async_to_sync(self.auth.resume)(request_of(self._request, READING))
            return resumed
        return self.auth.resume_sync(request_of(self._request))

    def refusal(self, freshness: Freshness | None) -> Refusal | None:
        """Answer how to refuse a request that is for signed-in people only; None if it may go on.

        Args:
            freshness: How recent the sign-in must be; None: a session is enough.
        """
        session = self.read()
        if session is not None and freshness is None:
            return None
        if is_asgi(self._request) and not self.auth.steps_without_loop:
            asked = request_of(self._request, READING)
            answer: Refusal | None = async_to_sync(self.auth.refusal)(asked, session, freshness)
            return answer
        return self.auth.refusal_sync(request_of(self._request), session, freshness)

    async def arefusal(self, freshness: Freshness | None) -> Refusal | None:
        """Answer as `refusal` does, in an async view.

        Args:
            freshness: How recent the sign-in must be; None: a session is enough.
        """
        session = await self.aread()
        if session is not None and freshness is None:
            return None
        return await self.auth.refusal(request_of(self._request, READING), session, freshness)

    def user(self, otherwise: Any) -> Any:  # noqa: ANN401 - the project's own user model
        """Answer the project's user of the session.

        Args:
            otherwise: Who it is where nobody is signed in with us; None for nobody.
        """
        session = self.read()
        if session is not None:
            return self._mapped(session)
        return nobody() if otherwise is None else otherwise

    async def auser(self, otherwise: Any) -> Any:  # noqa: ANN401
        """Answer the project's user of the session.

        Args:
            otherwise: Answers who it is where nobody is signed in with us; None for nobody.
        """
        session = await self.aread()
        if session is not None:
            return await sync_to_async(self._mapped)(session)
        return nobody() if otherwise is None else await otherwise()

    def _mapped(self, session: Session) -> Any:  # noqa: ANN401
        if self._user is _UNKNOWN:
            self._user = user_of(self._request, session)
        return self._user


def _is_on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def reader_of(request: HttpRequest, auth: Auth | None = None) -> RequestSession:
    """Answer the one reader of a request, made at the first call.

    Args:
        request: Django's request.
        auth: The site's `Auth`, for those who know it already.
    """
    reader = known_reader(request)
    if reader is None:
        reader = RequestSession(request, configured_auth() if auth is None else auth)
        setattr(request, _ATTRIBUTE, reader)
    return reader


def known_reader(request: HttpRequest | None) -> RequestSession | None:
    """Answer the reader of a request, or None if it has none yet.

    Args:
        request: Django's request; None has none.
    """
    reader = getattr(request, _ATTRIBUTE, None)
    return reader if isinstance(reader, RequestSession) else None


def current_session(request: HttpRequest) -> Session | None:
    """Answer who is signed in, or None; the session is opened once a request.

    Args:
        request: Django's request.

    Raises:
        SynchronousOnlyOperation: On an event loop, where a callback must be waited for.
    """
    return reader_of(request).read()


async def acurrent_session(request: HttpRequest) -> Session | None:
    """Answer who is signed in, or None, in an async view.

    Args:
        request: Django's request.

    Raises:
        Busy: A plain ``def`` callback found no room; `AuthSessionMiddleware` answers 503.
    """
    return await reader_of(request).aread()
