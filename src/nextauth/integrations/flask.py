"""Owns how Flask meets the core: an extension, `current_session`, views that need a session."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec

from nextauth.asking import Refusal
from nextauth.auth import Auth
from nextauth.integrations.wsgi import AuthApp, AuthMiddleware, request_of, session_of
from nextauth.models import Session
from nextauth.sessions import Freshness

try:
    from flask import Flask, abort, after_this_request, current_app, redirect, request
    from werkzeug.local import LocalProxy

    from nextauth.integrations.pallets import (
        UNAUTHORIZED,
        extension_of,
        mark_refusal,
        register,
        signin_address,
        signout_address,
    )
except ImportError as _error:  # pragma: no cover - the packaging test runs without Flask
    message = "nextauth.integrations.flask needs Flask: pip install 'nextauth[flask]'"
    raise ImportError(message) from _error

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    class _CurrentSession(Session):
        def __bool__(self) -> bool: ...


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
    that looked at `current_session`, and gives templates ``current_session``, ``signin_url()`` and
    ``signout_url()``. One extension may serve several applications.

    Args:
        auth: The site's `Auth`.
        app: The application; None to call `init_app` later.
    """

    def __init__(self, auth: Auth, app: Flask | None = None) -> None:
        self.auth = auth
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Add routes, cookies, template globals and the command ``flask nextauth``.

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
            app.wsgi_app = _Middleware(app, self.auth)  # type: ignore[method-assign]


class _Middleware(AuthMiddleware):
    def __init__(self, app: Flask, auth: Auth) -> None:
        super().__init__(app.wsgi_app, auth)
        self._routes = _Routes(app, auth)


class _Routes(AuthApp):
    """Serves the routes within the application's context, which `authorize` may need."""

    def __init__(self, app: Flask, auth: Auth) -> None:
        super().__init__(auth)
        self._context = app.request_context

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        context = self._context(environ)
        # They are none of the application's own routes: to look for them there costs as much as to
        # answer. `url_for` works all the same.
        adapter, context.url_adapter = context.url_adapter, None
        with context:
            context.url_adapter = adapter
            return super().__call__(environ, start_response)


def _find_session() -> Session | None:
    return session_of(request.environ, _auth())


current_session: _CurrentSession = LocalProxy(_find_session)  # type: ignore[assignment]
"""Who is signed in at this request; false if nobody is. The session is opened once a request.

It is a proxy, and so never ``is None`` (its type says the same): write ``if current_session``.
"""


def session_required(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let a view run for signed-in people only; it stands below ``@app.route``.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401, which
    ``@app.errorhandler(401)`` may dress.

    Args:
        view: The view function, ``def`` or ``async def``.
    """
    return _guard(view, None)


def require_fresh(
    *, max_age: int, methods: Sequence[str] = ()
) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Let a view run for people only who proved lately who they are: below ``@app.route``.

    A browser that navigates is sent to sign in again, as the same person, and comes back; a program
    gets 401 with the challenge of RFC 9470.

    Args:
        max_age: Seconds that the sign-in may be old.
        methods: Proofs of which one must have been given (RFC 8176, 2); none: any.

    Returns:
        A decorator for a view function, ``def`` or ``async def``.
    """
    freshness = Freshness(max_age, tuple(methods))
    return lambda view: _guard(view, freshness)


def _guard(view: Callable[P, Any], freshness: Freshness | None) -> Callable[P, Any]:
    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - whatever views return
        auth = _auth()
        session = session_of(request.environ, auth)
        if session is None or freshness is not None:
            refusal = auth.refusal_sync(request_of(request.environ), session, freshness)
            if refusal is not None:
                return _refuse(refusal)
        return current_app.ensure_sync(view)(*args, **kwargs)

    return guarded


def _refuse(refusal: Refusal) -> Any:  # noqa: ANN401 - a response, or an exception
    after_this_request(functools.partial(mark_refusal, refusal.challenge))
    return abort(UNAUTHORIZED, refusal.detail) if refusal.url is None else redirect(refusal.url)


def signin_url() -> str:
    """Answer where one signs in, and comes back to this page."""
    return signin_address(_auth(), request_of(request.environ))


def signout_url() -> str:
    """Answer where one signs out."""
    return signout_address(_auth())


def _auth() -> Auth:
    extension: AuthExtension = extension_of(current_app)
    return extension.auth
