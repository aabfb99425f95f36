"""RADIUS as a directory: names and passwords by PAP (RFC 2865), and a second step where it asks.

Every answer has to be signed with a Message-Authenticator: without one, whoever sits between us and
the server can turn a refusal into a sign-in (Blast-RADIUS, CVE-2024-3596).
"""

from __future__ import annotations

try:
    import pyrad as _pyrad  # type: ignore[import-untyped]  # noqa: F401 - only to say what is missing
except ImportError as _error:  # pragma: no cover - the tests run with pyrad
    _message = "nextauth.directories.radius needs pyrad: pip install 'nextauth[radius]'"
    raise ImportError(_message) from _error

from nextauth.directories.radius.directory import RadiusDirectory
from nextauth.directories.radius.factor import RadiusFactor
from nextauth.directories.radius.server import RadiusServer

__all__ = ["RadiusDirectory", "RadiusFactor", "RadiusServer"]
