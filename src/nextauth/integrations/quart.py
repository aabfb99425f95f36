"""Owns how Quart meets the core: an extension, `current_session`, views that need a session."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ParamSpec, cast

from nextauth.asking import Refusal
from nextauth.auth import Auth
from nextauth.integrations.asgi import (
    AuthApp,
    AuthMiddleware,
    Receive,
    Scope,
    Send,
    WorkerRuntime,
    reader_of,
    request_of,
)
from nextauth.integrations.workers import WORKERS
from nextauth.models import Session
from nextauth.sessions import Freshness

try:
    import quart

    from nextauth.integrations.pallets import (
        UNAUTHORIZED,
        extension_of,
        mark_refusal,
        register,
        signin_address,
        signout_address,
    )
except ImportError as _error:  # pragma: no cover - the packaging test runs without Quart
    message = "nextauth.integrations.quart needs Quart: pip install 'nextauth[quart]'"
    raise ImportError(message) from _error

__all__ = [
    "AuthExtension",
    "current_session",
    "require_fresh",
    "session_required",
    "signin_url",
    "signout_url",
]

P = ParamSpec("P")


class AuthExtension:
    """Adds sign-in to an application: ``AuthExtension(auth, app)``, or `init_app` later.

    It serves the protocol's routes, rolls the session's cookie on with every response of a view
    that awaited `current_session`, and gives templates ``current_session()``, ``signin_url()`` and
    ``signout_url()``. One extension may serve several applications.

    Args:
        auth: The site's `Auth`.
        app: The application; None to call `init_app` later.
        runtime: Where plain ``def`` callbacks run; by default workers that the process shares.
    """

    def __init__(
        self, auth: Auth, app: quart.Quart | None = None, *, runtime: WorkerRuntime | None = None
    ) -> None:
        self.auth = auth
        self.runtime = runtime
        if app is not None:
            self.init_app(app)

    def init_app(self, app: quart.Quart) -> None:
        """Add routes, cookies, template globals and the command ``quart nextauth``.

        Args:
            app: The application.

        Raises:
            RuntimeError: The application has an `AuthExtension` already.
        """
        register(app, self, self.auth)
        app.jinja_env.globals.update(
            current_session=current_session, signin_url=signin_url, signout_url=signout_url
        )
        if not self.auth.settings.only_reads:
            # Around the application and not among its views: its `before_request` functions, such
            # as a CSRF check or a demand to sign in, are not for the pages that sign people in.
            app.asgi_app = cast("Any", _Middleware(app, self))  # type: ignore[method-assign]


class _Middleware(AuthMiddleware):
    def __init__(self, app: quart.Quart, extension: AuthExtension) -> None:
        inner = cast("Callable[[Scope, Receive, Send], Awaitable[None]]", app.asgi_app)
        super().__init__(inner, extension.auth, runtime=extension.runtime)
        self._routes = _Routes(app, extension)


class _Routes(AuthApp):
    """Serves the routes within the application's context, which `authorize` may need."""

    def __init__(self, app: quart.Quart, extension: AuthExtension) -> None:
        super().__init__(extension.auth, runtime=extension.runtime)
        self._context = app.app_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._context():
            await super().__call__(scope, receive, send)


async def current_session() -> Session | None:
    """Answer who is signed in at this request or websocket, or None; opened once.

    Raises:
        Busy: A plain ``def`` callback found no worker; the extension answers 503.
    """
    extension = _extension()
    runtime = extension.runtime or WORKERS
    return await reader_of(_scope(), extension.auth, runtime=runtime).session()


def session_required(view: Callable[P, Any]) -> Callable[P, Awaitable[Any]]:
    """Let a view run for signed-in people only; it stands below ``@app.route``.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401, which
    ``@app.errorhandler(401)`` may dress. A websocket is refused.

    Args:
        view: The view function, ``def`` or ``async def``.
    """
    return _guard(view, None)


def require_fresh(
    *, max_age: int, methods: Sequence[str] = ()
) -> Callable[[Callable[P, Any]], Callable[P, Awaitable[Any]]]:
    """Let a view run for people only who proved lately who they are: below ``@app.route``.

    A browser that navigates is sent to sign in again, as the same person, and comes back; a program
    gets 401 with the challenge of RFC 9470. A websocket is refused.

    Args:
        max_age: Seconds that the sign-in may be old.
        methods: Proofs of which one must have been given (RFC 8176, 2); none: any.

    Returns:
        A decorator for a view function, ``def`` or ``async def``.
    """
    freshness = Freshness(max_age, tuple(methods))
    return lambda view: _guard(view, freshness)


def _guard(view: Callable[P, Any], freshness: Freshness | None) -> Callable[P, Awaitable[Any]]:
    @functools.wraps(view)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - what views return
        auth, session = _extension().auth, await current_session()
        if session is None or freshness is not None:
            refusal = await auth.refusal(request_of(_scope()), session, freshness)
            if refusal is not None:
                return _refuse(refusal)
        return await quart.current_app.ensure_async(view)(*args, **kwargs)

    return guarded


def _refuse(refusal: Refusal) -> Any:  # noqa: ANN401 - a response, or an exception
    if quart.has_websocket_context():
        return quart.abort(UNAUTHORIZED, refusal.detail)
    quart.after_this_request(functools.partial(mark_refusal, refusal.challenge))
    if refusal.url is None:
        return quart.abort(UNAUTHORIZED, refusal.detail)
    return quart.redirect(refusal.url)


def signin_url() -> str:
    """Answer where one signs in, and comes back to this page."""
    return signin_address(_extension().auth, request_of(_scope()))


def signout_url() -> str:
    """Answer where one signs out."""
    return signout_address(_extension().auth)


def _extension() -> AuthExtension:
    return cast("AuthExtension", extension_of(quart.current_app))


def _scope() -> Scope:
    return cast(
        "Scope", (quart.websocket if quart.has_websocket_context() else quart.request).scope
    )
