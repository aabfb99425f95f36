"""Owns how any ASGI server and framework meets the core: `AuthApp`, `AuthMiddleware`, `reader_of`.

Plain ``def`` functions of the application run in worker threads: at most one fewer than there are
cores, so that hashing never takes the core that the event loop needs. The queue before them is
bounded; when it is full, the answer is 503.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from nextauth.auth import Auth
from nextauth.errors import BadRequest, Busy, PayloadTooLarge
from nextauth.models import Session
from nextauth.sessions import Resumed
from nextauth.web import Request, Response
from nextauth.web.request import no_body

__all__ = ["AuthApp", "AuthMiddleware", "SessionReader", "WorkerRuntime", "reader_of"]

P = ParamSpec("P")
T = TypeVar("T")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

_SCOPE_KEY = "nextauth"
_HTTP_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_QUEUE_PER_WORKER = 64
_PRIVATE = (b"cache-control", b"private, no-store")


class WorkerRuntime:
    """Runs plain ``def`` functions in a few threads, with a bounded queue.

    Args:
        workers: Threads; None for one fewer than the cores that this process may use.
        waiting: Calls that may wait for a thread; None for 64 a thread.
    """

    def __init__(self, workers: int | None = None, waiting: int | None = None) -> None:
        self.workers = max(1, _cores() - 1) if workers is None else workers
        queue = self.workers * _QUEUE_PER_WORKER if waiting is None else waiting
        self._room = threading.BoundedSemaphore(self.workers + queue)
        self._pool: ThreadPoolExecutor | None = None
        self._process = 0

    async def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` in a worker thread, with the caller's context.

        Raises:
            Busy: Every worker is taken and the queue is full.
        """
        if not self._room.acquire(blocking=False):
            message = f"{self.workers} workers are taken and the queue before them is full"
            raise Busy(message)
        context = contextvars.copy_context()
        job = partial(context.run, partial(fn, *args, **kwargs))
        try:
            future = self._workers().submit(job)
        except BaseException:
            self._room.release()
            raise
        future.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(future)

    def _workers(self) -> ThreadPoolExecutor:
        # Threads do not survive a fork, and servers fork after import.
        if self._pool is None or self._process != os.getpid():
            self._pool = ThreadPoolExecutor(self.workers, thread_name_prefix="nextauth-worker")
            self._process = os.getpid()
        return self._pool


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_WORKERS = WorkerRuntime()


def request_of(
    scope: Scope, receive: Receive | None = None, *, runtime: WorkerRuntime = _WORKERS
) -> Request:
    """Answer the core's request for an ASGI scope.

    Args:
        scope: An ``http`` or ``websocket`` scope.
        receive: Where its body comes from; None if nobody will read it.
        runtime: Where plain ``def`` functions run.
    """
    client = scope.get("client")
    scheme = scope.get("scheme", "http")
    method = scope.get("method", "GET")
    read_body: Callable[[int], Awaitable[bytes]] = no_body
    if receive is not None and method not in {"GET", "HEAD"}:
        read_body = _body_reader(scope, receive)
    return Request(
        method,
        scope["path"],
        query=scope.get("query_string", b""),
        headers=scope["headers"],
        scheme=_HTTP_SCHEMES.get(scheme, "http"),
        client=client[0] if client else None,
        runtime=runtime,
        read_body=read_body,
    )


def _body_reader(scope: Scope, receive: Receive) -> Callable[[int], Awaitable[bytes]]:
    async def read_body(limit: int) -> bytes:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            message = f"the body has {int(declared)} bytes; at most {limit} are read"
            raise PayloadTooLarge(message)
        body = b""
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                message = "the client went away before its body was read"
                raise BadRequest(message)
            body += bytes(event.get("body", b""))
            if len(body) > limit:
                message = f"the body has more than {limit} bytes"
                raise PayloadTooLarge(message)
            if not event.get("more_body", False):
                return body

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
    """

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; what is not under the base path is 404."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http" and self._auth.covers(scope["path"]):
            await send_response(await self._auth.handle(request_of(scope, receive)), send)
        elif scope["type"] == "http":
            await send_response(Response(404, [(b"content-length", b"0")]), send)
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
    """

    __slots__ = ("_auth", "_resumed", "_scope", "is_sent_by_middleware")

    def __init__(self, auth: Auth, scope: Scope) -> None:
        self._auth = auth
        self._scope = scope
        self._resumed: Resumed | None = None
        self.is_sent_by_middleware = False

    @property
    def resumed(self) -> Resumed | None:
        """What reading gave; None as long as nobody asked."""
        return self._resumed

    async def session(self) -> Session | None:
        """Answer who is signed in, or None."""
        if self._resumed is None:
            self._resumed = await self._auth.resume(request_of(self._scope))
        return self._resumed.session


def reader_of(scope: Scope, auth: Auth) -> SessionReader:
    """Answer the one reader of a connection, made at the first call.

    Args:
        scope: The connection's scope.
        auth: The site's `Auth`.
    """
    readers: dict[Auth, SessionReader] = scope.setdefault(_SCOPE_KEY, {})
    if auth not in readers:
        readers[auth] = SessionReader(auth, scope)
    return readers[auth]


class AuthMiddleware:
    """Adds the protocol's routes to an application, and rolls the session's cookie on.

    The session is read when the application asks for it (`reader_of`), and only then does a
    refreshed cookie go out: a page that does not depend on the session stays cacheable.

    Args:
        app: The application.
        auth: The site's `Auth`.
    """

    def __init__(self, app: ASGIApp, auth: Auth) -> None:
        self._app = app
        self._auth = auth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http" and self._auth.covers(scope["path"]):
            await send_response(await self._auth.handle(request_of(scope, receive)), send)
            return
        reader = reader_of(scope, self._auth)
        reader.is_sent_by_middleware = True

        async def send_with_cookies(message: Message) -> None:
            resumed = reader.resumed
            if message["type"] == "http.response.start" and resumed and resumed.cookies:
                message["headers"] = refreshed_headers(message.get("headers", ()), resumed)
            await send(message)

        await self._app(scope, receive, send_with_cookies)


def refreshed_headers(headers: Iterable[Sequence[bytes]], resumed: Resumed) -> list[Header]:
    """Answer a response's headers with the session's cookies, out of every cache's reach.

    Args:
        headers: The application's own headers.
        resumed: What reading the session gave.
    """
    kept = [(name, value) for name, value in headers if name.lower() != b"cache-control"]
    cookies = [(b"set-cookie", cookie.encode()) for cookie in resumed.cookies]
    return [*kept, _PRIVATE, *cookies]


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser navigates here, rather than a program asking.

    Args:
        request: The request.
    """
    if request.method not in {"GET", "HEAD"}:
        return False
    mode = request.header(b"sec-fetch-mode")
    if mode is not None:
        return mode == "navigate"
    return "text/html" in (request.header(b"accept") or "")
