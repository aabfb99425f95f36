"""Owns `nextauth serve`: a sign-in server for a system that holds the users, without any code."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
import uvicorn

from nextauth.auth import Auth
from nextauth.cli.greeting import GreetingServer
from nextauth.cli.opening import NotOpenedError, open_directory
from nextauth.config import ForwardAuth, Revocation, SessionOptions, Theme
from nextauth.errors import ConfigurationError
from nextauth.integrations.asgi import AuthApp, AuthMiddleware, Receive, Scope, Send, reader_of
from nextauth.providers import Credentials

__all__ = ["auth_of", "read_settings", "serve", "site_of"]

_KNOWN = frozenset(
    {
        *("base_url", "trusted_proxies", "revalidate_after", "directory", "forward_auth"),
        *("theme", "session"),
    }
)
_TABLES = ("directory", "forward_auth", "theme", "session")


def read_settings(file: Path | None) -> dict[str, Any]:
    """Read the settings of a TOML file.

    Args:
        file: The file; None for no settings.

    Raises:
        NotOpenedError: It cannot be read, does not parse, or has a setting that is unknown.
    """
    if file is None:
        return {}
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{file}: {error}"
        raise NotOpenedError(msg) from None
    unknown = sorted(set(settings) - _KNOWN)
    if unknown:
        msg = f"{file}: {', '.join(unknown)} is unknown; known are {', '.join(sorted(_KNOWN))}"
        raise NotOpenedError(msg)
    for name in _TABLES:
        if not isinstance(settings.get(name, {}), dict):
            msg = f"{file}: {name} is no table; write [{name}]"
            raise NotOpenedError(msg)
    return settings


def auth_of(settings: Mapping[str, Any], environ: Mapping[str, str], *, address: str) -> Auth:
    """Make the `Auth` of settings.

    Args:
        settings: What `read_settings` answered.
        environ: The environment, which has ``AUTH_SECRET``, and ``AUTH_URL`` perhaps.
        address: Where the server listens, which is the site's address if nothing else is said.

    Raises:
        ConfigurationError: A setting is unsafe or impossible.
        NotOpenedError: The directory cannot be opened.
    """
    options = dict(settings.get("directory", {}))
    url = options.pop("url", None)
    if not isinstance(url, str):
        msg = "no directory is named; use --directory, or url under [directory]"
        raise NotOpenedError(msg)
    base_url = settings.get("base_url") or environ.get("AUTH_URL") or address
    secret = environ.get("AUTH_SECRET")
    if not secret and base_url == address:
        secret = secrets.token_urlsafe(48)  # of this machine alone, and for as long as it runs
    directory = open_directory(url, options, environ)
    try:
        return Auth(
            providers=[
                Credentials(directory, revalidate_after=settings.get("revalidate_after", 900))
            ],
            secret=secret,
            base_url=base_url,
            trusted_proxies=settings.get("trusted_proxies", ()),
            trust_host=bool(settings.get("trusted_proxies")),
            theme=Theme(**settings.get("theme", {})),
            session=SessionOptions(**settings.get("session", {})),
            forward_auth=_forwarded(settings.get("forward_auth", {})),
            revocation=Revocation(),
            environ={},
        )
    except TypeError as error:  # a name that the options do not have
        raise NotOpenedError(str(error)) from None


def _forwarded(headers: Mapping[str, Any]) -> ForwardAuth:
    return ForwardAuth(dict(headers)) if headers else ForwardAuth()


def site_of(auth: Auth) -> _Site:
    """Answer the ASGI application of a server."""
    return _Site(auth)


class _Site:
    """The protocol, and at the root of the site a way to it."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth
        self._app = AuthApp(auth)
        self._root = AuthMiddleware(self._greet, auth)
        self._signin = f"{auth.settings.base_path}/signin".encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/":
            await self._root(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _greet(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say who is signed in: sign-in ends here, where there is no site behind it yet."""
        del receive
        session = await reader_of(scope, self._auth).session()
        status, headers, text = 302, [(b"location", self._signin)], b""
        if session is not None:
            out = f"{self._auth.settings.base_path}/signout"
            text = f"Signed in as {session.user.id}. To sign out, open {out}\n".encode()
            status, headers = 200, [(b"content-type", b"text/plain; charset=utf-8")]
        headers += [
            (b"cache-control", b"private, no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        headers.append((b"content-length", b"%d" % len(text)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text})


def serve(settings: Mapping[str, Any], environ: Mapping[str, str], *, host: str, port: int) -> None:
    """Serve until Ctrl-C.

    Args:
        settings: What `read_settings` answered.
        environ: The environment.
        host: The address to listen on.
        port: The port to listen on.

    Raises:
        typer.Exit: A setting is wrong, and the command has said so.
        SystemExit: It cannot listen there, and the command has said so.
    """
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        auth = auth_of(settings, environ, address=address)
    except (ConfigurationError, NotOpenedError) as error:
        typer.echo(f"nextauth serve: {error}", err=True)
        raise typer.Exit(1) from None
    config = uvicorn.Config(
        site_of(auth), host=host, port=port, log_level="warning", proxy_headers=False
    )
    base_url = auth.settings.address.base_url
    greeting = f"nextauth serve: {base_url}{auth.settings.base_path}/signin (at {address})"
    try:
        GreetingServer(config, greeting).run()
    except KeyboardInterrupt:  # uvicorn raises it again when it has shut down
        return
    except SystemExit:
        typer.echo(f"nextauth serve cannot listen at {address}; choose a --port.", err=True)
        raise
