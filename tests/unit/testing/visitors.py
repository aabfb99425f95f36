"""Owns one visitor for each kind of test client: the same small site, asked in the client's way.

``/whoami`` of the site says who is there. A visitor asks at one address, in the way in which that
client is told of an address.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
from django.test import AsyncClient, Client, override_settings
from litestar.testing import AsyncTestClient
from litestar.testing import TestClient as LitestarClient
from starlette.testclient import TestClient

from nextauth import Auth
from tests.contract import django_site  # noqa: F401 - it sets Django up
from tests.contract.applications import BUILDERS
from tests.contract.site import SAME_ORIGIN


@dataclass
class Visitor:
    """A test client, and how one asks with it: a method and a path give a body."""

    client: Any
    ask: Callable[[str, str], str]

    def who(self) -> str:
        return self.ask("GET", "/whoami")

    def sign_out(self) -> None:
        self.ask("POST", "/api/auth/signout")


def like_httpx(client: Any) -> Visitor:  # noqa: ANN401
    def ask(method: str, path: str) -> str:
        return cast("str", client.request(method, path, headers=SAME_ORIGIN).text)

    return Visitor(client, ask)


@contextmanager
def on_a_loop(client: Any, answer: Callable[[str, str], Awaitable[str]]) -> Iterator[Visitor]:  # noqa: ANN401
    """Answer a visitor whose client awaits; all of its requests run on one loop."""

    async def asked(method: str, path: str) -> str:
        return await answer(method, path)

    with asyncio.Runner() as runner:
        yield Visitor(client, lambda method, path: runner.run(asked(method, path)))


@contextmanager
def by_starlette(auth: Auth, base: str) -> Iterator[Visitor]:
    yield like_httpx(TestClient(BUILDERS["starlette"](auth), base_url=base))


@contextmanager
def by_fastapi(auth: Auth, base: str) -> Iterator[Visitor]:
    yield like_httpx(TestClient(BUILDERS["fastapi"](auth), base_url=f"{base}/"))


@contextmanager
def by_httpx2(auth: Auth, base: str) -> Iterator[Visitor]:
    transport = httpx2.WSGITransport(app=BUILDERS["wsgi"](auth))
    with httpx2.Client(transport=transport, base_url=base) as client:
        yield like_httpx(client)


@contextmanager
def by_httpx2_async(auth: Auth, base: str) -> Iterator[Visitor]:
    transport = httpx2.ASGITransport(app=BUILDERS["starlette"](auth))
    client = httpx2.AsyncClient(transport=transport, base_url=base)

    async def answer(method: str, path: str) -> str:
        return (await client.request(method, path, headers=SAME_ORIGIN)).text

    with on_a_loop(client, answer) as visitor:
        yield visitor


@contextmanager
def by_litestar(auth: Auth, base: str) -> Iterator[Visitor]:
    with LitestarClient(BUILDERS["litestar"](auth), base_url=base) as client:
        yield like_httpx(client)


@contextmanager
def by_litestar_async(auth: Auth, base: str) -> Iterator[Visitor]:
    client = AsyncTestClient(BUILDERS["litestar"](auth), base_url=base)

    async def answer(method: str, path: str) -> str:
        return (await client.request(method, path, headers=SAME_ORIGIN)).text

    with on_a_loop(client, answer) as visitor:
        yield visitor


@contextmanager
def by_flask(auth: Auth, base: str) -> Iterator[Visitor]:
    app, address = BUILDERS["flask"](auth), urlsplit(base)
    app.config.update(SERVER_NAME=address.netloc, PREFERRED_URL_SCHEME=address.scheme)
    client = app.test_client()

    def ask(method: str, path: str) -> str:
        return cast("str", client.open(path, method=method, headers=SAME_ORIGIN).text)

    yield Visitor(client, ask)


@contextmanager
def by_quart(auth: Auth, base: str) -> Iterator[Visitor]:
    app, address = BUILDERS["quart"](auth), urlsplit(base)
    app.config.update(SERVER_NAME=address.netloc)
    client = app.test_client()

    async def answer(method: str, path: str) -> str:
        reply = await client.open(
            path, method=method, headers=dict(SAME_ORIGIN), scheme=address.scheme
        )
        return cast("bytes", await reply.get_data()).decode()

    with on_a_loop(client, answer) as visitor:
        yield visitor


@contextmanager
def by_django(auth: Auth, base: str) -> Iterator[Visitor]:
    address = urlsplit(base)
    client = Client(headers={**SAME_ORIGIN, "host": address.netloc})
    secure = address.scheme == "https"
    with override_settings(NEXTAUTH=auth):
        yield Visitor(
            client,
            lambda method, path: client.generic(method, path, secure=secure).content.decode(),
        )


@contextmanager
def by_django_async(auth: Auth, base: str) -> Iterator[Visitor]:
    client = AsyncClient()
    secure = base.startswith("https")

    async def answer(method: str, path: str) -> str:
        reply: Any = await client.generic(method, path, secure=secure, headers=SAME_ORIGIN)
        return cast("bytes", reply.content).decode()

    with override_settings(NEXTAUTH=auth), on_a_loop(client, answer) as visitor:
        yield visitor


VISITORS = {
    "starlette": by_starlette,
    "fastapi": by_fastapi,
    "httpx2": by_httpx2,
    "httpx2-async": by_httpx2_async,
    "litestar": by_litestar,
    "litestar-async": by_litestar_async,
    "flask": by_flask,
    "quart": by_quart,
    "django": by_django,
    "django-async": by_django_async,
}
"""By client; each opens a visitor of a site, at an address. The site knows that address itself."""
