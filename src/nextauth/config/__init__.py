"""Configuration: frozen options, and all their checks once, at construction."""

from nextauth.config.acceptance import Accept
from nextauth.config.options import (
    CookieOptions,
    ForwardAuth,
    Pages,
    Revocation,
    SessionOptions,
    Theme,
    TimePadding,
)
from nextauth.config.settings import CookiePlan, Settings, settle

__all__ = [
    "Accept",
    "CookieOptions",
    "CookiePlan",
    "ForwardAuth",
    "Pages",
    "Revocation",
    "SessionOptions",
    "Settings",
    "Theme",
    "TimePadding",
    "settle",
]
