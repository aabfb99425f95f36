"""Owns the store in a SQL database, for any number of processes: ``'nextauth[sqlalchemy]'``."""

from __future__ import annotations

try:
    from nextauth.stores.backends.sqlalchemy.store import SQLAlchemyStore
    from nextauth.stores.backends.sqlalchemy.tables import metadata
except ImportError as _error:  # pragma: no cover - the packaging test runs without SQLAlchemy
    message = (
        "nextauth.stores.backends.sqlalchemy needs SQLAlchemy: pip install 'nextauth[sqlalchemy]'"
    )
    raise ImportError(message) from _error

__all__ = ["SQLAlchemyStore", "metadata"]
