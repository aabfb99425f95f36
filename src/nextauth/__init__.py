"""nextauth: NextAuth.js for Python. Sign-in for any web application, against your own users."""

from typing import TYPE_CHECKING

from nextauth.auth import Auth
from nextauth.callbacks import (
    Callbacks,
    JWTParams,
    RedirectParams,
    SessionParams,
    SignInParams,
)
from nextauth.config import (
    Accept,
    CookieOptions,
    ForwardAuth,
    Pages,
    Revocation,
    SessionOptions,
    Theme,
    TimePadding,
)
from nextauth.errors import (
    AccessDenied,
    ConfigurationError,
    CredentialsSignin,
    NextauthDeprecationWarning,
    NextauthError,
)
from nextauth.models import Account, Challenge, Session, SubmittedCredentials, User, Verified
from nextauth.providers import Credentials, FormField
from nextauth.stores import Limit
from nextauth.throttle import Throttle
from nextauth.web import Request, Response

if TYPE_CHECKING:
    from nextauth.factors import SecondFactor
    from nextauth.pages import Texts

__version__ = "0.1.0"

__all__ = [
    "Accept",
    "AccessDenied",
    "Account",
    "Auth",
    "Callbacks",
    "Challenge",
    "ConfigurationError",
    "CookieOptions",
    "Credentials",
    "CredentialsSignin",
    "FormField",
    "ForwardAuth",
    "JWTParams",
    "Limit",
    "NextauthDeprecationWarning",
    "NextauthError",
    "Pages",
    "RedirectParams",
    "Request",
    "Response",
    "Revocation",
    "SecondFactor",
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
    """Load what many sites do without when it is asked for (PEP 562): pages, second factors."""
    if name == "SecondFactor":
        from nextauth.factors import SecondFactor  # noqa: PLC0415

        return SecondFactor
    if name == "Texts":
        from nextauth.pages import Texts  # noqa: PLC0415

        return Texts
    message = f"module 'nextauth' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List what can be asked for, too."""
    return sorted({*globals(), *__all__})
