"""How Litestar meets the core: a plugin, the dependency ``session``, and guards."""

from __future__ import annotations

try:
    import litestar as _  # noqa: F401 - only to say which extra is missing
except ImportError as _error:  # pragma: no cover - the packaging test runs without Litestar
    message = "nextauth.integrations.litestar needs Litestar: pip install 'nextauth[litestar]'"
    raise ImportError(message) from _error

from nextauth.integrations.litestar.connection import current_session
from nextauth.integrations.litestar.guards import requires_fresh, requires_session
from nextauth.integrations.litestar.plugin import AuthPlugin

__all__ = ["AuthPlugin", "current_session", "requires_fresh", "requires_session"]
