"""Owns what a Litestar connection tells: the site's `Auth`, the session, the path asked for."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import unquote_to_bytes

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import ServiceUnavailableException as UnavailableException
from litestar.types import Scope

from nextauth.auth import Auth
from nextauth.errors import Busy
from nextauth.integrations.asgi import reader_of
from nextauth.models import Session

__all__ = ["Connection", "auth_of", "current_session", "keep_auth", "read_session", "whole_scope"]

Connection = ASGIConnection[Any, Any, Any, Any]

_KEY = "nextauth"


def keep_auth(state: State, auth: Auth) -> None:
    """Make the site's `Auth` known to the application.

    Args:
        state: The application's state.
        auth: The site's `Auth`.
    """
    state[_KEY] = auth


def auth_of(connection: Connection) -> Auth:
    """Answer the site's `Auth`.

    Args:
        connection: A connection of the application.

    Raises:
        LookupError: The application has no `AuthPlugin`.
    """
    auth = connection.app.state.get(_KEY)
    if isinstance(auth, Auth):
        return auth
    message = "this application has no AuthPlugin; write Litestar(plugins=[AuthPlugin(auth)])"
    raise LookupError(message)


async def current_session(connection: Connection) -> Session | None:
    """Answer who is signed in, or None; the session is opened once a connection.

    It is what the dependency ``session`` gives, for guards, middleware and hooks.

    Args:
        connection: The request, or the websocket, of an application with `AuthPlugin`.

    Raises:
        ServiceUnavailableException: A plain ``def`` callback found no worker.
    """
    return await read_session(connection.scope, auth_of(connection))


async def read_session(scope: Scope, auth: Auth) -> Session | None:
    """Answer who is signed in, or None.

    Args:
        scope: The connection's scope.
        auth: The site's `Auth`.

    Raises:
        ServiceUnavailableException: A plain ``def`` callback found no worker.
    """
    try:
        return await reader_of(cast("dict[str, Any]", scope), auth).session()
    except Busy as error:
        raise UnavailableException(detail="Busy", headers={"Retry-After": "1"}) from error


def whole_scope(scope: Scope) -> dict[str, Any]:
    """Answer the scope with the path as the browser sent it: Litestar's router shortens it.

    Args:
        scope: The connection's scope.
    """
    raw = scope.get("raw_path")
    if raw:
        path = unquote_to_bytes(raw.partition(b"?")[0]).decode("utf-8", "replace")
    else:
        path = scope.get("root_path", "") + scope["path"]
    return {**scope, "path": path}
