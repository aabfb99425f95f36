"""Configuration: frozen options, and all their checks once, at construction."""

from nextauth.config.options import CookieOptions, Pages, SessionOptions, Theme
from nextauth.config.settings import CookiePlan, Settings, settle

__all__ = [
    "CookieOptions",
    "CookiePlan",
    "Pages",
    "SessionOptions",
    "Settings",
    "Theme",
    "settle",
]
