"""Owns the site under contract in Litestar's habits: the plugin, its dependency and its guard."""

from collections.abc import AsyncIterator

from litestar import Litestar, MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from nextauth import Auth, Session
from nextauth.integrations.litestar import AuthPlugin, current_session, requires_session
from tests.contract.applications import PIECES

CACHEABLE = "public, max-age=60"


def name_of(session: Session | None) -> str:
    return "nobody" if session is None else session.user.name or ""


@get("/public", media_type=MediaType.TEXT)
async def public() -> Response[str]:
    return Response("public", headers={"cache-control": CACHEABLE})


@get("/whoami", media_type=MediaType.TEXT)
async def whoami(
    request: Request[None, None, None],  # type: ignore[type-var]
    session: NamedDependency[Session | None],
) -> Response[str]:
    assert await current_session(request) is session
    return Response(name_of(session), headers={"cache-control": CACHEABLE})


@get("/private", media_type=MediaType.TEXT, guards=[requires_session])
async def private(session: NamedDependency[Session]) -> str:
    return name_of(session)


async def pieces() -> AsyncIterator[bytes]:
    for piece in PIECES:
        yield piece


@get("/stream", guards=[requires_session], include_in_schema=False)
async def stream() -> Stream:
    return Stream(pieces(), headers={"cache-control": CACHEABLE})


def litestar_app(auth: Auth) -> Litestar:
    root_path = auth.settings.base_path.rpartition("/api/auth")[0]
    pages = [public, whoami, private, stream]
    return Litestar(pages, plugins=[AuthPlugin(auth, root_path=root_path)])
