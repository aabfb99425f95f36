"""Owns ``session_required`` and ``require_fresh``: views that only signed-in people reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from nextauth.asking import Refusal
from nextauth.integrations.django.reader import reader_of
from nextauth.sessions import Freshness

__all__ = ["require_fresh", "session_required"]

View = TypeVar("View", bound=Callable[..., Any])


def session_required(view: View) -> View:
    """Let a view run for signed-in people only.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401.

    Args:
        view: A view function, ``def`` or ``async def``.
    """
    return _guard(view, None)


def require_fresh(*, max_age: int, methods: Sequence[str] = ()) -> Callable[[View], View]:
    """Let a view run for people only who proved lately who they are.

    A browser that navigates is sent to sign in again, as the same person, and comes back; a program
    gets 401 with the challenge of RFC 9470.

    Args:
        max_age: Seconds that the sign-in may be old.
        methods: Proofs of which one must have been given (RFC 8176, 2); none: any.

    Returns:
        A decorator for a view function, ``def`` or ``async def``.
    """
    freshness = Freshness(max_age, tuple(methods))
    return lambda view: _guard(view, freshness)


def _guard(view: View, freshness: Freshness | None) -> View:
    if iscoroutinefunction(view):

        @wraps(view)
        async def guarded(request: HttpRequest, *args: object, **kwargs: object) -> Any:  # noqa: ANN401
            refusal = await reader_of(request).arefusal(freshness)
            return _refused(refusal) if refusal else await view(request, *args, **kwargs)

        return cast("View", guarded)

    @wraps(view)
    def guarded_sync(request: HttpRequest, *args: object, **kwargs: object) -> Any:  # noqa: ANN401
        refusal = reader_of(request).refusal(freshness)
        return _refused(refusal) if refusal else view(request, *args, **kwargs)

    return cast("View", guarded_sync)


def _refused(refusal: Refusal) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store"}
    if refusal.url is not None:
        return HttpResponseRedirect(refusal.url, headers=headers)
    headers["WWW-Authenticate"] = refusal.challenge
    return JsonResponse({"detail": refusal.detail}, status=401, headers=headers)
