"""Owns ``session_required``: views that only signed-in people reach."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from nextauth.integrations.asgi import wants_page
from nextauth.integrations.django.reader import reader_of
from nextauth.integrations.django.wire import request_of

__all__ = ["session_required"]

View = TypeVar("View", bound=Callable[..., Any])


def session_required(view: View) -> View:
    """Let a view run for signed-in people only.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401.

    Args:
        view: A view function, ``def`` or ``async def``.
    """
    if iscoroutinefunction(view):

        @wraps(view)
        async def guarded(request: HttpRequest, *args: object, **kwargs: object) -> Any:  # noqa: ANN401
            if await reader_of(request).aread() is None:
                return _refusal(request)
            return await view(request, *args, **kwargs)

        return cast("View", guarded)

    @wraps(view)
    def guarded_sync(request: HttpRequest, *args: object, **kwargs: object) -> Any:  # noqa: ANN401
        if reader_of(request).read() is None:
            return _refusal(request)
        return view(request, *args, **kwargs)

    return cast("View", guarded_sync)


def _refusal(request: HttpRequest) -> HttpResponse:
    auth = reader_of(request).auth
    asked = request_of(request)
    headers = {"Cache-Control": "private, no-store"}
    url = auth.signin_url(asked) if wants_page(asked) else None
    if url is not None:
        return HttpResponseRedirect(url, headers=headers)
    headers["WWW-Authenticate"] = auth.challenge(asked)
    return JsonResponse({"detail": "Not signed in"}, status=401, headers=headers)
