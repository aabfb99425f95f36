"""Owns the views: the protocol's routes, and the way from Django's ``?next=`` to our sign-in."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix
from django.views.decorators.csrf import csrf_exempt

from nextauth.integrations.django.conf import configured_auth
from nextauth.integrations.django.runtime import POSTING, READING
from nextauth.integrations.django.wire import is_asgi, request_of, response_of

__all__ = ["aserve", "login", "serve"]


# Our own rule protects each form (Fetch metadata, Origin, a token); reading a session opens no
# transaction; and who is not signed in must get here.
@csrf_exempt
@non_atomic_requests
def serve(request: HttpRequest, **_: str) -> HttpResponse:
    """Serve the protocol.

    Args:
        request: Django's request.
    """
    auth = configured_auth()
    if _asks_with_next(request):
        return login(request)
    if is_asgi(request) and not auth.steps_without_loop:
        return async_to_sync(aserve)(request)
    return response_of(auth.handle_sync(request_of(request)))


async def aserve(request: HttpRequest) -> HttpResponse:
    """Serve the protocol on an event loop.

    Args:
        request: Django's request.
    """
    if _asks_with_next(request):
        return login(request)
    runtime = POSTING if request.method == "POST" else READING
    return response_of(await configured_auth().handle(request_of(request, runtime)))


def login(request: HttpRequest) -> HttpResponse:
    """Send a person to the sign-in page, and afterwards to where Django's ``?next=`` says.

    It takes the place of a login view: ``path("admin/login/", login)``. Another site's address in
    ``next`` leads to our own root.

    Args:
        request: Django's request.
    """
    auth = configured_auth()
    asked = request_of(request)
    # The redirect rule of the core judges what was asked for.
    asked.path, asked.query = request.GET.get(REDIRECT_FIELD_NAME) or get_script_prefix(), b""
    url = auth.signin_url(asked) or f"{auth.settings.base_path}/signin"
    return HttpResponseRedirect(url, headers={"Cache-Control": "private, no-store"})


def _asks_with_next(request: HttpRequest) -> bool:
    """Tell whether Django sends somebody to our sign-in page, which is its ``LOGIN_URL``."""
    if request.method != "GET" or REDIRECT_FIELD_NAME not in request.GET:
        return False
    path = request_of(request).path.removesuffix("/")
    return path == f"{configured_auth().settings.base_path}/signin"


# Django's LoginRequiredMiddleware asks for these.
serve.login_required = False  # type: ignore[attr-defined]
login.login_required = False  # type: ignore[attr-defined]
