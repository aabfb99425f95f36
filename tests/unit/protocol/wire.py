"""Owns the client of the protocol's tests: it keeps cookies, builds Requests and reads Responses.

It works on the values that integrations exchange with the core, so that no server stands between.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from nextauth import Auth, Credentials, Request, Response, SubmittedCredentials, Throttle, User
from nextauth.web import SetCookie

SECRET = "kV3q-of-the-wire-tests-alone-9Zx7Lw"
OTHER_SECRET = "pT8n-another-of-the-wire-tests-4Qm2"
HOST = "localhost:3000"
ORIGIN = f"http://{HOST}"
SESSION = "authjs.session-token"
CSRF = "authjs.csrf-token"
CALLBACK_URL = "authjs.callback-url"
CALLBACK = "callback/credentials"
PASSWORD = "correct horse"
FORM = "application/x-www-form-urlencoded"

WAYS = ("form", "header", "json")
"""The three ways to ask: a plain form, the v5 client's header, the v4 client's ``json=true``."""

SAME_ORIGIN = (("sec-fetch-site", "same-origin"),)
Headers = Iterable[tuple[str, str]]


def ada(credentials: SubmittedCredentials) -> User | None:
    """Let in whoever knows the password."""
    if credentials.get("password") != PASSWORD:
        return None
    return User(id="1", name="Ada", email="ada@example.com")


def make_auth(authorize: Callable[..., Any] = ada, **options: Any) -> Auth:  # noqa: ANN401
    """Make an Auth that looks at no environment, and counts tries without refusing any."""
    options.setdefault("providers", [Credentials(authorize=authorize, account="email")])
    options.setdefault("secret", SECRET)
    options.setdefault("throttle", Throttle.for_tests())
    options.setdefault("padding", None)  # nothing here measures time
    return Auth(environ={}, **options)


class Reply:
    """A response, read as a client would."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.status = response.status
        self.text = response.body.decode()
        self.set: dict[str, SetCookie] = {cookie.name: cookie for cookie in response.cookies}

    def __repr__(self) -> str:
        return f"Reply({self.status}, {self.header('location')!r}, {self.text[:200]!r})"

    def header(self, name: str) -> str | None:
        value = self.response.header(name.encode())
        return None if value is None else value.decode("latin-1")

    def all(self, name: str) -> list[str]:
        wanted = name.encode()
        return [value.decode() for key, value in self.response.raw_headers() if key == wanted]

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.text)

    @property
    def url(self) -> str:
        """Where the client is sent, whichever way it asked."""
        location = self.header("location")
        if location is not None:
            return location
        url = self.json["url"]
        assert isinstance(url, str)
        return url

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query))

    def signs_in(self, name: str = SESSION) -> bool:
        """Whether it sets a session cookie that is not a deletion."""
        return any(
            each.value and (sent == name or sent.startswith(f"{name}."))
            for sent, each in self.set.items()
        )

    def deletes(self, name: str = SESSION) -> bool:
        return name in self.set and not self.set[name].value and self.set[name].max_age == 0


class Browser:
    """A client that keeps its cookies, as they stood on the wire.

    Args:
        auth: What it talks to.
        way: How it asks: one of `WAYS`.
        host: Its Host header.
        scheme: As the server sees it.
        headers: What it adds to each POST; by default, a browser's word that the form is ours.
        on_loop: Whether `Auth.handle` on an event loop is driven, instead of `handle_sync`.
    """

    def __init__(
        self,
        auth: Auth,
        *,
        way: str = "form",
        host: str = HOST,
        scheme: str = "http",
        headers: Headers = SAME_ORIGIN,
        on_loop: bool = False,
    ) -> None:
        self.auth = auth
        self.way = way
        self.host = host
        self.scheme = scheme
        self.headers = tuple(headers)
        self.on_loop = on_loop
        self.jar: dict[str, str] = {}

    def request(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Headers = (),
        body: bytes = b"",
    ) -> Request:
        sent = [("host", self.host), *headers]
        if self.jar:
            sent.append(("cookie", "; ".join(f"{name}={each}" for name, each in self.jar.items())))

        async def read_body(_limit: int) -> bytes:
            return body

        return Request(
            method,
            path,
            query=query.encode(),
            headers=[(name.encode(), value.encode("latin-1")) for name, value in sent],
            scheme=self.scheme,
            client="203.0.113.9",
            read_body=read_body,
        )

    def send(self, request: Request) -> Reply:
        if self.on_loop:
            response = asyncio.run(self.auth.handle(request))
        else:
            response = self.auth.handle_sync(request)
        for cookie in response.cookies:
            name, _, value = cookie.encode().decode("ascii").partition(";")[0].partition("=")
            if cookie.max_age == 0:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        return Reply(response)

    def get(self, action: str, headers: Headers = (), *, method: str = "GET") -> Reply:
        """Ask for a route, with its query."""
        name, _, query = action.partition("?")
        return self.send(self.request(method, self._path(name), query=query, headers=headers))

    def post(
        self,
        action: str,
        fields: Mapping[str, str] | None = None,
        *,
        headers: Headers | None = None,
    ) -> Reply:
        """Post a form to a route, in this client's way to ask."""
        form = dict(fields or {})
        if self.way == "json":
            form["json"] = "true"
        return self.post_body(action, urlencode(form).encode(), headers=headers)

    def post_body(
        self,
        action: str,
        body: bytes,
        *,
        kind: str | None = FORM,
        headers: Headers | None = None,
    ) -> Reply:
        """Post any bytes to a route."""
        sent = list(self.headers if headers is None else headers)
        if kind is not None:
            sent.append(("content-type", kind))
        if self.way == "header":
            sent.append(("x-auth-return-redirect", "1"))
        return self.send(self.request("POST", self._path(action), headers=sent, body=body))

    def sign_in(self, password: str = PASSWORD, **fields: str) -> Reply:
        return self.post(CALLBACK, {"email": "ada@example.com", "password": password, **fields})

    def session(self) -> Any:  # noqa: ANN401
        """What ``GET session`` shows."""
        return self.get("session").json

    def _path(self, action: str) -> str:
        return f"{self.auth.settings.base_path}/{action}"


def signed_in(auth: Auth, **options: Any) -> Browser:  # noqa: ANN401
    """Answer a browser whose sign-in has succeeded."""
    browser = Browser(auth, **options)
    reply = browser.sign_in()
    assert reply.status in {200, 302}, reply
    assert browser.auth.session_sync(browser.request("GET", "/")) is not None
    return browser


def claims_of(browser: Browser) -> dict[str, Any]:
    """Answer the claims of a browser's session, read as a later request reads them."""
    session = browser.auth.session_sync(browser.request("GET", "/"))
    assert session is not None
    return dict(session.token)


def either(fn: Callable[[Any], Any], *, is_async: bool) -> Callable[[Any], Any]:
    """Answer a callback as it is, or as an ``async def``."""

    async def coroutine(params: Any) -> Any:  # noqa: ANN401
        return fn(params)

    return coroutine if is_async else fn


both = pytest.mark.parametrize("is_async", [False, True], ids=["def", "async-def"])
"""Runs a test with a callback that is a ``def``, and with one that is an ``async def``."""
