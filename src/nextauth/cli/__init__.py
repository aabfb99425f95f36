"""The command ``nextauth``: a fresh secret, a small site to look at, the tables of a store."""

from __future__ import annotations

try:
    from nextauth.cli.commands import app
except ImportError as _error:  # pragma: no cover - the packaging test runs without typer
    message = "the command nextauth needs more packages: pip install 'nextauth[cli]'"
    raise ImportError(message) from _error

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    app()
