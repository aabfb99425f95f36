"""The arguments of a configuration that is fine, of which a test changes some."""

from typing import Any

from nextauth.callbacks import Callbacks
from nextauth.config import CookieOptions, Pages, SessionOptions, Settings, Theme, settle
from nextauth.providers import Credentials
from nextauth.throttle import STANDARD

SECRET = "k3Jx9QmZ7vT2bLw8RfYc5NhPd4GsUa6E"
DAY = 24 * 60 * 60
NOW = 1_800_000_000.0


def nobody(_credentials: object) -> None:
    return None


def settle_with(**changed: Any) -> Settings:  # noqa: ANN401 - wrong ones too
    arguments: dict[str, Any] = {
        "providers": [Credentials(nobody, account="email")],
        "secrets": [SECRET],
        "base_url": None,
        "trust_host": False,
        "trusted_proxies": (),
        "trusted_origins": (),
        "base_path": "/api/auth",
        "callbacks": Callbacks(),
        "sinks": (),
        "pages": Pages(),
        "theme": Theme(),
        "session": SessionOptions(),
        "cookies": CookieOptions(),
        "dialect": "authjs",
        "revocation": None,
        "throttle": STANDARD,
        "padding": None,
        "second_factor": None,
        "forward_auth": None,
        "accept": (),
        "now": NOW,
    }
    return settle(**{**arguments, **changed})


def make_credentials(**members: Any) -> Credentials:  # noqa: ANN401
    return Credentials(**{"authorize": nobody, "account": nobody, **members})
