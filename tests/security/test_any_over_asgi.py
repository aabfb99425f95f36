"""Through a real integration: whatever bytes arrive at an ASGI server, nobody is signed in."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth import Response
from nextauth.integrations.asgi import AuthApp, AuthMiddleware, Message, Scope, reader_of
from tests.security.answers import check, gives_a_session
from tests.security.inputs import (
    DIALECTS,
    ORIGINS,
    V4,
    bodies,
    cookie_headers,
    headers,
    media_types,
    methods,
    paths,
    queries,
    repeatable,
    site,
    token_of,
)
from tests.unit.protocol.wire import HOST, PASSWORD, SESSION, Reply

NAMES = {"authjs": SESSION, "next-auth-v4": V4}
Raw = list[tuple[bytes, bytes]]


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def _scope(method: str, target: bytes, sent: Raw) -> dict[str, Any]:
    """Answer what a server makes of a request line, as uvicorn does."""
    raw_path, _, query = target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(raw_path).decode("utf-8", "replace"),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", HOST.encode()), *sent],
        "client": ("203.0.113.9", 40_000),
        "server": ("127.0.0.1", 3_000),
    }


async def _pages(scope: Scope, receive: object, send: Any) -> None:  # noqa: ANN401
    session = await reader_of(scope, site(scope["dialect"])).session()
    who = b"" if session is None else (session.user.name or "?").encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": who})


async def _call(dialect: str, scope: dict[str, Any], chunks: list[bytes]) -> Reply:
    pending = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    pending.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Message] = []

    async def receive() -> Message:
        return pending.pop(0) if pending else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    app = AuthMiddleware(_pages, site(dialect))
    await app({**scope, "dialect": dialect}, receive, send)
    start, body = sent
    response = Response(start["status"], list(start["headers"]), body["body"])
    return check(response, origins=ORIGINS)


def _set(reply: Reply) -> list[str]:
    return [
        written
        for written in reply.all("set-cookie")
        if "session-token" in written and "Max-Age=0" not in written
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
@given(
    method=methods,
    path=paths.map(lambda path: path.encode("utf-8", "replace")) | st.binary(max_size=40),
    query=queries,
    sent=headers,
    body=bodies,
    cut=st.lists(st.integers(0, 300), max_size=3),
)
@repeatable
def test_no_bytes_sign_anybody_in(
    loop: asyncio.Runner,
    dialect: str,
    method: str,
    path: bytes,
    query: bytes,
    sent: list[tuple[str, str]],
    body: bytes,
    cut: list[int],
) -> None:
    """Identity from the body, from headers, from an address: CVE-2025-61928 (Better Auth)."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in sent if name != "host"]
    places = [0, *sorted(cut), len(body)]
    chunks = [body[start:end] for start, end in pairwise(places)]
    reply = loop.run(_call(dialect, _scope(method, path + b"?" + query, raw), chunks))
    assert _set(reply) == []
    assert not gives_a_session(reply)
    if not reply.header("content-type"):
        assert reply.text == ""


@pytest.mark.parametrize("dialect", DIALECTS)
@given(cookies=st.lists(cookie_headers, max_size=3), kind=media_types)
@repeatable
def test_no_cookie_signs_anybody_in(
    loop: asyncio.Runner, dialect: str, cookies: list[str], kind: str
) -> None:
    """Oversize and malformed input: CVE-2025-61920 (Authlib); cookie tossing."""
    raw = [(b"cookie", each.encode("latin-1")) for each in cookies]
    assert loop.run(_call(dialect, _scope("GET", b"/page", raw), [])).text == ""
    raw += [(b"sec-fetch-site", b"same-origin"), (b"content-type", kind.encode("latin-1"))]
    reply = loop.run(_call(dialect, _scope("POST", b"/api/auth/session", raw), [b"{}"]))
    assert _set(reply) == []


ENCODED = (
    b"/api/auth/callback%2Fcredentials",
    b"/api/auth/%63allback/credentials",
    b"/api%2fauth/callback/credentials",
    b"/%61pi/auth/callback/credentials/",
)


@pytest.mark.parametrize("path", ENCODED)
def test_an_encoded_path_keeps_the_rules_of_its_route(loop: asyncio.Runner, path: bytes) -> None:
    """A path that evades route checks: GHSA-x732-6j76-qmhm: `%2f` is `/` by the time we see it."""
    form = (b"content-type", b"application/x-www-form-urlencoded")
    body = [f"email=victim&password={PASSWORD}".encode()]
    for sent, signs_in in (
        ([(b"sec-fetch-site", b"same-origin")], True),
        ([(b"sec-fetch-site", b"cross-site")], False),
        ([], False),
    ):
        scope = _scope("POST", path, [form, *sent])
        assert bool(_set(loop.run(_call("authjs", scope, body)))) is signs_in
    scope = _scope("GET", path + b"?" + body[0], [(b"sec-fetch-site", b"same-origin")])
    assert loop.run(_call("authjs", scope, [])).status == 405


@pytest.mark.parametrize("length", [b"9" * 20, b"9" * 5_000, b"-1", b"1_0", b"", b"\xb2", b" 5"])
def test_a_declared_length_of_any_kind_raises_nothing(loop: asyncio.Runner, length: bytes) -> None:
    """Oversize input: CVE-2025-61920 (Authlib): a number with more digits than Python reads."""
    sent = [
        (b"content-type", b"application/x-www-form-urlencoded"),
        (b"content-length", length),
        (b"sec-fetch-site", b"same-origin"),
        (b"x-auth-return-redirect", b"1"),
    ]
    scope = _scope("POST", b"/api/auth/callback/credentials", sent)
    status = loop.run(_call("authjs", scope, [b"password=wrong"])).status
    assert status == (413 if length.startswith(b"9") else 401)


def test_a_session_of_our_own_is_seen(loop: asyncio.Runner) -> None:
    for dialect in DIALECTS:
        cookie = (b"cookie", f"{NAMES[dialect]}={token_of('victim', dialect)}".encode())
        assert loop.run(_call(dialect, _scope("GET", b"/page", [cookie]), [])).text == "victim"
        assert loop.run(_call(dialect, _scope("GET", b"/page", []), [])).text == ""
    assert AuthApp(site()) is not None
