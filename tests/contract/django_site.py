"""Owns the site under contract in Django's habits: a project of one module, users and admin."""

from collections.abc import AsyncIterator
from typing import Any

import django
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import include, path
from django.utils.decorators import sync_and_async_middleware

from nextauth import Auth, Credentials, Session, SubmittedCredentials, User
from nextauth.integrations.django import (
    acurrent_session,
    current_session,
    login,
    require_fresh,
    session_required,
)
from nextauth.testing import FakeClock, mint_session, signed_in
from tests.contract.applications import PIECES
from tests.contract.site import PASSWORD

SECRET = "kV3q-of-the-contract-alone-9Zx7LwTe"
CACHEABLE = "public, max-age=60"
BASE = "http://testserver"
BY_USERNAME = "nextauth.integrations.django.by_username"

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        AUTHENTICATION_BACKENDS=["nextauth.integrations.django.backend.SessionBackend"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "nextauth.integrations.django",
        ],
        LOGIN_URL="/api/auth/signin",
        MIDDLEWARE=[
            f"{__name__}.choose_views",
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "nextauth.integrations.django.AuthSessionMiddleware",
        ],
        ROOT_URLCONF=__name__,
        SECRET_KEY="of-the-contract-alone",
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        USE_TZ=True,
    )
    django.setup()


def name_of(session: Session | None) -> str:
    return "nobody" if session is None else session.user.name or ""


def answer(body: str, **headers: str) -> HttpResponse:
    return HttpResponse(body, content_type="text/plain", headers=headers)


def cacheable(body: str) -> HttpResponse:
    return HttpResponse(body, content_type="text/plain", headers={"Cache-Control": CACHEABLE})


def public(_: HttpRequest) -> HttpResponse:
    return cacheable("public")


def whoami(request: HttpRequest) -> HttpResponse:
    given: Any = request
    session = current_session(request)
    assert given.auth_session == session
    assert bool(given.auth_session) is (session is not None)
    return cacheable(name_of(session))


@session_required
def private(request: HttpRequest) -> HttpResponse:
    return answer(name_of(current_session(request)))


@session_required
def stream(_: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter(PIECES), headers={"Cache-Control": CACHEABLE})


async def awaited_whoami(request: HttpRequest) -> HttpResponse:
    given: Any = request
    session = await acurrent_session(request)
    assert await given.aauth_session() is session
    assert given.auth_session == session
    return cacheable(name_of(session))


@session_required
async def awaited_private(request: HttpRequest) -> HttpResponse:
    return answer(name_of(await acurrent_session(request)))


@session_required
async def awaited_stream(_: HttpRequest) -> StreamingHttpResponse:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in PIECES:
            yield piece

    return StreamingHttpResponse(pieces(), headers={"Cache-Control": CACHEABLE})


@login_required
def staff(request: HttpRequest) -> HttpResponse:
    return answer(str(request.user))


@login_required
async def awaited_staff(request: HttpRequest) -> HttpResponse:
    return answer(str(await request.auser()))


@require_fresh(max_age=300)
def transfer(_: HttpRequest) -> HttpResponse:
    return answer("done")


@require_fresh(max_age=300)
async def awaited_transfer(_: HttpRequest) -> HttpResponse:
    return answer("done")


SHARED = (
    path("transfer", transfer),
    path("awaited", awaited_transfer),
    path("", include("nextauth.integrations.django.urls")),
    path("public", public),
    path("admin/login/", login),
    path("admin/", admin.site.urls),
)
urlpatterns = (
    *SHARED,
    path("whoami", whoami),
    path("private", private),
    path("stream", stream),
    path("staff", staff),
)
AWAITED = (
    *SHARED,
    path("whoami", awaited_whoami),
    path("private", awaited_private),
    path("stream", awaited_stream),
    path("staff", awaited_staff),
)


@sync_and_async_middleware
def choose_views(get_response: Any) -> Any:  # noqa: ANN401
    """Take the async views where an ASGI server asks."""
    if not iscoroutinefunction(get_response):
        return get_response

    async def with_async_views(request: HttpRequest) -> HttpResponse:
        request.urlconf = AWAITED  # type: ignore[assignment]
        return await get_response(request)  # type: ignore[no-any-return]

    return with_async_views


def django_wsgi(auth: Auth) -> Any:  # noqa: ANN401
    """Answer the site as a WSGI application; sites of one process take turns in the settings."""
    settings.NEXTAUTH = auth
    handler = WSGIHandler()

    def app(environ: Any, start_response: Any) -> Any:  # noqa: ANN401
        settings.NEXTAUTH = auth
        return handler(environ, start_response)

    return app


def django_asgi(auth: Auth) -> Any:  # noqa: ANN401
    """Answer the site as an ASGI application."""
    settings.NEXTAUTH = auth
    handler = ASGIHandler()

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        settings.NEXTAUTH = auth
        await handler(scope, receive, send)

    return app


def authorize(credentials: SubmittedCredentials) -> User | None:
    """Let in whoever knows the password."""
    return User(id="ada", name="Ada") if credentials.get("password") == PASSWORD else None


def make_auth(**options: Any) -> Auth:  # noqa: ANN401
    options.setdefault("base_url", BASE)
    options.setdefault("clock", FakeClock())
    options.setdefault("providers", [Credentials(authorize=authorize, account="email")])
    return Auth(secret=SECRET, environ={}, **options)


def signed_in_client(auth: Auth, username: str = "ada", **user: Any) -> Client:  # noqa: ANN401
    return signed_in(Client(), User(id=username, name="Ada", **user), auth=auth)


def cookie_header(auth: Auth) -> dict[str, str]:
    cookies = mint_session(auth, User(id="ada", name="Ada"))
    return {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
