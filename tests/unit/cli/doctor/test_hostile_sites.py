"""Whatever a site answers, the doctor ends soon, with a report and without a cookie's value."""

import asyncio
import gzip
import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from nextauth.cli.doctor import Report, examine
from nextauth.cli.doctor.examining import Circumstances
from nextauth.cli.doctor.site.http_client import HttpClient
from nextauth.cli.doctor.site.visit import Place
from nextauth.cli.doctor.site.wire import Answer, Ask, UnansweredError
from tests.in_thread import Receive, Scope, Send, bound_socket, serving
from tests.proxies.faulty_sites import auth_of

HEAD = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
PAGE = [(b"content-type", b"text/html"), (b"cache-control", b"no-store")]
Given = tuple[int, list[tuple[bytes, bytes]], bytes]
Answers = Callable[[str], Given | None]


def examined(answers: Answers, *, path: str = "") -> Report:
    """Examine a site that has its providers, and else answers what is given."""
    bound, port = bound_socket()
    origin = f"http://127.0.0.1:{port}"

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        name = scope["path"].rpartition("/")[2]
        providers = {"credentials": {"signinUrl": f"{origin}/api/auth/signin"}}
        usual = 200, HEAD, json.dumps(providers if name == "providers" else {}).encode()
        status, headers, body = answers(name) or usual
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def asked() -> Report:
        place = Place.parse(f"{origin}{path}")
        assert place is not None
        client = HttpClient(host="127.0.0.1", clock=time.time, timer=time.monotonic)
        around = Circumstances({}, time.time, time.monotonic)
        try:
            auth = auth_of({"base_url": origin})
            return await examine(auth, "main:auth", around, place=place, client=client)
        finally:
            await client.aclose()

    with serving(app, bound, lifespan="off"):
        return asyncio.run(asked())


def seen(report: Report) -> dict[str, str | None]:
    return {each.code: each.value for each in report.findings}


@pytest.mark.parametrize(
    "url",
    ["null", '""', "0", "[]", "{}", "false", '["http://a"]', r'"http://\ud800"', '"http://[::1"'],
)
def test_providers_without_an_address_are_no_providers(url: str) -> None:
    body = f'{{"credentials": {{"signinUrl": {url}}}}}'.encode()
    report = examined(lambda name: (200, HEAD, body) if name == "providers" else None)
    assert seen(report) == {"route-not-json": "GET providers: 200 application/json"}


def test_a_page_of_nothing_but_openings_takes_no_time() -> None:
    policy = (b"content-security-policy", b"default-src 'none'; style-src 'sha256-x'")
    page = 200, [*PAGE, policy], b"<style>" * 70_000
    # (Tag by tag, each looking for its end, took minutes: the suite's own limit would end it.)
    report = examined(lambda name: page if name == "signin" else None)
    assert "csp-changed" in seen(report)
    assert "page-changed" not in seen(report)


def test_of_a_policys_directives_that_come_twice_the_first_counts_as_in_browsers() -> None:
    well = b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    first = b"style-src 'unsafe-inline'; style-src 'self'"
    policy = (b"content-security-policy", well + b"; " + first)
    report = examined(lambda name: (200, [*PAGE, policy], b"") if name == "signin" else None)
    assert seen(report)["csp-changed"] == "style-src 'unsafe-inline'"


@pytest.mark.parametrize(
    ("directive", "is_told"),
    [
        (b"script-src https://cdn.example", True),
        (b"script-src-elem cdn.example", True),
        (b"script-src 'self' 'nonce-abc'", True),
        (b"script-src 'strict-dynamic' 'sha256-x'", True),
        (b"script-src 'UNSAFE-INLINE'", True),
        (b"script-src data:", True),
        (b"img-src 'self' https://pixel.example", True),
        (b"connect-src wss:", True),
        (b"form-action 'self' https:", True),
        (b"form-action 'self' https://app.example", False),
        (b"img-src 'self' data:", False),
        (b"script-src 'sha256-x'; connect-src 'self'", False),
        (b"report-uri https://reports.example/csp; upgrade-insecure-requests", False),
    ],
)
def test_a_policy_that_lets_in_what_our_pages_do_not_load_is_told(
    directive: bytes,
    is_told: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    well = b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'self'"
    if not directive.startswith(b"form-action"):
        well += b"; form-action 'self'"
    policy = (b"content-security-policy", well + b"; " + directive)
    report = examined(lambda name: (200, [*PAGE, policy], b"") if name == "signin" else None)
    assert seen(report).get("csp-changed") == (directive.decode() if is_told else None)


def test_a_cookie_that_is_all_value_is_not_shown() -> None:
    cookies = [(b"set-cookie", b"of-somebody-8c1f"), (b"set-cookie", b"other.csrf-token=of-x")]
    report = examined(lambda name: (200, PAGE + cookies, b"") if name == "signin" else None)
    assert seen(report)["cookie-other-name"] == "other.csrf-token in place of authjs.callback-url"
    assert "of-somebody" not in report.text() + report.json()


@pytest.mark.parametrize(
    ("state", "is_hit"),
    [
        (b"HIT", True),
        (b"HIT from edge", True),
        (b"TCP_MEM_HIT from a1", True),
        (b"RefreshHit from cloudfront", True),
        (b"MISS, HIT", True),
        (b"MISS from whitehall.example", False),
        (b"MISS from hitech-1", False),
    ],
)
def test_a_cache_that_has_answered_says_so_and_its_name_does_not(
    state: bytes,
    is_hit: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    headers = [*HEAD, (b"x-cache", state)]
    report = examined(lambda name: (200, headers, b"{}") if name == "session" else None)
    assert ("answers-cached" in seen(report)) is is_hit


def test_what_steers_a_terminal_is_taken_out_of_where_a_redirect_leads() -> None:
    away = 302, [(b"location", b"https://a.example/\xc2\x9b31m\xe2\x80\xaex?of=somebody")], b""
    report = examined(lambda _: away)
    assert seen(report) == {"routes-redirected": "GET providers leads to https://a.example/?31m?x"}


@pytest.mark.parametrize("path", ["/\x01", f"/{'a' * 70_000}"], ids=["control character", "long"])
def test_a_path_that_can_not_be_asked_for_holds_no_routes(path: str) -> None:
    report = examined(lambda _: (404, HEAD, b""), path=path)
    assert list(seen(report)) == ["routes-missing"]


def asked(body: bytes, *encodings: bytes) -> Answer | UnansweredError:
    bound, port = bound_socket()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-encoding", each) for each in encodings]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def ask() -> Answer | UnansweredError:
        client = HttpClient(host="127.0.0.1", clock=time.time, timer=time.monotonic)
        try:
            return await client.send(Ask(f"http://127.0.0.1:{port}/"))
        except UnansweredError as error:
            return error
        finally:
            await client.aclose()

    with serving(app, bound, lifespan="off"):
        return asyncio.run(ask())


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_few_bytes_that_stand_for_many_take_no_memory(layers: int) -> None:
    bomb = b" " * 100_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb, 6)
    tracemalloc.start()
    try:
        outcome = asked(bomb, *[b"gzip"] * layers)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(outcome, Answer)
    assert len(outcome.body) <= 512 * 1024
    assert most < 10_000_000


def test_what_is_packed_once_is_unpacked() -> None:
    outcome = asked(gzip.compress(b"<style>"), b"gzip")
    assert isinstance(outcome, Answer)
    assert outcome.body == b"<style>"


def test_a_host_with_letters_of_its_own_language_is_asked() -> None:
    async def ask(host: str) -> Any:  # noqa: ANN401 - whatever it raises
        client = HttpClient(host=host, clock=time.time, timer=time.monotonic)
        try:
            await client.send(Ask(f"http://{host}:1/"))
        except UnansweredError as error:
            return str(error), client.sent
        finally:
            await client.aclose()

    message, sent = asyncio.run(ask("xn--bcher-kva.localhost"))
    assert sent == 1, message
