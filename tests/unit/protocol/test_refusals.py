"""Refusals in each way to ask, and the limits of a request's body."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from nextauth import Request
from nextauth.errors import Busy
from nextauth.web.body import LARGEST_BODY
from tests.unit.protocol.wire import (
    CALLBACK,
    FORM,
    ORIGIN,
    SAME_ORIGIN,
    WAYS,
    Browser,
    Reply,
    make_auth,
)

HTML = ("accept", "text/html,application/xhtml+xml")


def _busy(browser: Browser) -> Reply:
    return browser.sign_in()


def _too_large(browser: Browser) -> Reply:
    return browser.sign_in(filler="x" * LARGEST_BODY)


def _long_field(browser: Browser) -> Reply:
    return browser.sign_in("x" * 1025)


def _media_type(browser: Browser) -> Reply:
    return browser.post_body(CALLBACK, b"json=true", kind="text/plain")


def _charset(browser: Browser) -> Reply:
    return browser.post_body(CALLBACK, b"json=true", kind=f"{FORM}; charset=utf-16")


def _no_media_type(browser: Browser) -> Reply:
    return browser.post_body(CALLBACK, b"json=true", kind=None)


def _bad_form(browser: Browser) -> Reply:
    return browser.post_body(CALLBACK, b"json=true&name=%FF")


def _many_fields(browser: Browser) -> Reply:
    return browser.post_body(CALLBACK, b"&".join(b"a%d=1" % number for number in range(129)))


def _bad_json(browser: Browser) -> Reply:
    return browser.post_body(CALLBACK, b"{", kind="application/json")


def _deep_json(browser: Browser) -> Reply:
    body = b'{"a":' + b"[" * 32 + b"]" * 32 + b"}"
    return browser.post_body("session", body, kind="application/json")


def _full(_credentials: object) -> None:
    message = "every worker is taken"
    raise Busy(message)


REFUSALS: dict[str, tuple[int, str, Callable[[Browser], Reply]]] = {
    "busy": (503, "Busy", _busy),
    "too-large": (413, "PayloadTooLarge", _too_large),
    "long-field": (413, "PayloadTooLarge", _long_field),
    "media-type": (415, "UnsupportedMediaType", _media_type),
    "charset": (415, "UnsupportedMediaType", _charset),
    "no-media-type": (415, "UnsupportedMediaType", _no_media_type),
    "bad-form": (400, "BadRequest", _bad_form),
    "many-fields": (400, "BadRequest", _many_fields),
    "bad-json": (400, "BadRequest", _bad_json),
    "deep-json": (400, "BadRequest", _deep_json),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_tells_a_client_library_where_to_go(name: str, way: str) -> None:
    status, code, ask = REFUSALS[name]
    browser = Browser(make_auth(_full), way=way, headers=[*SAME_ORIGIN, ("accept", "*/*")])
    reply = ask(browser)
    assert reply.status == status
    assert reply.json == {"url": f"{ORIGIN}/api/auth/error?error={code}", "error": code}
    assert reply.header("retry-after") == ("1" if status == 503 else None)


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_shows_a_person_a_page(name: str) -> None:
    status, code, ask = REFUSALS[name]
    auth = make_auth(_full)
    browser = Browser(auth, headers=[*SAME_ORIGIN, HTML])
    reply = ask(browser)
    assert reply.status == status
    assert (reply.header("content-type") or "").startswith("text/html")
    assert auth.services.pages._texts.error(code).title in reply.text


@pytest.mark.parametrize("way", WAYS)
def test_the_url_of_a_refusal_is_that_of_base_url(way: str) -> None:
    auth = make_auth(base_url="https://example.com")
    reply = Browser(auth, way=way, host="10.0.0.7:8000").post("nope")
    assert reply.url == "https://example.com/api/auth/error?error=UnknownAction"


def test_the_limits_themselves_are_accepted() -> None:
    browser = Browser(make_auth(lambda credentials: {"id": str(len(credentials["password"]))}))
    body = b"password=" + b"x" * 1024 + b"&callbackUrl="
    body = body.ljust(LARGEST_BODY, b"x")
    assert len(body) == LARGEST_BODY
    assert browser.post_body(CALLBACK, body).signs_in()
    deep: Any = 1
    for _ in range(31):
        deep = [deep]
    posted = json.dumps({"data": deep}).encode()
    assert browser.post_body("session", posted, kind="application/json").status == 200


def test_the_body_is_read_with_the_limit() -> None:
    limits: list[int] = []

    async def read_body(limit: int) -> bytes:
        limits.append(limit)
        return b""

    request = Request(
        "POST",
        "/api/auth/signout",
        headers=[(b"host", b"localhost"), (b"sec-fetch-site", b"same-origin")],
        read_body=read_body,
    )
    assert make_auth().handle_sync(request).status == 302
    assert limits == [LARGEST_BODY]
