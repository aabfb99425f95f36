"""Owns how Litestar meets the core: a plugin, the dependency ``session``, and a guard."""

from __future__ import annotations

from copy import copy
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from nextauth.auth import Auth
from nextauth.errors import Busy
from nextauth.integrations.asgi import (
    AuthApp,
    AuthMiddleware,
    WorkerRuntime,
    reader_of,
    request_of,
    wants_page,
)
from nextauth.models import Session

try:
    from litestar.config.app import AppConfig
    from litestar.config.csrf import CSRFConfig
    from litestar.connection import ASGIConnection
    from litestar.di import Provide
    from litestar.enums import HttpMethod, ScopeType
    from litestar.exceptions import HTTPException, NotAuthorizedException
    from litestar.exceptions import ServiceUnavailableException as UnavailableException
    from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
    from litestar.middleware import DefineMiddleware
    from litestar.openapi.config import OpenAPIConfig
    from litestar.openapi.spec import Components, SecurityScheme
    from litestar.plugins import InitPlugin, ReceiveRoutePlugin
    from litestar.routes import BaseRoute, HTTPRoute
    from litestar.types import ASGIApp, Message, Receive, Scope, Send
except ImportError as _error:  # pragma: no cover - the packaging test runs without Litestar
    message = "nextauth.integrations.litestar needs Litestar: pip install 'nextauth[litestar]'"
    raise ImportError(message) from _error

__all__ = ["AuthPlugin", "current_session", "requires_session"]

_SCHEME_NAME = "Session"

Connection = ASGIConnection[Any, Any, Any, Any]


class AuthPlugin(InitPlugin, ReceiveRoutePlugin):
    """Adds sign-in to an application: ``Litestar(plugins=[AuthPlugin(auth)])``.

    It serves the protocol's routes, provides the dependency ``session`` (a `Session` or None),
    rolls the session's cookie on with every response of a handler that asked for it, and tells
    OpenAPI which handlers `requires_session` guards.

    Args:
        auth: The site's `Auth`.
        root_path: The prefix that a server or an outer application mounts this one under, as ASGI
            calls it: `Auth`'s ``base_path`` starts with it, and Litestar's router does not see it.
        runtime: Where plain ``def`` functions run; by default workers that the process shares.
    """

    def __init__(
        self, auth: Auth, *, root_path: str = "", runtime: WorkerRuntime | None = None
    ) -> None:
        self.auth = auth
        self._root_path = root_path
        self._runtime = runtime

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Add routes, middleware, dependency and security scheme."""
        if not self.auth.settings.only_reads:
            prefix = self._root_path.rstrip("/") + (app_config.path or "").rstrip("/")
            path = self.auth.settings.base_path.removeprefix(prefix)
            routes = AuthApp(self.auth, runtime=self._runtime)
            app_config.route_handlers.append(_handler(routes, path, app_config.csrf_config))
            # First is outermost: Litestar's response cache is within, and does not see the cookie.
            around = DefineMiddleware(_middleware, auth=self.auth, runtime=self._runtime)
            app_config.middleware.insert(0, around)
        app_config.dependencies.setdefault("session", Provide(self._provide_session))
        if app_config.openapi_config is not None:
            app_config.openapi_config = _with_scheme(app_config.openapi_config, self.auth)
        return app_config

    def receive_route(self, route: BaseRoute) -> None:
        """Tell OpenAPI which handlers are guarded."""
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if requires_session in handler.resolve_guards():
                    handler.security = [*(handler.security or ()), {_SCHEME_NAME: []}]

    async def _provide_session(self, scope: Scope) -> Session | None:
        return await _read(scope, self.auth)


async def current_session(connection: Connection) -> Session | None:
    """Answer who is signed in, or None; the session is opened once a connection.

    It is what the dependency ``session`` gives, for guards, middleware and hooks.

    Args:
        connection: The request, or the websocket, of an application with `AuthPlugin`.

    Raises:
        ServiceUnavailableException: A plain ``def`` callback found no worker.
    """
    return await _read(connection.scope, _auth_of(connection))


async def requires_session(connection: Connection, _: BaseRouteHandler) -> None:
    """Let signed-in people in only: a guard, ``@get(guards=[requires_session])``.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401.

    Raises:
        NotAuthorizedException: Nobody is signed in; a page gets HTTPException, 302.
        ServiceUnavailableException: A plain ``def`` callback found no worker.
    """
    auth = _auth_of(connection)
    asked = request_of(_whole(connection.scope))
    # A guard of the whole application also stands before the sign-in page.
    if auth.covers(asked.path) or await _read(connection.scope, auth) is not None:
        return
    headers = {"Cache-Control": "private, no-store"}
    is_page = connection.scope["type"] == ScopeType.HTTP and wants_page(asked)
    url = auth.signin_url(asked) if is_page else None
    if url is not None:
        headers["Location"] = url
        raise HTTPException(status_code=302, detail="Sign in first", headers=headers)
    headers["WWW-Authenticate"] = auth.challenge(asked)
    raise NotAuthorizedException(detail="Not signed in", headers=headers)


def _auth_of(connection: Connection) -> Auth:
    return connection.app.plugins.get(AuthPlugin).auth


async def _read(scope: Scope, auth: Auth) -> Session | None:
    try:
        return await reader_of(cast("dict[str, Any]", scope), auth).session()
    except Busy as error:
        raise UnavailableException(detail="Busy", headers={"Retry-After": "1"}) from error


def _whole(scope: Scope) -> dict[str, Any]:
    """Answer the scope with the path as the browser sent it: Litestar's router shortens it."""
    raw = scope.get("raw_path")
    if raw:
        path = unquote_to_bytes(raw.partition(b"?")[0]).decode("utf-8", "replace")
    else:
        path = scope.get("root_path", "") + scope["path"]
    return {**scope, "path": path}


def _handler(app: AuthApp, path: str, csrf: CSRFConfig | None) -> HTTPRouteHandler:
    """Answer what makes Litestar's router know our paths; `AuthMiddleware` mostly serves them.

    It does not where the application itself is mounted under a prefix. No ``asgi`` handler: a
    mount takes paths that begin alike, such as ``/api/authors``, and one with a parameter fails.
    """

    async def whole_app(scope: Scope, receive: Receive, send: Send) -> None:
        await app(_whole(scope), receive, send)  # type: ignore[arg-type]

    async def serve() -> ASGIApp:
        return whole_app

    return HTTPRouteHandler(
        [path, f"{path}/{{path:path}}"],
        http_method=[method for method in HttpMethod if method != HttpMethod.OPTIONS],
        name="nextauth",
        include_in_schema=False,
        opt={csrf.exclude_from_csrf_key: True} if csrf else None,  # we guard our own forms
    )(serve)


def _middleware(app: ASGIApp, auth: Auth, runtime: WorkerRuntime | None) -> ASGIApp:
    async def with_own_messages(scope: Scope, receive: Receive, send: Send) -> None:
        # Litestar's response cache keeps the very messages that it sends: without a copy, the
        # cookie that is added to one would be given to everybody after.
        async def send_copy(event: Message) -> None:
            await send(cast("Message", {**event}))

        await app(scope, receive, send_copy)

    return cast("ASGIApp", AuthMiddleware(cast("Any", with_own_messages), auth, runtime=runtime))


def _with_scheme(config: OpenAPIConfig, auth: Auth) -> OpenAPIConfig:
    settings = auth.settings
    base = settings.address.base_url
    plan = settings.secure if base is not None and base.is_secure else settings.insecure
    told = f"The session cookie that {settings.base_path}/signin sets."
    scheme = SecurityScheme("apiKey", told, plan.session, "cookie")
    if settings.session.accept_bearer:
        # The browser adds the cookie by itself; the token is what a reader must type in.
        told = "The value of the session cookie."
        scheme = SecurityScheme("http", told, scheme="bearer", bearer_format="JWE")
    others = config.components if isinstance(config.components, list) else [config.components]
    config = copy(config)
    config.components = [*others, Components(security_schemes={_SCHEME_NAME: scheme})]
    return config
