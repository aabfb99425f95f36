"""A login endpoint that exists already, asked over HTTP: ``pip install 'nextauth[http]'``."""

from __future__ import annotations

try:
    import httpx2 as _httpx2  # noqa: F401 - whoever lacks it is told so here
except ImportError as _error:  # pragma: no cover - the packaging test runs without it
    message = "nextauth.directories.http needs httpx2: pip install 'nextauth[http]'"
    raise ImportError(message) from _error

from nextauth.directories.http.directory import HttpDirectory
from nextauth.directories.http.paths import JsonPath
from nextauth.directories.http.standing import AccountStatus
from nextauth.directories.http.tokens import Tokens
from nextauth.directories.http.verdicts import HasCookie, RedirectTo, Status

__all__ = [
    "AccountStatus",
    "HasCookie",
    "HttpDirectory",
    "JsonPath",
    "RedirectTo",
    "Status",
    "Tokens",
]
