"""Owns Django's system checks: our own problems with their fixes, and what stands out of place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import global_settings, settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name
from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, get_script_prefix, resolve
from django.utils.module_loading import import_string

from nextauth.auth import Auth
from nextauth.errors import ConfigurationError
from nextauth.integrations.django.conf import configured_auth, configured_mapping
from nextauth.integrations.django.mapping import session_backend
from nextauth.integrations.django.middleware import AuthSessionMiddleware
from nextauth.integrations.django.views import serve

__all__ = ["check_settings"]

_MIDDLEWARE = "nextauth.integrations.django.AuthSessionMiddleware"
_BACKEND = "nextauth.integrations.django.backend.SessionBackend"
_URLS = "path('', include('nextauth.integrations.django.urls'))"
_BEFORE = "django.contrib.auth.middleware.AuthenticationMiddleware"


def check_settings(**_: object) -> list[CheckMessage]:
    """Answer everything that is wrong with the settings; for Django's ``check`` command."""
    return [*_auth_problems(), *_middleware_problems(), *_user_problems()]


def _auth_problems() -> Iterator[CheckMessage]:
    try:
        auth = configured_auth()
    except ConfigurationError as error:
        for problem in error.problems:
            yield Error(problem.message, hint=problem.fix, id=f"nextauth.{problem.code}")
    except ImproperlyConfigured as error:
        hint = "Set NEXTAUTH = 'project.auth.auth', the dotted path of an Auth."
        yield Error(str(error), hint=hint, id="nextauth.setting")
    else:
        yield from _url_problems(auth)


def _url_problems(auth: Auth) -> Iterator[CheckMessage]:
    base_path = auth.settings.base_path
    if auth.settings.only_reads:
        return
    path = base_path.removeprefix(get_script_prefix())
    try:
        found: Any = resolve(f"/{path.removeprefix('/')}/session").func
    except Resolver404:
        found = None
    if found is not serve:
        hint = (
            f"Add {_URLS} to ROOT_URLCONF, first and without a prefix: base_path is the whole path."
        )
        told = f"{base_path} is not served by nextauth."
        yield Error(told, hint=hint, id="nextauth.urls")


def _middleware_problems() -> Iterator[CheckMessage]:
    places = {_import_or_none(path): place for place, path in enumerate(settings.MIDDLEWARE)}
    ours = next(
        (
            place
            for middleware, place in places.items()
            if isinstance(middleware, type) and issubclass(middleware, AuthSessionMiddleware)
        ),
        None,
    )
    if ours is None:
        hint = f"Add {_MIDDLEWARE!r} to MIDDLEWARE, after {_BEFORE!r}."
        told = "AuthSessionMiddleware is missing, so requests have no session."
        yield Error(told, hint=hint, id="nextauth.middleware")
    elif ours < places.get(_import_or_none(_BEFORE), -1):
        hint = f"Move {_MIDDLEWARE!r} after {_BEFORE!r}."
        told = "AuthSessionMiddleware stands before Django's, which puts its own user over ours."
        yield Error(told, hint=hint, id="nextauth.middleware-order")


def _user_problems() -> Iterator[CheckMessage]:
    try:
        is_mapped = configured_mapping() is not None
    except ImproperlyConfigured as error:
        hint = "Set NEXTAUTH_USER to a function from a Session to a user, or to its dotted path."
        yield Error(str(error), hint=hint, id="nextauth.user")
        return
    has_backend = bool(session_backend()[0])
    if is_mapped and not has_backend:
        hint = f"Add {_BACKEND!r} to AUTHENTICATION_BACKENDS."
        told = "NEXTAUTH_USER is set, and no authentication backend asks it."
        yield Error(told, hint=hint, id="nextauth.backend")
    elif has_backend and not is_mapped:
        hint = "Set NEXTAUTH_USER = 'nextauth.integrations.django.by_username', for example."
        told = "SessionBackend has no NEXTAUTH_USER to ask, so it finds nobody."
        yield Error(told, hint=hint, id="nextauth.user")
    elif is_mapped and settings.LOGIN_URL == global_settings.LOGIN_URL:
        hint = "Set LOGIN_URL = '/api/auth/signin': base_path, and '/signin'."
        told = f"LOGIN_URL is {settings.LOGIN_URL!r}, which is not our sign-in page."
        yield Warning(told, hint=hint, id="nextauth.login-url")


def _import_or_none(path: str) -> Callable[..., Any] | None:
    try:
        return import_string(path)  # type: ignore[no-any-return]
    except ImportError:
        return None  # Django itself tells of it
