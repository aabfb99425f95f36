"""Requests, responses, and stepping a coroutine without an event loop."""

import json
from collections.abc import Generator
from types import coroutine

import pytest

from nextauth.web import CookieAttributes, Request, Response, SetCookie
from nextauth.web.request import DirectRuntime, no_body, step


@coroutine
def _wait() -> Generator[None, None, None]:
    yield


async def _call(fn: object) -> str:
    return await DirectRuntime().call(str, fn)


async def _steps() -> str:
    return await _call(7)


async def _waits(notes: list[str]) -> None:
    try:
        await _wait()
    finally:
        notes.append("closed")


async def _body_of(request: Request) -> bytes:
    return await request.read_body(1)


async def _raises() -> None:
    message = "as it was raised"
    raise LookupError(message)


def test_step_answers_what_the_coroutine_returns() -> None:
    assert step(_steps()) == "7"


def test_step_refuses_what_waits_and_closes_it() -> None:
    notes: list[str] = []
    with pytest.raises(RuntimeError, match="call the async method instead"):
        step(_waits(notes))
    assert notes == ["closed"]


def test_step_lets_errors_through() -> None:
    with pytest.raises(LookupError, match="as it was raised"):
        step(_raises())


def test_direct_runtime_hands_on_every_argument() -> None:
    assert step(DirectRuntime().call(int, "ff", base=16)) == 255


def test_no_body() -> None:
    assert step(no_body(1)) == b""


def test_header() -> None:
    request = Request(
        "GET", "/", headers=[(b"a", b"1"), (b"b", b"\xfc"), (b"a", b"2"), (b"empty", b"")]
    )
    assert [request.header(name) for name in (b"a", b"b", b"c", b"A", b"empty")] == [
        "1, 2",
        "\xfc",
        None,
        None,
        "",
    ]
    assert request.header_values(b"a") == ["1", "2"]
    assert request.header_values(b"c") == []


def test_headers_may_be_an_iterator() -> None:
    request = Request("GET", "/", headers=iter([(b"a", b"1")]))
    assert (request.header(b"a"), request.header(b"a")) == ("1", "1")


@pytest.mark.parametrize(
    ("query", "value"),
    [
        (b"", None),
        (b"a=1", None),
        (b"q=1", "1"),
        (b"q=1&q=2", "2"),
        (b"q=", ""),
        (b"q", ""),
        (b"q=a%20b+c", "a b c"),
        (b"q=%C3%BC", "\u00fc"),
        (b"q=%FF", "\ufffd"),
        (b"q=1" + b"&a=1" * 64, None),
        (b"q=1" + b"&a=1" * 63, "1"),
    ],
)
def test_query_value(query: bytes, value: str | None) -> None:
    request = Request("GET", "/", query=query)
    assert (request.query_value("q"), request.query_value("q")) == (value, value)


def test_defaults() -> None:
    request = Request("GET", "/")
    assert (request.scheme, request.client, request.headers, request.query) == (
        "http",
        None,
        (),
        b"",
    )
    assert isinstance(request.runtime, DirectRuntime)
    assert step(_body_of(request)) == b""


def test_no_repr_shows_what_was_sent() -> None:
    request = Request("GET", "/a", query=b"password=hunter2", headers=[(b"cookie", b"hunter2")])
    cookie = SetCookie("n", "hunter2", CookieAttributes(secure=True))
    response = Response(200, [(b"a", b"hunter2")], b"hunter2", [cookie])
    assert repr(request) == "Request(GET /a)"
    assert repr(response) == "Response(200, 7 bytes, 1 cookies)"


def test_json() -> None:
    response = Response.json({"a": "\u00fc"}, 403, [(b"x", b"y")])
    assert (response.status, json.loads(response.body)) == (403, {"a": "\u00fc"})
    assert response.header(b"content-type") == b"application/json"
    assert response.header(b"content-length") == str(len(response.body)).encode()
    assert response.header(b"x-content-type-options") == b"nosniff"
    assert response.header(b"x") == b"y"
    assert response.header(b"cache-control") == b"private, no-cache, no-store"


@pytest.mark.parametrize(("value", "body"), [(None, b"null"), ({}, b"{}")])
def test_json_of_nobody(value: object, body: bytes) -> None:
    assert (Response.json(value).status, Response.json(value).body) == (200, body)


def test_redirect() -> None:
    response = Response.redirect("https://example.com/a", 303)
    assert (response.status, response.body) == (303, b"")
    assert response.header(b"location") == b"https://example.com/a"
    assert response.header(b"content-length") == b"0"
    assert response.header(b"cache-control") == b"private, no-cache, no-store"
    assert Response.redirect("https://example.com").status == 302


def test_empty() -> None:
    assert (Response.empty().status, Response.empty().body) == (204, b"")
    response = Response.empty(405, {b"allow": b"GET"})
    assert (response.status, response.header(b"allow"), response.body) == (405, b"GET", b"")


def test_cookies_go_out_after_the_headers() -> None:
    cookies = [SetCookie(name, "v", CookieAttributes(secure=False)) for name in "ab"]
    response = Response(200, [(b"x", b"y")], cookies=cookies)
    assert response.raw_headers() == [
        (b"x", b"y"),
        (b"set-cookie", b"a=v; Path=/; HttpOnly; SameSite=Lax"),
        (b"set-cookie", b"b=v; Path=/; HttpOnly; SameSite=Lax"),
    ]
    assert Response(200, [(b"x", b"y")]).raw_headers() == [(b"x", b"y")]
    assert response.header(b"set-cookie") is None


def test_responses_share_no_headers() -> None:
    first, second = Response.json(1), Response.json(1)
    first.headers.append((b"x", b"y"))
    assert second.header(b"x") is None
