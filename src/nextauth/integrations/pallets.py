"""Owns what Flask and Quart share: how an extension is registered, refusals, links, the commands.

Both make their applications and responses alike, and know nothing of each other here.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import click

from nextauth.auth import Auth
from nextauth.errors import Busy
from nextauth.routes import NONE, REQUIRED, ROUTES
from nextauth.web import Request

__all__ = [
    "UNAUTHORIZED",
    "extension_of",
    "mark_refusal",
    "register",
    "signin_address",
    "signout_address",
]

UNAUTHORIZED = 401
_SECRET_BYTES = 48


def register(app: Any, extension: object, auth: Auth) -> None:  # noqa: ANN401
    """Make an extension known to its application, with its command and its answer to `Busy`.

    Args:
        app: The application.
        extension: Its `AuthExtension`.
        auth: The site's `Auth`.

    Raises:
        RuntimeError: The application has one already.
    """
    if "nextauth" in app.extensions:
        message = "this application has an AuthExtension already; one is enough"
        raise RuntimeError(message)
    app.extensions["nextauth"] = extension
    app.register_error_handler(Busy, lambda _: ("", 503, {"Retry-After": "1"}))
    app.cli.add_command(_commands(auth))


def extension_of(app: Any) -> Any:  # noqa: ANN401
    """Answer an application's `AuthExtension`.

    Args:
        app: The application.

    Raises:
        LookupError: It has none.
    """
    if "nextauth" not in app.extensions:
        message = "this application has no AuthExtension; call AuthExtension(auth).init_app(app)"
        raise LookupError(message)  # a proxy's truth value would swallow a RuntimeError
    return app.extensions["nextauth"]


def mark_refusal(challenge: str, response: Any) -> Any:  # noqa: ANN401
    """Put on a refusal what each must have, whatever the application made of it.

    Args:
        challenge: How a program is to authenticate.
        response: The refusal.
    """
    response.headers["Cache-Control"] = "private, no-store"
    if response.status_code == UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = challenge
    return response


def signin_address(auth: Auth, asked: Request) -> str:
    """Answer where one signs in, and comes back to a request's page.

    Args:
        auth: The site's `Auth`.
        asked: The request.
    """
    return auth.signin_url(asked) or f"{auth.settings.base_path}/signin"


def signout_address(auth: Auth) -> str:
    """Answer where one signs out.

    Args:
        auth: The site's `Auth`.
    """
    settings = auth.settings
    page = settings.pages.sign_out or f"{settings.base_path}/signout"
    return urljoin(str(settings.address.base_url or ""), page)


def _commands(auth: Auth) -> click.Group:
    group = click.Group("nextauth", help="Sign-in: its routes, and fresh secrets.")

    @group.command("routes")
    def show_routes() -> None:
        """List the routes of sign-in."""
        for methods, path in _routes_of(auth):
            click.echo(f"{', '.join(methods):<10} {path}")

    @group.command("secret")
    def show_secret() -> None:
        """Print a fresh secret of 48 random bytes, for AUTH_SECRET."""
        click.echo(urlsafe_b64encode(auth.services.entropy(_SECRET_BYTES)).decode("ascii"))

    return group


def _routes_of(auth: Auth) -> Iterator[tuple[list[str], str]]:
    settings = auth.settings
    for action, route in () if settings.only_reads else ROUTES.items():
        path = f"{settings.base_path}/{action}"
        if route.provider != REQUIRED:
            yield list(route.handlers), path
        for provider in settings.providers.values() if route.provider != NONE else ():
            takes = provider.callback_methods if route.provider == REQUIRED else route.handlers
            yield [method for method in route.handlers if method in takes], f"{path}/{provider.id}"
