"""Owns the entry of ``INSTALLED_APPS``: it registers the checks, and listens to Django's logout."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.core.checks import register

from nextauth.integrations.django.checks import check_settings
from nextauth.integrations.django.logout import end_session

__all__ = ["NextauthConfig"]


class NextauthConfig(AppConfig):
    """Sign-in for this project: ``INSTALLED_APPS = [..., "nextauth.integrations.django"]``."""

    name = "nextauth.integrations.django"
    label = "nextauth"
    verbose_name: str = "Sign-in"

    def ready(self) -> None:
        """Register the checks, and end our session where Django's ``logout`` ends its own."""
        register(check_settings)
        user_logged_out.connect(end_session, dispatch_uid="nextauth")
