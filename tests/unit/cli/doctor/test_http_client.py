"""The doctor's requests stay within bounds, whatever the server at the other end does."""

import asyncio
import gzip
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from nextauth.cli.doctor.site.http_client import HttpClient
from nextauth.cli.doctor.site.wire import Answer, Ask, UnansweredError
from tests.in_thread import Receive, Scope, Send, bound_socket, serving

BOMB = gzip.compress(b" " * 20_000_000)


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    """Take the request and say nothing until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def dripping(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a little at a time, so that no single wait is long."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while (await asyncio.wait_for(receive(), 60))["type"] != "http.disconnect":
        await send({"type": "http.response.body", "body": b".", "more_body": True})


def answering(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Any:  # noqa: ANN401
    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": body})

    return answered


@contextmanager
def site(app: Any) -> Generator[str]:  # noqa: ANN401 - an ASGI application
    bound, port = bound_socket()
    with serving(app, bound, lifespan="off"):
        yield f"http://127.0.0.1:{port}/"


def asked(
    url: str,
    times: int = 1,
    *,
    timer: Callable[[], float] = time.monotonic,
    **bounds: Any,  # noqa: ANN401
) -> list[Answer | UnansweredError]:
    async def ask() -> list[Answer | UnansweredError]:
        client = HttpClient(host="127.0.0.1", clock=time.time, timer=timer, **bounds)
        outcomes: list[Answer | UnansweredError] = []
        try:
            for _ in range(times):
                try:
                    outcomes.append(await client.send(Ask(url)))
                except UnansweredError as error:
                    outcomes.append(error)
        finally:
            await client.aclose()
        return outcomes

    return asyncio.run(ask())


@pytest.mark.parametrize("app", [silent, dripping])
def test_nobody_waits_for_a_server_that_takes_its_time(app: Any) -> None:  # noqa: ANN401
    with site(app) as url:
        [outcome] = asked(url, timeout=0.3)
    assert isinstance(outcome, UnansweredError)
    assert "no answer within" in str(outcome)


def test_there_are_no_more_requests_than_allowed() -> None:
    with site(answering(b"{}")) as url:
        *answers, last = asked(url, 4, most=3)
    assert [each.status for each in answers if isinstance(each, Answer)] == [200, 200, 200]
    assert isinstance(last, UnansweredError)
    assert "used up" in str(last)


def test_there_is_no_more_time_than_allowed() -> None:
    seconds = count()
    with site(answering(b"{}")) as url:
        outcomes = asked(url, 3, timer=lambda: float(next(seconds)), in_all=4.5)
    assert isinstance(outcomes[0], Answer)
    assert isinstance(outcomes[-1], UnansweredError)


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://127.0.0.2:1/", "https://a.example"])
def test_no_other_host_is_asked(url: str) -> None:
    [outcome] = asked(url)
    assert str(outcome) == "only 127.0.0.1 is asked"


def test_no_redirect_is_followed_and_no_cookie_kept() -> None:
    headers = (b"location", b"/elsewhere"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")
    with site(answering(b"", *headers, status=302)) as url:
        outcomes = asked(url, 2)
    for each in outcomes:
        assert isinstance(each, Answer)
        assert each.is_redirect
        assert each.values("set-cookie") == ["a=1", "b=2"]


def test_no_more_is_kept_than_enough() -> None:
    with site(answering(BOMB, (b"content-encoding", b"gzip"))) as url:
        [outcome] = asked(url)
    assert isinstance(outcome, Answer)
    assert set(outcome.body) == {32}


def test_what_does_not_unpack_is_no_answer() -> None:
    with site(answering(b"no gzip", (b"content-encoding", b"gzip"))) as url:
        [outcome] = asked(url)
    assert str(outcome) == "its body is no gzip"


@pytest.mark.parametrize(
    "body",
    [b"", b"<!doctype html>", b"[" * 200_000, b"\xff"],
    ids=["nothing", "page", "deep", "no UTF-8"],
)
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Answer(200, (), body, 0.0, 0.0).data()
