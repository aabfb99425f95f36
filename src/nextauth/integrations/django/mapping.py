"""Owns how a session becomes ``request.user``: our authentication backend is asked, once a request.

Not by Django's ``authenticate``: it would signal a failed login with every page that is looked at.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from nextauth.models import Session

if TYPE_CHECKING:
    from nextauth.integrations.django.backend import SessionBackend

__all__ = ["nobody", "session_backend", "user_of"]

_log = logging.getLogger("nextauth.integrations.django")


def user_of(request: HttpRequest, session: Session) -> Any:  # noqa: ANN401
    """Answer the project's user of a session.

    If nobody is found, or if the mapping fails, nobody is signed in.

    Args:
        request: Django's request.
        session: Who is signed in.
    """
    path, backend = session_backend()
    try:
        user = None if backend is None else backend.authenticate(request, auth_session=session)
    except Exception:  # noqa: BLE001 - it is the application's own function
        _log.exception(
            "NEXTAUTH_USER failed; nobody is signed in.", extra={"code": "CallbackError"}
        )
        user = None
    if user is None:
        return nobody()
    user.backend = path
    return user


def session_backend() -> tuple[str, SessionBackend | None]:
    """Answer the first of the authentication backends that is ours, with its path."""
    from nextauth.integrations.django.backend import (  # noqa: PLC0415 - it needs the models
        SessionBackend,
    )

    for path in settings.AUTHENTICATION_BACKENDS:
        backend = import_string(path)
        if isinstance(backend, type) and issubclass(backend, SessionBackend):
            return path, backend()
    return "", None


def nobody() -> Any:  # noqa: ANN401
    """Answer Django's own user who is not signed in."""
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 - models come late

    return AnonymousUser()
