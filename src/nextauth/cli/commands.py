"""Owns the commands and their options."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from nextauth.cli import db

__all__ = ["app"]

app: typer.Typer = typer.Typer(
    name="nextauth",
    help="Sign-in for any Python web application.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(db.app, name="db")


@app.command()
def secret() -> None:
    """Print a fresh secret of 48 random bytes, for AUTH_SECRET."""
    typer.echo(secrets.token_urlsafe(48))


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "localhost",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 3000,
    database: Annotated[
        Path | None, typer.Option(help="The demo's user database; made if it is not there.")
    ] = None,
) -> None:
    """Serve a small site with a public and a protected page."""
    try:
        from nextauth.cli.demo import serve  # noqa: PLC0415 - the other commands need none of it
    except ImportError as error:
        message = f"nextauth demo: {error}. It needs more: pip install 'nextauth[demo]'"
        typer.echo(message, err=True)
        raise typer.Exit(1) from None

    serve(
        host=host, port=port, database=database or Path(typer.get_app_dir("nextauth")) / "demo.db"
    )
