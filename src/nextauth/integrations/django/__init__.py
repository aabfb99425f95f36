"""Owns how Django meets the core: an application, a middleware, views, and users by mapping."""

try:
    import django as _django  # noqa: F401 - the extra is named here, once for the whole package
except ImportError as _error:  # pragma: no cover - the packaging test runs without Django
    message = "nextauth.integrations.django needs Django: pip install 'nextauth[django]'"
    raise ImportError(message) from _error

from nextauth.integrations.django.decorators import require_fresh, session_required
from nextauth.integrations.django.middleware import AuthSessionMiddleware
from nextauth.integrations.django.reader import acurrent_session, current_session
from nextauth.integrations.django.users import by_field, by_username
from nextauth.integrations.django.views import login

__all__ = [
    "AuthSessionMiddleware",
    "acurrent_session",
    "by_field",
    "by_username",
    "current_session",
    "login",
    "require_fresh",
    "session_required",
]
