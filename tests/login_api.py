"""Owns the existing system of the tests: a real HTTP server with a login endpoint, in a thread.

It has accounts, tokens that are good once, a page for browsers, and a switch. What it answers to an
address may be replaced, and `raw_server` answers with any bytes at all.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from tests.servers import free_port
from tests.smtp_server import Authority

__all__ = ["SERVICE_KEY", "Api", "Certificates", "LoginApi", "Seen", "raw_server"]

SERVICE_KEY = "Bearer service-key-of-the-tests"
_LIFETIME = 900
_PATIENCE = 60

Answer = Callable[[Request], Awaitable[Response]]


@dataclass
class Account:
    """Somebody whom the system knows."""

    id: str
    password: str
    email: str
    is_active: bool = True


@dataclass
class Seen:
    """A request that came."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self.body)

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def header(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each == name]


@dataclass
class Api:
    """What the system holds, and what it was asked."""

    accounts: dict[str, Account] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    refreshed: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Answer] = field(default_factory=dict)
    lifetime: int = _LIFETIME
    refuses_refresh: bool = False
    _tokens: dict[str, str] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)
    _given: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
        request = Request(scope, receive)
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]]
        path = scope["raw_path"].decode("ascii")
        self.seen.append(Seen(request.method, path, headers, await request.body()))
        response = await self.answers.get(request.url.path, self._route)(request)
        await response(scope, receive, send)

    def seen_at(self, path: str) -> list[Seen]:
        return [each for each in self.seen if each.path == path]

    def give(self, name: str) -> dict[str, Any]:
        """Give somebody new tokens."""
        self._given += 1
        access, refresh = f"access-{self._given}", f"refresh-{self._given}"
        self._tokens[access] = self._refresh[refresh] = name
        return {"access_token": access, "refresh_token": refresh, "expires_in": self.lifetime}

    async def _route(self, request: Request) -> Response:
        match request.method, request.url.path:
            case "POST" | "PUT", "/session":
                return self._session(await request.json())
            case "POST", "/form":
                return self._form(await request.body())
            case "POST", "/refresh":
                return self._follow(dict(parse_qsl((await request.body()).decode())))
            case "GET", "/me":
                return self._me(request)
            case "GET", path if path.startswith("/users/"):
                return self._account(request)
            case _:
                return JSONResponse({"error": "not here"}, 404)

    def _known(self, name: object, password: object) -> Account | None:
        found = self.accounts.get(name) if isinstance(name, str) else None
        return found if found and found.is_active and found.password == password else None

    def _session(self, sent: Mapping[str, Any]) -> Response:
        name = sent.get("login")
        account = self._known(name, sent.get("secret"))
        if account is None:
            disabled = self.accounts.get(str(name))
            is_right = disabled is not None and disabled.password == sent.get("secret")
            reason = "disabled" if is_right else "wrong"
            return JSONResponse({"ok": False, "error": reason}, 401)
        user = {"id": account.id, "name": str(name).title(), "mail": {"work": account.email}}
        return JSONResponse({"ok": True, "user": user, **self.give(str(name))})

    def _form(self, body: bytes) -> Response:
        sent = dict(parse_qsl(body.decode(), keep_blank_values=True))
        name = sent.get("user[name]")
        if self._known(name, sent.get("user[password]")) is None:
            return RedirectResponse("/form?failed=1", 302)
        response = RedirectResponse("/home?welcome=1", 302)
        response.set_cookie("sid", f"sid-of-{name}")
        response.set_cookie("theme", "dark")
        return response

    def _follow(self, sent: Mapping[str, str]) -> Response:
        refresh = sent.get("refresh_token", "")
        self.refreshed[refresh] += 1
        name = self._refresh.pop(refresh, None)
        if name is None or self.refuses_refresh:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(self.give(name))

    def _me(self, request: Request) -> Response:
        access = request.headers.get("authorization", "").removeprefix("Bearer ")
        name = self._tokens.get(access) or request.cookies.get("sid", "").removeprefix("sid-of-")
        account = self.accounts.get(name)
        if account is None:
            return JSONResponse({"error": "who?"}, 401)
        return JSONResponse({"data": [{"id": account.id, "name": name}]})

    def _account(self, request: Request) -> Response:
        if request.headers.get("authorization") != SERVICE_KEY:
            return JSONResponse({"error": "no service"}, 401)
        wanted = request.url.path.removeprefix("/users/")
        for account in self.accounts.values():
            if account.id == wanted:
                return JSONResponse({"active": account.is_active})
        return JSONResponse({"error": "no such user"}, 404)


@dataclass(frozen=True)
class Certificates:
    """An authority of the tests, in files.

    Args:
        folder: Where they are written.
    """

    folder: Path

    def issue(self, host: str = "127.0.0.1") -> tuple[Path, Path]:
        """Answer the authority's file, and that of a server of this name."""
        authority = Authority(self.folder)
        ca_file = self.folder / f"ca-of-{host}.pem"
        ca_file.write_bytes(authority._certificate.public_bytes(Encoding.PEM))
        authority.server_context(host)
        return ca_file, self.folder / f"{host}.pem"


class LoginApi:
    """The server: it can be stopped, and started again at the same address.

    Args:
        certificate: The file of its key and certificate; None: plain HTTP.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self.api = Api()
        self.port = free_port()
        self.origin = f"{'http' if certificate is None else 'https'}://127.0.0.1:{self.port}"
        self._certificate = certificate
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Start it, and wait until it listens."""
        config = uvicorn.Config(
            self.api,
            port=self.port,
            log_level="critical",
            lifespan="off",
            loop="asyncio",
            http="h11",
            ws="none",
            ssl_certfile=self._certificate,
            timeout_graceful_shutdown=1,
        )
        is_up = Event()
        self._server = _Server(config, is_up)
        self._thread = Thread(target=self._server.run)
        self._thread.start()
        assert is_up.wait(_PATIENCE), "the login API does not start"

    def stop(self) -> None:
        """Stop it."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_PATIENCE)
            assert not self._thread.is_alive()
            self._server = self._thread = None

    @contextmanager
    def running(self) -> Generator["LoginApi"]:
        self.start()
        try:
            yield self
        finally:
            self.stop()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, is_up: Event) -> None:
        super().__init__(config)
        self._is_up = is_up

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 - as the server has it
        await super().startup(sockets)
        self._is_up.set()

    async def shutdown(self, sockets: Any = None) -> None:  # noqa: ANN401 - as the server has it
        # An idle client answers no goodbye, for which TLS would wait longer than the loop lasts.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await super().shutdown(sockets)
        for _ in range(10):
            await asyncio.sleep(0)


def fixed(body: bytes | str | object = b"", status: int = 200, **headers: str) -> Answer:
    """Answer always the same; what is neither bytes nor text becomes JSON."""
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body)

    async def answer(_request: Request) -> Response:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(body, status, names)

    return answer


def endless(part: bytes, *, pause: float = 0.0) -> Answer:
    """Answer without an end."""

    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield part
            await asyncio.sleep(pause)

    async def answer(_request: Request) -> Response:
        return StreamingResponse(parts(), media_type="application/json")

    return answer


@contextmanager
def raw_server(*parts: bytes) -> Generator[str]:
    """Answer each connection with these bytes, one after the other, and keep it open.

    Yields:
        Where it is.
    """
    started, stop, port = Event(), asyncio.Event(), free_port()
    loop = asyncio.new_event_loop()
    talks: list[asyncio.Task[None]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read(65_536)
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.02)
            await stop.wait()
        writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(loop.create_task(talk(reader, writer)))

    async def serve() -> None:
        server = await asyncio.start_server(accept, "127.0.0.1", port)
        started.set()
        await stop.wait()
        server.close()
        await asyncio.gather(*talks)
        await asyncio.sleep(0)

    thread = Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert started.wait(_PATIENCE)
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(_PATIENCE)
        loop.close()
