"""The command ``nextauth``: ``secret`` prints a fresh one, ``demo`` serves a small site."""

from __future__ import annotations

try:
    from nextauth.cli.commands import app
except ImportError as _error:  # pragma: no cover - the packaging test runs without typer
    message = "the command nextauth needs more packages: pip install 'nextauth[demo]'"
    raise ImportError(message) from _error

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    app()
