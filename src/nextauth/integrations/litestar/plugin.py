"""Owns the plugin that adds sign-in to a Litestar application."""

from __future__ import annotations

from typing import Any, cast

from litestar.config.app import AppConfig
from litestar.config.csrf import CSRFConfig
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.plugins import InitPlugin, ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from nextauth.auth import Auth
from nextauth.integrations.asgi import AuthApp, AuthMiddleware, WorkerRuntime
from nextauth.integrations.litestar.connection import keep_auth, read_session, whole_scope
from nextauth.integrations.litestar.guards import SignInRoutes, has_guard
from nextauth.integrations.litestar.openapi import SCHEME_NAME, with_scheme
from nextauth.models import Session

__all__ = ["AuthPlugin"]


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
        keep_auth(app_config.state, self.auth)
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
            app_config.openapi_config = with_scheme(app_config.openapi_config, self.auth)
        return app_config

    def receive_route(self, route: BaseRoute) -> None:
        """Tell OpenAPI which handlers are guarded."""
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if has_guard(handler.resolve_guards()):
                    handler.security = [*(handler.security or ()), {SCHEME_NAME: []}]

    async def _provide_session(self, scope: Scope) -> Session | None:
        return await read_session(scope, self.auth)


def _handler(app: AuthApp, path: str, csrf: CSRFConfig | None) -> HTTPRouteHandler:
    """Answer what makes Litestar's router know our paths; `AuthMiddleware` mostly serves them.

    It does not where the application itself is mounted under a prefix. No ``asgi`` handler: a
    mount takes paths that begin alike, such as ``/api/authors``, and one with a parameter fails.
    """

    async def whole_app(scope: Scope, receive: Receive, send: Send) -> None:
        await app(whole_scope(scope), receive, send)  # type: ignore[arg-type]

    async def serve() -> ASGIApp:
        return whole_app

    return SignInRoutes(
        [path, f"{path}/{{path:path}}"],
        http_method=[method for method in HttpMethod if method != HttpMethod.OPTIONS],
        name="nextauth",
        include_in_schema=False,
        opt={csrf.exclude_from_csrf_key: True} if csrf else None,  # we guard our own forms
    )(serve)


def _middleware(app: ASGIApp, auth: Auth, runtime: WorkerRuntime | None) -> ASGIApp:
    return cast("ASGIApp", AuthMiddleware(cast("Any", app), auth, runtime=runtime))
