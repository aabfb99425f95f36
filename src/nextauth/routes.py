"""Owns the table of routes, and the one way that each request takes through it.

Address, route, method, body, may-act, action: in this order, for every request alike.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NoReturn

from nextauth.actions import Exchange, Services, beacon, callback, csrf, notices, providers
from nextauth.actions import session as session_action
from nextauth.actions import signin as signin_action
from nextauth.actions import signout as signout_action
from nextauth.actions.refusal import refuse
from nextauth.errors import (
    BadRequest,
    MethodNotAllowed,
    MissingCSRF,
    RequestError,
    UnknownAction,
    UntrustedHost,
    WrongAddress,
)
from nextauth.providers import Provider
from nextauth.web import Origin, Request, Response
from nextauth.web.body import read_body
from nextauth.web.csrf import Verdict, judge
from nextauth.web.request import MOST_HEADERS

__all__ = ["ROUTES", "Route", "Router"]

Handler = Callable[[Exchange], Awaitable[Response]]

NONE, OPTIONAL, REQUIRED = "none", "optional", "required"
_SEGMENTS_AFTER = {NONE: (0,), OPTIONAL: (0, 1), REQUIRED: (1,)}
_SELF = Origin("http", "localhost", 80)
_SET_BASE_URL = (
    "set base_url (or AUTH_URL) to the site's public address, such as 'https://example.com'"
)


@dataclass(frozen=True, slots=True)
class Route:
    """One action of the protocol.

    Args:
        handlers: What answers each method.
        provider: Whether its path goes on with a provider's id.
        guarded: Whether its POST must pass the may-act rule; a provider's callback asks the
            provider.
        reads_body: Whether its POST has a body that is read.
    """

    handlers: Mapping[str, Handler]
    provider: str = NONE
    guarded: bool = False
    reads_body: bool = True


ROUTES: Mapping[str, Route] = MappingProxyType(
    {
        "providers": Route({"GET": providers.show}),
        "csrf": Route({"GET": csrf.show}),
        "session": Route({"GET": session_action.show, "POST": session_action.update}, guarded=True),
        "signin": Route(
            {"GET": signin_action.show, "POST": signin_action.start}, OPTIONAL, guarded=True
        ),
        "callback": Route({"GET": callback.act, "POST": callback.act}, REQUIRED, guarded=True),
        "signout": Route({"GET": signout_action.show, "POST": signout_action.act}, guarded=True),
        "error": Route({"GET": notices.show_error}),
        "verify-request": Route({"GET": notices.show_verify_request}),
        "_log": Route({"POST": beacon.discard}, reads_body=False),
    }
)


class Router:
    """Takes each request to its action.

    Args:
        services: What was built once.
    """

    __slots__ = ("_prefix", "_routes", "_services")

    def __init__(self, services: Services) -> None:
        self._services = services
        self._prefix = f"{services.settings.base_path}/"
        self._routes = {} if services.settings.only_reads else ROUTES

    def covers(self, path: str) -> bool:
        """Tell whether a path is under the base path.

        Args:
            path: The decoded path, from the site's root.
        """
        return path.startswith(self._prefix) or path == self._prefix[:-1]

    async def answer(self, request: Request) -> Response:
        """Answer a request; whatever is refused is answered too.

        Args:
            request: The request.
        """
        services = self._services
        origin = services.settings.address.origin(request)
        exchange = Exchange(
            services,
            request,
            origin or _addressed(request),
            look_only=request.method == "HEAD",
        )
        try:
            route = self._match(exchange)
            handler = self._handler(exchange, route)
            if handler is None:
                response = _preflight(_methods(route, exchange.provider))
            else:
                if request.method == "POST" and route.reads_body:
                    exchange.body = await read_body(request)
                if origin is None:
                    _refuse_address()
                if request.method == "POST" and route.guarded:
                    _check_may_act(exchange)
                response = await handler(exchange)
        except RequestError as error:
            response = refuse(exchange, error)
        if exchange.to_set:
            response.cookies.extend(exchange.to_set)
        if origin is not None and services.settings.trusted_origins:
            _share(request, response, services)
        if exchange.look_only:
            response.body = b""
            response.cookies.clear()
        return response

    def _match(self, exchange: Exchange) -> Route:
        path = exchange.request.path
        if exchange.request.has_too_many_headers:
            message = f"the request has more than {MOST_HEADERS} headers"
            raise BadRequest(message)
        named = path[len(self._prefix) :]
        found = self._routes.get(named)
        if found is not None and found.provider != REQUIRED and path.startswith(self._prefix):
            exchange.action = named
            return found
        parts = named.removesuffix("/").split("/", 2)
        action, rest = parts[0], parts[1:]
        route = self._routes.get(action)
        if route is None or not path.startswith(self._prefix):
            message = "the path names no action of the protocol"
            raise UnknownAction(message)
        exchange.action = action
        wanted = _SEGMENTS_AFTER[route.provider]
        if len(rest) not in wanted:
            message = f"{action} takes {'a' if 1 in wanted else 'no'} provider's id in its path"
            raise UnknownAction(message)
        if rest:
            exchange.provider = self._services.settings.providers.get(rest[0])
            if exchange.provider is None:
                message = f"{action} names no provider that is configured"
                raise UnknownAction(message)
        return route

    def _handler(self, exchange: Exchange, route: Route) -> Handler | None:
        """Answer what handles the request's method; None where a preflight is to be answered."""
        request, provider = exchange.request, exchange.provider
        method = "GET" if request.method == "HEAD" else request.method
        takes = _taken(route, provider)
        if method in takes:
            return route.handlers[method]
        if method == "OPTIONS" and _is_preflight(request, self._services):
            return None
        message = f"{exchange.action} is not for {request.method[:16]!r}"
        raise MethodNotAllowed(message, allow=_methods(route, provider))


def _taken(route: Route, provider: Provider | None) -> Collection[str]:
    if route.provider == REQUIRED and provider is not None:
        return provider.callback_methods
    return route.handlers


def _refuse_address() -> NoReturn:
    message = f"the site's own address is not known; {_SET_BASE_URL}"
    raise UntrustedHost(message)


def _methods(route: Route, provider: Provider | None) -> tuple[str, ...]:
    methods = tuple(route.handlers)
    if route.provider == REQUIRED and provider is not None:
        methods = tuple(method for method in methods if method in provider.callback_methods)
    return ("GET", "HEAD", *methods[1:]) if "GET" in methods else methods


def _check_may_act(exchange: Exchange) -> None:
    provider = exchange.provider
    if exchange.action == "callback" and provider is not None and not provider.form_posts:
        return
    trusted = exchange.services.settings.trusted_origins
    verdict = judge(exchange.request, origin=exchange.origin, trusted=trusted)
    if verdict is Verdict.WRONG_ADDRESS:
        message = (
            f"the browser calls {exchange.request.header(b'origin')!r} same-origin, and we take "
            f"our address to be {str(exchange.origin)!r}; {_SET_BASE_URL}"
        )
        raise WrongAddress(message)
    if verdict is Verdict.YES or (verdict is Verdict.ASK_TOKEN and exchange.has_csrf_token()):
        return
    exchange.csrf_token()
    message = (
        f"the form to {exchange.action} came from elsewhere, or without its CSRF token; forms of "
        "other origins need trusted_origins, other clients csrfToken from GET csrf"
    )
    raise MissingCSRF(message)


def _addressed(request: Request) -> Origin:
    """Answer an origin to tell a refusal on: what the request calls us, and nothing trusted."""
    return Origin.of(request.scheme, request.header(b"host") or "") or _SELF


def _is_preflight(request: Request, services: Services) -> bool:
    sender = Origin.parse(request.header(b"origin") or "")
    asks = request.header(b"access-control-request-method")
    return asks is not None and sender in services.settings.trusted_origins


def _preflight(methods: tuple[str, ...]) -> Response:
    return Response.empty(
        204,
        {
            b"access-control-allow-methods": ", ".join(methods).encode("ascii"),
            b"access-control-allow-headers": b"Content-Type, X-Auth-Return-Redirect",
            b"access-control-max-age": b"600",
        },
    )


def _share(request: Request, response: Response, services: Services) -> None:
    """Let pages on trusted origins read the answer (Fetch, CORS), with credentials, never ``*``."""
    trusted = services.settings.trusted_origins
    response.headers.append((b"vary", b"Origin"))
    sender = request.header(b"origin")
    if sender is not None and Origin.parse(sender) in trusted:
        response.headers.append((b"access-control-allow-origin", sender.encode("latin-1")))
        response.headers.append((b"access-control-allow-credentials", b"true"))
