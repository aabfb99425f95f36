"""Owns the table of routes, and the one way that each request takes through it.

Address, route, method, body, may-act, action: in this order, for every request alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NoReturn

from nextauth.actions import (
    Exchange,
    Services,
    beacon,
    callback,
    csrf,
    notices,
    providers,
)
from nextauth.actions import session as session_action
from nextauth.actions import signin as signin_action
from nextauth.actions import signout as signout_action
from nextauth.actions.handlers import Handler, Later
from nextauth.actions.refusal import refuse
from nextauth.config import Settings
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

NONE, OPTIONAL, REQUIRED = "none", "optional", "required"
_SEGMENTS_AFTER = {NONE: (0,), OPTIONAL: (0, 1), REQUIRED: (1,)}
_MOST_WORDS = 4
_SELF = Origin("http", "localhost", 80)
_SET_BASE_URL = (
    "set base_url (or AUTH_URL) to the site's public address, such as 'https://example.com'"
)


@dataclass(eq=False, frozen=True, slots=True)
class Route:
    """One action of the protocol.

    Args:
        handlers: What answers each method.
        provider: Whether its path goes on with a provider's id.
        guarded: Whether its POST must pass the may-act rule; a provider's callback asks the
            provider.
        reads_body: Whether its POST has a body that is read.
        words: How many words its path goes on with that name no provider.
        serves: Whether an `Auth` of these settings has it.
    """

    handlers: Mapping[str, Handler]
    provider: str = NONE
    guarded: bool = False
    reads_body: bool = True
    words: tuple[int, ...] = ()
    serves: Callable[[Settings], bool] = lambda _: True


_Found = tuple[str, Route, Provider | None]

ROUTES: Mapping[str, Route] = MappingProxyType(
    {
        "providers": Route({"GET": providers.show}),
        "csrf": Route({"GET": csrf.show}),
        "session": Route({"GET": session_action.show, "POST": session_action.update}, guarded=True),
        "signin": Route(
            {"GET": signin_action.show, "POST": signin_action.start}, OPTIONAL, guarded=True
        ),
        "callback": Route({"GET": callback.act, "POST": callback.act}, REQUIRED, guarded=True),
        "factor": Route(
            Later("factor", GET="show", POST="act"),
            guarded=True,
            words=(0, 1),
            serves=lambda settings: settings.second_factor is not None,
        ),
        "account": Route(
            Later("account", GET="show", POST="act"),
            guarded=True,
            words=(0, 1, 2),
            serves=lambda settings: (
                settings.second_factor is not None and settings.second_factor.account_pages
            ),
        ),
        "signout": Route({"GET": signout_action.show, "POST": signout_action.act}, guarded=True),
        "error": Route({"GET": notices.show_error}),
        "verify-request": Route({"GET": notices.show_verify_request}),
        "verify": Route(
            Later("verify", GET="show"), serves=lambda settings: settings.forward_auth is not None
        ),
        "_log": Route({"POST": beacon.discard}, reads_body=False),
    }
)


class Router:
    """Takes each request to its action.

    Args:
        services: What was built once.
    """

    __slots__ = ("_paths", "_prefix", "_routes", "_services")

    def __init__(self, services: Services) -> None:
        self._services = services
        self._prefix = f"{services.settings.base_path}/"
        settings = services.settings
        named = {} if settings.only_reads else ROUTES
        self._routes = {
            name: replace(each, handlers=dict(each.handlers))
            for name, each in named.items()
            if each.serves(settings)
        }
        # Nearly every request is for one of these paths; what is not is read word by word.
        self._paths: dict[str, _Found] = {}
        for name, route in self._routes.items():
            if route.provider != REQUIRED:
                self._paths[self._prefix + name] = name, route, None
            if route.provider != NONE:
                for provider in settings.providers.values():
                    its = _of_provider(route, provider) if route.provider == REQUIRED else route
                    self._paths[f"{self._prefix}{name}/{provider.id}"] = name, its, provider

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
        exchange = Exchange(services, request, origin or _addressed(request))
        try:
            found = self._paths.get(request.path)
            if found is None or request.has_too_many_headers:
                found = self._match(exchange)
            exchange.action, route, exchange.provider = found
            handler = route.handlers.get(request.method) or self._handler(exchange, route)
            if handler is None:
                response = _preflight(_methods(route))
            else:
                if request.method == "POST" and route.reads_body:
                    exchange.body = await read_body(request, only_json=exchange.is_bearer)
                if origin is None:
                    _refuse_address()
                if request.method == "POST" and route.guarded:
                    _check_may_act(exchange)
                response = await handler(exchange)
        except RequestError as error:
            response = refuse(exchange, error)
        if exchange.to_set and not exchange.is_bearer:
            response.cookies.extend(exchange.to_set)
        if origin is not None and services.settings.trusted_origins:
            _share(request, response, services)
        if exchange.look_only:
            response.body = b""
            response.cookies.clear()
        return response

    def _match(self, exchange: Exchange) -> _Found:
        """Read a path word by word, so that what is wrong with it is told."""
        path = exchange.request.path
        if exchange.request.has_too_many_headers:
            message = f"the request has more than {MOST_HEADERS} headers"
            raise BadRequest(message)
        named = path[len(self._prefix) :]
        parts = named.removesuffix("/").split("/", _MOST_WORDS)
        action, rest = parts[0], parts[1:]
        if action not in self._routes or not path.startswith(self._prefix):
            message = "the path names no action of the protocol"
            raise UnknownAction(message)
        route = self._routes[action]
        exchange.action = action
        wanted = route.words or _SEGMENTS_AFTER[route.provider]
        if len(rest) not in wanted or not all(rest):
            message = f"the path of {action} has {len(rest)} further words, or an empty one"
            raise UnknownAction(message)
        if route.words:
            exchange.words = tuple(rest)
        elif rest:
            found = self._paths.get(f"{self._prefix}{action}/{rest[0]}")
            if found is None:
                message = f"{action} names no provider that is configured"
                raise UnknownAction(message)
            return found
        return action, route, None

    def _handler(self, exchange: Exchange, route: Route) -> Handler | None:
        """Answer what handles the request's method; None where a preflight is to be answered."""
        request = exchange.request
        method = "GET" if request.method == "HEAD" else request.method
        if method in route.handlers:
            return route.handlers[method]
        if method == "OPTIONS" and _is_preflight(request, self._services):
            return None
        message = f"{exchange.action} is not for {request.method[:16]!r}"
        raise MethodNotAllowed(message, allow=_methods(route))


def _refuse_address() -> NoReturn:
    message = f"the site's own address is not known; {_SET_BASE_URL}"
    raise UntrustedHost(message)


def _of_provider(route: Route, provider: Provider) -> Route:
    """Answer a provider's callback: it takes what the provider says."""
    takes = provider.callback_methods
    handlers = {method: each for method, each in route.handlers.items() if method in takes}
    return replace(route, handlers=handlers)


def _methods(route: Route) -> tuple[str, ...]:
    methods = tuple(route.handlers)
    return ("GET", "HEAD", *methods[1:]) if "GET" in methods else methods


def _check_may_act(exchange: Exchange) -> None:
    provider = exchange.provider
    if exchange.action == "callback" and provider is not None and not provider.form_posts:
        return
    if exchange.is_bearer:  # no browser adds what it bears, or asks for what it gets
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
    if exchange.wants_token:
        message += "; to get a token, send no Cookie, Origin or Sec-Fetch-Site header"
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
