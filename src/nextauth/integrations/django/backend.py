"""Owns the authentication backend: it makes a session the project's user, and remembers nothing."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from nextauth.integrations.django.conf import configured_mapping
from nextauth.models import Session

__all__ = ["SessionBackend"]


class SessionBackend(ModelBackend):
    """Answers the user whom ``NEXTAUTH_USER`` finds for a session, unless they are inactive.

    Groups and permissions are those of Django's ``ModelBackend``. It takes no passwords:
    ``authenticate(username=…, password=…)`` passes it by.
    """

    def authenticate(  # type: ignore[override]
        self, _request: HttpRequest | None, *, auth_session: Session
    ) -> Any:  # noqa: ANN401 - the project's own user model
        """Answer the user of a session, or None."""
        user_of = configured_mapping()
        user = None if user_of is None else user_of(auth_session)
        return user if user is not None and self.user_can_authenticate(user) else None

    async def aauthenticate(  # type: ignore[override]
        self, request: HttpRequest | None, *, auth_session: Session
    ) -> Any:  # noqa: ANN401
        """Answer the user of a session, or None."""
        return await sync_to_async(self.authenticate)(request, auth_session=auth_session)
