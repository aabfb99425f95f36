"""Configuration: frozen options, and all their checks once, at construction."""

from nextauth.config.options import (
    CookieOptions,
    Pages,
    Revocation,
    SessionOptions,
    Theme,
    TimePadding,
)
from nextauth.config.settings import CookiePlan, Settings, settle

__all__ = [
    "CookieOptions",
    "CookiePlan",
    "Pages",
    "Revocation",
    "SessionOptions",
    "Settings",
    "Theme",
    "TimePadding",
    "settle",
]
