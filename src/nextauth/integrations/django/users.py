"""Owns the ready mappings from a session to a user: values for the setting ``NEXTAUTH_USER``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from nextauth.integrations.django.conf import UserOf
from nextauth.models import Session

__all__ = ["by_field", "by_username"]


def by_field(field: str, *, claim: str = "id", create: bool = False) -> UserOf:
    """Answer a mapping that finds users by a field.

    ``NEXTAUTH_USER = by_field("email", claim="email")``. Take a claim that people cannot choose for
    themselves. Of several users with the same value, it is nobody.

    Args:
        field: A field of the user model, such as ``"pk"``.
        claim: ``"id"``, ``"name"`` or ``"email"`` of the session's user, or a key of their `extra`.
        create: Whether a missing user is created, with a password that nobody can use.
    """

    def user_of(session: Session) -> Any:  # noqa: ANN401 - the project's own user model
        value = _claimed(session, claim)
        if not isinstance(value, (str, int)) or value == "":
            return None
        model = get_user_model()
        manager = model._default_manager  # noqa: SLF001 - Django documents the name
        if create:
            unusable = {"password": make_password(None)}
            return manager.get_or_create(**{field: value}, defaults=unusable)[0]
        try:
            return manager.get(**{field: value})
        except model.DoesNotExist:
            return None

    return user_of


def by_username(session: Session) -> Any:  # noqa: ANN401 - the project's own user model
    """Find the user whose ``USERNAME_FIELD`` is the session's user id.

    Args:
        session: Who is signed in.
    """
    return by_field(str(get_user_model().USERNAME_FIELD))(session)


def _claimed(session: Session, claim: str) -> Any:  # noqa: ANN401 - extra holds any JSON
    if claim in {"id", "name", "email"}:
        return getattr(session.user, claim)
    return session.user.extra.get(claim)
