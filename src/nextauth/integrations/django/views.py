"""Owns the views: the protocol's routes, and the way from Django's ``?next=`` to our sign-in."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix
from django.views.decorators.csrf import csrf_exempt

from nextauth.auth import Auth
from nextauth.integrations.django.reader import reader_of
from nextauth.integrations.django.runtime import POSTING, READING
from nextauth.integrations.django.wire import is_asgi, path_of, request_of, response_of

__all__ = ["aanswer", "answer", "aserve", "asks_for_session", "login", "serve"]


# Our own rule protects each form (Fetch metadata, Origin, a token); reading a session opens no
# transaction; and who is not signed in must get here.
@csrf_exempt
@non_atomic_requests
def serve(request: HttpRequest, **_: str) -> HttpResponse:
    """Serve the protocol.

    Args:
        request: Django's request.
    """
    auth = reader_of(request).auth
    return login(request) if _asks_with_next(request, auth) else answer(request, auth)


async def aserve(request: HttpRequest) -> HttpResponse:
    """Serve the protocol on an event loop.

    Args:
        request: Django's request.
    """
    auth = reader_of(request).auth
    return login(request) if _asks_with_next(request, auth) else await aanswer(request, auth)


def answer(request: HttpRequest, auth: Auth) -> HttpResponse:
    """Answer a request of the protocol.

    Args:
        request: Django's request.
        auth: The site's `Auth`.
    """
    if is_asgi(request) and not auth.steps_without_loop:
        return async_to_sync(aanswer)(request, auth)
    return response_of(auth.handle_sync(request_of(request)))


async def aanswer(request: HttpRequest, auth: Auth) -> HttpResponse:
    """Answer a request of the protocol, on an event loop.

    Args:
        request: Django's request.
        auth: The site's `Auth`.
    """
    runtime = POSTING if request.method == "POST" else READING
    return response_of(await auth.handle(request_of(request, runtime)))


def login(request: HttpRequest) -> HttpResponse:
    """Send a person to the sign-in page, and afterwards to where Django's ``?next=`` says.

    It takes the place of a login view: ``path("admin/login/", login)``. Another site's address in
    ``next`` leads to our own root.

    Args:
        request: Django's request.
    """
    auth, asked = reader_of(request).auth, request_of(request)
    # The redirect rule of the core judges what was asked for.
    asked.path, asked.query = request.GET.get(REDIRECT_FIELD_NAME) or get_script_prefix(), b""
    url = auth.signin_url(asked) or f"{auth.settings.base_path}/signin"
    return HttpResponseRedirect(url, headers={"Cache-Control": "private, no-store"})


def asks_for_session(request: HttpRequest, auth: Auth) -> bool:
    """Tell whether a client asks who is signed in, as it does with every page.

    `AuthSessionMiddleware` answers that itself: for Django to find the view, and to call it, costs
    as much as the answer.

    Args:
        request: Django's request.
        auth: The site's `Auth`.
    """
    return _gets(request, auth, "/session") and not auth.settings.only_reads


def _asks_with_next(request: HttpRequest, auth: Auth) -> bool:
    """Tell whether Django sends somebody to our sign-in page, which is its ``LOGIN_URL``."""
    return _gets(request, auth, "/signin") and REDIRECT_FIELD_NAME in request.GET


def _gets(request: HttpRequest, auth: Auth, action: str) -> bool:
    if request.method != "GET" or action not in request.path_info:
        return False
    return path_of(request).removesuffix("/") == auth.settings.base_path + action


# Django's LoginRequiredMiddleware asks for these.
serve.login_required = False  # type: ignore[attr-defined]
login.login_required = False  # type: ignore[attr-defined]
