"""Owns the commands and their options; what a command does is loaded when it is run."""

from __future__ import annotations

import os
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
def doctor(
    where: Annotated[
        str,
        typer.Argument(
            metavar="MODULE:AUTH",
            help="Where in your application its Auth is, such as site.main:auth.",
        ),
    ],
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]", help="The running site's address, such as https://example.com."
        ),
    ] = None,
    *,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many processes serve the site, on all machines together. Without it, "
            "variables such as WEB_CONCURRENCY are read.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Look for what is wrong with a configuration, and with the running site if its URL is given.

    It signs nobody in, sends no secret, and sends a dozen requests to that URL alone. The exit
    status is 1 if there is an error, 2 if the command was used wrongly, else 0.
    """
    from nextauth.cli.doctor import command  # noqa: PLC0415 - the other commands need none of it

    command.doctor(where, url, workers=workers, as_json=as_json)


@app.command()
def inspect(
    auth: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:AUTH",
            help="Where in your application its Auth is: its secrets, cookie names and clock.",
        ),
    ] = None,
    secret_file: Annotated[
        Path | None,
        typer.Option(help="A file with the secret; several on lines of their own, newest first."),
    ] = None,
    cookie: Annotated[
        str | None, typer.Option(help="The session cookie's name, if it is not a usual one.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Also write the values of the claims.")
    ] = False,
) -> None:
    """Read a session cookie, or a token, from stdin, and say what it is or why it fails.

    The secret comes from AUTH_SECRET or NEXTAUTH_SECRET, a file or your Auth; never from an
    argument, which a shell would remember. Exit status: 0 a good session, 1 none, 2 not asked
    rightly.
    """
    from nextauth.cli.inspecting import command  # noqa: PLC0415 - the other commands need none

    command.inspect(auth, secret_file, cookie, as_json=as_json, show=show)


@app.command()
def secret() -> None:
    """Print a fresh secret of 48 random bytes, for AUTH_SECRET."""
    typer.echo(secrets.token_urlsafe(48))


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "localhost",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 3000,
    database: Annotated[
        Path | None, typer.Option(help="The demo's user database; made if it is not there.")
    ] = None,
    directory: Annotated[
        str | None, typer.Option(help="Read the users by a directory: sqlite or htpasswd.")
    ] = None,
) -> None:
    """Serve a small site with a public and a protected page."""
    try:
        from nextauth.cli.demo import serve  # noqa: PLC0415 - the other commands need none of it
    except ImportError as error:
        message = f"nextauth demo: {error}. It needs more: pip install 'nextauth[demo]'"
        typer.echo(message, err=True)
        raise typer.Exit(1) from None

    if directory not in (None, "", "sqlite", "htpasswd"):
        typer.echo(f"nextauth demo: --directory {directory}: use sqlite or htpasswd", err=True)
        raise typer.Exit(1)
    serve(
        host=host,
        port=port,
        database=database or Path(typer.get_app_dir("nextauth")) / "demo.db",
        directory=directory or None,
    )


@app.command("serve")
def serve_directory(
    directory: Annotated[
        str | None,
        typer.Option(
            help="Where the users are: ldaps://…, postgresql://…, htpasswd:FILE, https://…"
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A TOML file with more settings.", exists=True)
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="The site's public address, such as https://example.com.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Serve a sign-in page, and forward auth, for a system that holds the users."""
    try:
        from nextauth.cli import serving  # noqa: PLC0415 - the other commands need none of it
    except ImportError as error:
        message = f"nextauth serve: {error}. It needs more: pip install 'nextauth[serve]'"
        typer.echo(message, err=True)
        raise typer.Exit(1) from None

    try:
        settings = serving.read_settings(config)
    except ValueError as error:
        typer.echo(f"nextauth serve: {error}", err=True)
        raise typer.Exit(1) from None
    if directory is not None:
        settings["directory"] = {**settings.get("directory", {}), "url": directory}
    if base_url is not None:
        settings["base_url"] = base_url
    serving.serve(settings, os.environ, host=host, port=port)
