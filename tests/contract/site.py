"""Owns what the contract's scenarios talk to: one synchronous client for ASGI and WSGI alike.

Cookies are kept by the HTTP client's own jar, as a browser would.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import httpx2

from nextauth import Auth
from nextauth.integrations.asgi import ASGIApp
from nextauth.testing import FakeClock, RecordingSink

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ORIGIN = "http://localhost:3000"
PEER = "203.0.113.9"
PASSWORD = "correct horse"
SESSION = "authjs.session-token"
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
LONGEST_WAIT = 10.0
"""Seconds after which an answer that does not come fails the test, instead of hanging it."""

T = TypeVar("T")


class Caller(Protocol):
    """Sends requests to one application."""

    @property
    def client(self) -> httpx2.AsyncClient | httpx2.Client: ...

    def send(self, request: httpx2.Request) -> httpx2.Response: ...

    def build(self, method: str, path: str, **given: Any) -> httpx2.Request: ...  # noqa: ANN401

    def close(self) -> None: ...


class AsgiCaller:
    """Calls an ASGI application on an event loop of its own, in the test's thread."""

    def __init__(self, app: ASGIApp, base: str = ORIGIN) -> None:
        transport = httpx2.ASGITransport(app=app, client=(PEER, 50_000))
        self.client = httpx2.AsyncClient(transport=transport, base_url=base)
        self._runner = asyncio.Runner()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        async def within_limits() -> T:
            async with asyncio.timeout(LONGEST_WAIT):
                return await work

        return self._runner.run(within_limits())

    def build(self, method: str, path: str, **given: Any) -> httpx2.Request:  # noqa: ANN401
        return self.client.build_request(method, path, **given)

    def send(self, request: httpx2.Request) -> httpx2.Response:
        return self.run(self.client.send(request))

    def close(self) -> None:
        self.run(self.client.aclose())
        self._runner.close()


class WsgiCaller:
    """Calls a WSGI application in the test's thread, without any event loop."""

    def __init__(self, app: "WSGIApplication", base: str = ORIGIN) -> None:
        transport = httpx2.WSGITransport(app=app, remote_addr=PEER)
        self.client = httpx2.Client(transport=transport, base_url=base)

    def build(self, method: str, path: str, **given: Any) -> httpx2.Request:  # noqa: ANN401
        return self.client.build_request(method, path, **given)

    def send(self, request: httpx2.Request) -> httpx2.Response:
        return self.client.send(request)

    def close(self) -> None:
        self.client.close()


@dataclass
class Site:
    """One site behind one integration, and a browser that looks at it."""

    auth: Auth
    clock: FakeClock
    sink: RecordingSink
    caller: Caller

    @property
    def asgi(self) -> AsgiCaller:
        assert isinstance(self.caller, AsgiCaller)
        return self.caller

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        return self.request("GET", path, headers=headers)

    def request(self, method: str, path: str, **given: Any) -> httpx2.Response:  # noqa: ANN401
        return self.caller.send(self.caller.build(method, path, **given))

    def route(self, action: str) -> str:
        return f"{self.auth.settings.base_path}/{action}"

    def post(
        self,
        action: str,
        form: Mapping[str, str] | None = None,
        *,
        way: str = "form",
        **given: Any,  # noqa: ANN401
    ) -> httpx2.Response:
        """Post to a route in one of the three ways to ask: form, header or json."""
        headers = dict(SAME_ORIGIN)
        if way == "header":
            headers["x-auth-return-redirect"] = "1"
        if form is not None:
            given["data"] = {**form, "json": "true"} if way == "json" else dict(form)
        return self.request("POST", self.route(action), headers=headers, **given)

    def sign_in(
        self, password: str = PASSWORD, *, way: str = "form", **fields: str
    ) -> httpx2.Response:
        form = {"email": "ada@example.com", "password": password, **fields}
        return self.post("callback/credentials", form, way=way)

    def session(self) -> Any:  # noqa: ANN401
        return self.get(self.route("session")).json()

    def post_chunks(
        self, action: str, chunks: Iterable[bytes], declared: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        """Post a body as it comes; nobody declares its length, unless `declared` does."""

        async def stream() -> AsyncIterator[bytes]:
            for chunk in chunks:
                yield chunk

        content = stream() if isinstance(self.caller, AsgiCaller) else iter(chunks)
        headers = {
            **SAME_ORIGIN,
            "content-type": "application/x-www-form-urlencoded",
            "x-auth-return-redirect": "1",
            **(declared or {}),
        }
        return self.request("POST", self.route(action), headers=headers, content=content)


def cookies_of(response: httpx2.Response) -> list[str]:
    """Answer the Set-Cookie headers."""
    return response.headers.get_list("set-cookie")


def writes_session(response: httpx2.Response) -> bool:
    """Tell whether a response sets a session cookie, deletions left out."""
    return any(
        cookie.startswith(f"{SESSION}=") and not cookie.startswith(f"{SESSION}=;")
        for cookie in cookies_of(response)
    )


def without_length(app: "WSGIApplication") -> "WSGIApplication":
    """Present bodies as servers present chunked ones: no length, and an input that ends."""

    def unsized(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ.pop("CONTENT_LENGTH", None)
        environ["wsgi.input_terminated"] = True
        return app(environ, start_response)

    return unsized
