"""Owns the middleware: sessions on the request, refreshed cookies on the response."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from nextauth.errors import Busy
from nextauth.integrations.asgi import refreshed_headers
from nextauth.integrations.django.conf import configured_auth, configured_mapping
from nextauth.integrations.django.logout import asigned_out, signed_out
from nextauth.integrations.django.reader import RequestSession, reader_of
from nextauth.integrations.django.views import (
    aanswer,
    answer,
    aserve,
    asks_for_session,
    serve,
)
from nextauth.integrations.django.wire import add_headers
from nextauth.sessions import Resumed
from nextauth.sessions.bearer import is_read

__all__ = ["AuthSessionMiddleware"]

GetResponse = Callable[[HttpRequest], Any]


class AuthSessionMiddleware:
    """Puts the session on each request, and its refreshed cookie on the response.

    ``request.auth_session`` is the `Session`, or false; an async view awaits
    ``request.aauth_session()``. With the setting ``NEXTAUTH_USER``, ``request.user`` and
    ``request.auser()`` are the project's user. It stands after Django's own
    ``AuthenticationMiddleware``.

    Args:
        get_response: What answers the request.

    Raises:
        ImproperlyConfigured: The setting ``NEXTAUTH`` names no `Auth`.
        ConfigurationError: The `Auth` does not pass its own checks.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self._auth = configured_auth()
        self._maps_users = configured_mapping() is not None
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
            self.process_view = _serve_on_the_loop

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer one request."""
        if self._is_async:
            return self._answer(request)
        reader = self._attach(request)
        response: HttpResponseBase = (
            answer(request, self._auth)
            if asks_for_session(request, self._auth)
            else self._get_response(request)
        )
        return _refresh(response, signed_out(request, reader) or reader.resumed, reader)

    async def _answer(self, request: HttpRequest) -> HttpResponseBase:
        reader = self._attach(request)
        response: HttpResponseBase = await (
            aanswer(request, self._auth)
            if asks_for_session(request, self._auth)
            else self._get_response(request)
        )
        return _refresh(response, await asigned_out(request, reader) or reader.resumed, reader)

    def _attach(self, request: HttpRequest) -> RequestSession:
        reader = reader_of(request, self._auth)
        given = cast("Any", request)
        given.auth_session = SimpleLazyObject(reader.read)
        given.aauth_session = reader.aread
        if self._maps_users:
            user = getattr(request, "user", None)
            given.auser = partial(reader.auser, getattr(request, "auser", None))
            given.user = SimpleLazyObject(lambda: reader.user(user))
        return reader

    def process_exception(self, _: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 where a view found no room to read the session."""
        if isinstance(exception, Busy):
            return HttpResponse(status=503, headers={"Retry-After": "1"})
        return None


async def _serve_on_the_loop(
    request: HttpRequest, view: object, *_: object
) -> HttpResponseBase | None:
    """Serve the protocol without the thread that Django would give our view, a plain ``def``."""
    return await aserve(request) if view is serve else None


def _refresh(
    response: HttpResponseBase, resumed: Resumed | None, reader: RequestSession
) -> HttpResponseBase:
    if resumed is not None:
        accepts_bearer = is_read(reader.auth.settings.session)
        patch_vary_headers(response, ("Cookie", "Authorization") if accepts_bearer else ("Cookie",))
        if resumed.cookies:
            add_headers(response, refreshed_headers((), resumed))
    return response
