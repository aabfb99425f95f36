"""Owns the settings ``NEXTAUTH`` and ``NEXTAUTH_USER``: what they may be, and what they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from nextauth.auth import Auth
from nextauth.models import Session

__all__ = ["UserOf", "configured_auth", "configured_mapping"]

UserOf = Callable[[Session], Any]


def configured_auth() -> Auth:
    """Answer the `Auth` of the setting ``NEXTAUTH``.

    Raises:
        ImproperlyConfigured: The setting is missing, or names something else.
        ConfigurationError: The `Auth` that it names does not pass its own checks.
    """
    value = _named("NEXTAUTH")
    if isinstance(value, Auth):
        return value
    message = f"NEXTAUTH must be an Auth or its dotted path, not {type(value).__name__}"
    raise ImproperlyConfigured(message)


def configured_mapping() -> UserOf | None:
    """Answer the function of the setting ``NEXTAUTH_USER``, or None.

    Raises:
        ImproperlyConfigured: The setting names nothing that can be called.
    """
    value: UserOf | None = _named("NEXTAUTH_USER")
    if value is None or callable(value):
        return value
    message = f"NEXTAUTH_USER must be a function or its dotted path, not {type(value).__name__}"
    raise ImproperlyConfigured(message)


def _named(setting: str) -> Any:  # noqa: ANN401 - a setting may be anything
    value = getattr(settings, setting, None)
    if not isinstance(value, str):
        return value
    try:
        return import_string(value)
    except ImportError as error:
        message = f"{setting} = {value!r} cannot be imported: {error}"
        raise ImproperlyConfigured(message) from error
