"""Owns how ASGI servers and frameworks meet the core: `AuthApp`, `AuthMiddleware`, `reader_of`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any

from nextauth.auth import Auth
from nextauth.errors import BadRequest, Busy, PayloadTooLarge
from nextauth.integrations.workers import FORM_WORKERS, WORKERS, WorkerRuntime
from nextauth.models import Session
from nextauth.sessions import Resumed
from nextauth.web import Request, Response
from nextauth.web.request import no_body

__all__ = ["AuthApp", "AuthMiddleware", "SessionReader", "WorkerRuntime", "reader_of", "request_of"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

_SCOPE_KEY = "nextauth"
_READ: Scope = {}
_MOST_DIGITS = 18  # of a length: the interpreter refuses to read numbers of thousands
_HTTP_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_PRIVATE = (b"cache-control", b"private, no-store")
_BUSY = ((b"retry-after", b"1"), (b"content-length", b"0"))


def request_of(
    scope: Scope, receive: Receive | None = None, *, runtime: WorkerRuntime = WORKERS
) -> Request:
    """Answer the core's request for an ASGI scope.

    Args:
        scope: An ``http`` or ``websocket`` scope.
        receive: Where its body comes from; None if nobody will read it.
        runtime: Where plain ``def`` functions run.
    """
    get = scope.get
    client = get("client")
    method = get("method", "GET")
    read_body: Callable[[int], Awaitable[bytes]] = no_body
    if receive is not None and method not in {"GET", "HEAD"}:
        read_body = _body_reader(scope, receive)
    # By position: one is made for every request, and names cost a fifth of it.
    return Request(
        method,
        scope["path"],
        get("query_string", b""),
        scope["headers"],
        _HTTP_SCHEMES.get(get("scheme", "http"), "http"),
        client[0] if client else None,
        read_body,
        runtime,
    )


def _body_reader(scope: Scope, receive: Receive) -> Callable[[int], Awaitable[bytes]]:
    async def read_body(limit: int) -> bytes:
        declared = b"0"
        for name, value in scope["headers"]:
            if name == b"content-length":
                declared = value
                break
        if declared.isdigit() and (len(declared) > _MOST_DIGITS or int(declared) > limit):
            message = f"the body is declared to be longer than the {limit} bytes that are read"
            raise PayloadTooLarge(message)
        chunks: list[bytes] = []
        size = 0
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                message = "the client went away before its body was read"
                raise BadRequest(message)
            chunk = bytes(event.get("body", b""))
            size += len(chunk)
            if size > limit:
                message = f"the body has more than {limit} bytes"
                raise PayloadTooLarge(message)
            is_last = not event.get("more_body", False)
            if is_last and not chunks:
                return chunk
            chunks.append(chunk)
            if is_last:
                return b"".join(chunks)

    return read_body


async def send_response(response: Response, send: Send) -> None:
    """Send a response of the core.

    Args:
        response: The response.
        send: The server's ``send``.
    """
    headers = response.raw_headers()
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


class AuthApp:
    """A complete ASGI application that serves the protocol under its base path.

    Args:
        auth: The site's `Auth`.
        runtime: Where plain ``def`` functions run; by default workers that the process shares,
            others for forms than for reading sessions.

    Raises:
        ConfigurationError: The `Auth` has no providers.
    """

    def __init__(self, auth: Auth, *, runtime: WorkerRuntime | None = None) -> None:
        auth.services.require_providers()
        self._auth = auth
        self._prefix = f"{auth.settings.base_path}/"
        self._reading = runtime or WORKERS
        self._posting = runtime or FORM_WORKERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; what is not under the base path is 404."""
        kind = scope["type"]
        if kind == "http":
            path = scope["path"]
            if path.startswith(self._prefix) or self._auth.covers(path):
                runtime = self._posting if scope["method"] == "POST" else self._reading
                response = await self._auth.handle(request_of(scope, receive, runtime=runtime))
            else:
                response = Response(404, [(b"content-length", b"0")])
            await send_response(response, send)
        elif kind == "lifespan":
            await _live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


class SessionReader:
    """Reads one connection's session, once, however often it is asked for.

    Args:
        auth: The site's `Auth`.
        scope: The connection's scope.
        runtime: Where plain ``def`` callbacks run.
    """

    __slots__ = ("_auth", "_resumed", "_runtime", "_scope", "cookies_are_sent")

    def __init__(self, auth: Auth, scope: Scope, *, runtime: WorkerRuntime = WORKERS) -> None:
        self._auth = auth
        self._scope = scope
        self._runtime = runtime
        self._resumed: Resumed | None = None
        self.cookies_are_sent: bool = False

    @property
    def resumed(self) -> Resumed | None:
        """What reading gave; None as long as nobody asked."""
        return self._resumed

    async def session(self) -> Session | None:
        """Answer who is signed in, or None.

        Raises:
            Busy: A plain ``def`` callback found no worker.
        """
        return (await self.read()).session

    async def read(self) -> Resumed:
        """Answer what reading gives, for those who need no more than whether somebody is there.

        Raises:
            Busy: A plain ``def`` callback found no worker.
        """
        if self._resumed is None:
            request = request_of(self._scope, runtime=self._runtime)
            self._resumed = await self._auth.resume(request)
            # The scope holds this reader: without a way back to it, both go when the request does,
            # and nothing is left for the garbage collector to find.
            self._scope = _READ
        return self._resumed


def reader_of(scope: Scope, auth: Auth, *, runtime: WorkerRuntime = WORKERS) -> SessionReader:
    """Answer the one reader of a connection, made at the first call.

    Args:
        scope: The connection's scope.
        auth: The site's `Auth`.
        runtime: Where plain ``def`` callbacks run; the first call decides.
    """
    readers: dict[Auth, SessionReader] = scope.setdefault(_SCOPE_KEY, {})
    reader = readers.get(auth)
    if reader is None:
        reader = readers[auth] = SessionReader(auth, scope, runtime=runtime)
    return reader


class AuthMiddleware:
    """Adds the protocol's routes to an application, and rolls the session's cookie on.

    The session is read when the application asks for it (`reader_of`), and only then does a
    refreshed cookie go out: a page that does not depend on the session stays cacheable.

    Args:
        app: The application.
        auth: The site's `Auth`.
        runtime: Where plain ``def`` functions run; by default workers that the process shares,
            others for forms than for reading sessions.
    """

    def __init__(self, app: ASGIApp, auth: Auth, *, runtime: WorkerRuntime | None = None) -> None:
        self._app = app
        self._auth = auth
        self._runtime = runtime or WORKERS
        self._routes = AuthApp(auth, runtime=runtime)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and self._auth.covers(scope["path"]):
            await self._routes(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        reader = reader_of(scope, self._auth, runtime=self._runtime)
        reader.cookies_are_sent = True
        has_begun = False

        def send_with_cookies(message: Message) -> Awaitable[None]:
            nonlocal has_begun
            has_begun = True
            resumed = reader.resumed
            if message["type"] == "http.response.start" and resumed and resumed.cookies:
                # A copy: a cache within may keep the message, and would hand the cookie to others.
                headers = refreshed_headers(message.get("headers", ()), resumed)
                message = {**message, "headers": headers}
            return send(message)

        try:
            await self._app(scope, receive, send_with_cookies)
        except Busy:
            if has_begun or scope["type"] == "websocket":
                raise
            await send_response(Response(503, _BUSY), send)


def refreshed_headers(headers: Iterable[Sequence[bytes]], resumed: Resumed) -> list[Header]:
    """Answer a response's headers with the session's cookies, out of every cache's reach.

    Args:
        headers: The application's own headers.
        resumed: What reading the session gave.
    """
    kept = [(name, value) for name, value in headers if name.lower() != b"cache-control"]
    cookies = [(b"set-cookie", cookie.encode()) for cookie in resumed.cookies]
    return [*kept, _PRIVATE, *cookies]
