"""nextauth: NextAuth.js for Python. Sign-in for any web application, against your own users."""

import logging
from typing import TYPE_CHECKING

from nextauth.auth import Auth
from nextauth.callbacks import (
    Callbacks,
    JWTParams,
    RedirectParams,
    SessionParams,
    SignInParams,
)
from nextauth.config import CookieOptions, Pages, Revocation, SessionOptions, Theme, TimePadding
from nextauth.errors import (
    AccessDenied,
    ConfigurationError,
    CredentialsSignin,
    NextauthDeprecationWarning,
    NextauthError,
)
from nextauth.models import Account, Session, SubmittedCredentials, User, Verified
from nextauth.providers import Credentials, FormField
from nextauth.stores import Limit
from nextauth.throttle import Throttle
from nextauth.web import Request, Response

if TYPE_CHECKING:
    from nextauth.pages import Texts

__version__ = "0.1.0"

__all__ = [
    "AccessDenied",
    "Account",
    "Auth",
    "Callbacks",
    "ConfigurationError",
    "CookieOptions",
    "Credentials",
    "CredentialsSignin",
    "FormField",
    "JWTParams",
    "Limit",
    "NextauthDeprecationWarning",
    "NextauthError",
    "Pages",
    "RedirectParams",
    "Request",
    "Response",
    "Revocation",
    "Session",
    "SessionOptions",
    "SessionParams",
    "SignInParams",
    "SubmittedCredentials",
    "Texts",
    "Theme",
    "Throttle",
    "TimePadding",
    "User",
    "Verified",
    "__version__",
]


def __getattr__(name: str) -> object:
    """Load the pages' texts when they are asked for (PEP 562): a server may never show a page."""
    if name == "Texts":
        from nextauth.pages import Texts  # noqa: PLC0415

        return Texts
    message = f"module 'nextauth' has no attribute {name!r}"
    raise AttributeError(message)


logging.getLogger("nextauth").addHandler(logging.NullHandler())
