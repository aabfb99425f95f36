"""Owns how FastAPI meets the core: a router, and dependencies that answer the session."""

from __future__ import annotations

from dataclasses import dataclass, field

from nextauth.asking import Refusal
from nextauth.auth import Auth
from nextauth.errors import Busy
from nextauth.integrations.asgi import (
    AuthApp,
    AuthMiddleware,
    reader_of,
    refreshed_headers,
    request_of,
)
from nextauth.models import Session
from nextauth.sessions import Freshness
from nextauth.sessions.bearer import is_read, token_source

try:
    from fastapi import APIRouter, HTTPException
    from fastapi import Response as FastAPIResponse
    from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
    from fastapi.openapi.models import SecurityBase as SecurityScheme
    from fastapi.requests import HTTPConnection
    from fastapi.security.base import SecurityBase
    from starlette.datastructures import Headers
    from starlette.routing import Route
except ImportError as _error:  # pragma: no cover - the packaging test runs without FastAPI
    message = "nextauth.integrations.fastapi needs FastAPI: pip install 'nextauth[fastapi]'"
    raise ImportError(message) from _error

__all__ = ["AuthMiddleware", "OptionalSession", "RequireFresh", "RequireSession", "auth_router"]


def auth_router(auth: Auth) -> APIRouter:
    """Answer a router that serves the protocol, for ``app.include_router``.

    Include it in the outermost application and without a prefix: `Auth`'s ``base_path`` is the
    whole path already.

    Args:
        auth: The site's `Auth`.
    """
    router = APIRouter()
    # A Route and no Mount: older versions of FastAPI drop the mounts of a router that is included.
    path = f"{auth.settings.base_path}/{{path:path}}"
    router.routes.append(Route(path, AuthApp(auth), name="nextauth", include_in_schema=False))
    return router


@dataclass(frozen=True)
class _SessionDependency(SecurityBase):
    """What both dependencies share: a hashable value, so that caching and overrides work."""

    auth: Auth
    model: SecurityScheme = field(init=False, repr=False, compare=False)
    scheme_name: str = field(init=False, repr=False, compare=False, default="Session")

    def __post_init__(self) -> None:
        settings = self.auth.settings
        base = settings.address.base_url
        plan = settings.secure if base is not None and base.is_secure else settings.insecure
        model: SecurityScheme = APIKey.model_validate(
            {
                "in": APIKeyIn.cookie,
                "name": plan.session,
                "description": f"The session cookie that {settings.base_path}/signin sets.",
            }
        )
        if is_read(settings.session):
            # The browser adds the cookie by itself; the token is what a reader must type in.
            told = token_source(settings.session, settings.base_path)
            model = HTTPBearer(bearerFormat="JWE", description=told)
        object.__setattr__(self, "model", model)

    async def _read(self, connection: HTTPConnection, response: FastAPIResponse) -> Session | None:
        reader = reader_of(connection.scope, self.auth)
        try:
            resumed = await reader.read()
        except Busy as error:
            raise HTTPException(503, "Busy", {"Retry-After": "1"}) from error
        if resumed.cookies and not reader.cookies_are_sent:
            # In place: `response.headers`, once somebody looked at it, is a view of this very list.
            response.raw_headers[:] = refreshed_headers(response.raw_headers, resumed)
            reader.cookies_are_sent = True
        return resumed.session

    def _refused(
        self, connection: HTTPConnection, response: FastAPIResponse, refusal: Refusal
    ) -> HTTPException:
        """Answer a refusal: a redirection if there is a URL, else 401.

        It goes out instead of the response on which the session's cookies are, and so takes them
        along: a cookie that is nobody's any more is deleted, and not read again at each request.
        """
        url = refusal.url
        told = ("location", url) if url is not None else ("www-authenticate", refusal.challenge)
        headers = [("cache-control", "private, no-store"), told]
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        resumed = reader_of(connection.scope, self.auth).resumed
        for cookie in () if resumed is None else resumed.cookies:
            header = (b"set-cookie", cookie.encode())
            if header in response.raw_headers:  # else the middleware sends it
                raw.append(header)
        return HTTPException(401 if url is None else 302, refusal.detail, Headers(raw=raw))


@dataclass(frozen=True)
class OptionalSession(_SessionDependency):
    """Answers who is signed in, or None: ``Depends(OptionalSession(auth))``.

    Args:
        auth: The site's `Auth`.
    """

    async def __call__(
        self,
        connection: HTTPConnection,
        response: FastAPIResponse,
    ) -> Session | None:
        """Read the session of a request."""
        return await self._read(connection, response)


@dataclass(frozen=True)
class RequireSession(_SessionDependency):
    """Answers who is signed in: ``Depends(RequireSession(auth))``.

    A browser that navigates is sent to the sign-in page and comes back; a program gets 401.
    Without `AuthMiddleware`, a refreshed cookie goes out unless the endpoint makes its own
    response; an endpoint that sets ``Cache-Control`` needs the middleware, which keeps the cookie
    out of every cache.

    Args:
        auth: The site's `Auth`.

    Raises:
        HTTPException: 302 or 401, where nobody is signed in; 503 where a plain ``def`` callback
            found no worker.
    """

    async def __call__(
        self,
        connection: HTTPConnection,
        response: FastAPIResponse,
    ) -> Session:
        """Read the session of a request, or refuse it."""
        return await self._require(connection, response, None)

    async def _require(
        self, connection: HTTPConnection, response: FastAPIResponse, freshness: Freshness | None
    ) -> Session:
        session = await self._read(connection, response)
        if session is not None and freshness is None:
            return session
        refusal = await self.auth.refusal(request_of(connection.scope), session, freshness)
        if refusal is not None:
            raise self._refused(connection, response, refusal)
        assert session is not None  # noqa: S101 - for the type checker; else there is a refusal
        return session


@dataclass(frozen=True)
class RequireFresh(RequireSession):
    """Answers who is signed in and proved it lately: ``Depends(RequireFresh(auth, max_age=300))``.

    A browser that navigates is sent to sign in again, as the same person, and comes back; a program
    gets 401 with the challenge of RFC 9470.

    Args:
        auth: The site's `Auth`.
        max_age: Seconds that the sign-in may be old.
        methods: Proofs of which one must have been given (RFC 8176, 2); none: any.

    Raises:
        HTTPException: 302 or 401, where nobody is signed in, or not lately; 503 where a plain
            ``def`` callback found no worker.
    """

    max_age: int = field(kw_only=True)
    methods: tuple[str, ...] = field(kw_only=True, default=())
    _freshness: Freshness = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_freshness", Freshness(self.max_age, self.methods))

    async def __call__(
        self,
        connection: HTTPConnection,
        response: FastAPIResponse,
    ) -> Session:
        """Read the session of a request, or refuse it."""
        return await self._require(connection, response, self._freshness)
