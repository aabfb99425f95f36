"""Every route by every method, what is no route, what HEAD leaves alone, and CORS."""

from collections.abc import Callable
from typing import Any

import pytest

from nextauth import Auth, Callbacks, Request, Response
from nextauth.events import immediate
from nextauth.routes import ROUTES
from nextauth.testing import RecordingSink
from tests.unit.protocol.wire import (
    CALLBACK,
    ORIGIN,
    SAME_ORIGIN,
    WAYS,
    Browser,
    make_auth,
    signed_in,
)

TRUSTED = "https://app.example.com"

ALLOWED = {
    "providers": "GET, HEAD",
    "csrf": "GET, HEAD",
    "session": "GET, HEAD, POST",
    "signin": "GET, HEAD, POST",
    "signin/credentials": "GET, HEAD, POST",
    CALLBACK: "POST",
    "signout": "GET, HEAD, POST",
    "error": "GET, HEAD",
    "verify-request": "GET, HEAD",
    "_log": "POST",
}
WITH_OPTIONS = {"account", "factor", "verify"}  # each has tests of its own
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


def test_the_table_of_these_tests_is_whole() -> None:
    assert {action.partition("/")[0] for action in ALLOWED} | WITH_OPTIONS == set(ROUTES)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("action", ALLOWED)
def test_method(action: str, method: str) -> None:
    browser = Browser(make_auth())
    request = browser.request(method, f"/api/auth/{action}", headers=SAME_ORIGIN)
    reply = browser.send(request)
    if method in ALLOWED[action].split(", "):
        redirects = method == "POST" and action not in {"session", "_log"}
        assert reply.status == (302 if redirects else 200)
    else:
        assert (reply.status, reply.header("allow")) == (405, ALLOWED[action])
        if method != "HEAD":
            url = f"{ORIGIN}/api/auth/error?error=MethodNotAllowed"
            assert reply.json == {"url": url, "error": "MethodNotAllowed"}


@pytest.mark.parametrize("action", [action for action in ALLOWED if action != CALLBACK])
def test_a_trailing_slash_is_accepted(action: str) -> None:
    method = "POST" if action == "_log" else "GET"
    browser = Browser(make_auth())
    assert browser.get(f"{action}/", method=method).status == 200


def test_a_trailing_slash_is_accepted_where_credentials_arrive() -> None:
    assert Browser(make_auth()).post(f"{CALLBACK}/", {"password": "correct horse"}).signs_in()


NO_ROUTE = [
    "",
    "/",
    "nope",
    "Session",
    "/session",
    "session//",
    "//session",
    "session/credentials",
    "providers/credentials",
    "csrf/credentials",
    "signout/credentials",
    "error/credentials",
    "verify-request/credentials",
    "_log/credentials",
    "signin/nope",
    "signin//",
    "signin//credentials",
    "signin/credentials/",
    "signin/credentials/more",
    "callback",
    "callback/",
    "callback/nope",
    "callback/Credentials",
    "callback//credentials",
    "callback/credentials/more",
    "callback/credentials//",
    "__proto__",
    "../session",
    "session\x00",
    "sess\u00efon",
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", [path for path in NO_ROUTE if path != "signin/credentials/"])
def test_what_is_no_route_is_400(path: str, method: str) -> None:
    browser = Browser(make_auth())
    reply = browser.send(browser.request(method, f"/api/auth/{path}", headers=SAME_ORIGIN))
    assert reply.status == 400
    assert reply.json == {
        "url": f"{ORIGIN}/api/auth/error?error=UnknownAction",
        "error": "UnknownAction",
    }


@pytest.mark.parametrize("path", ["/api/auth", "/api/author/session", "/session", "", "/api"])
def test_what_is_not_under_the_base_path_is_400(path: str) -> None:
    browser = Browser(make_auth())
    assert browser.send(browser.request("GET", path)).status == 400
    assert browser.auth.covers(path) is (path == "/api/auth")


def test_the_base_path_is_ones_own_choice() -> None:
    browser = signed_in(make_auth(base_path="/account"))
    assert browser.session()["user"]["name"] == "Ada"
    assert browser.send(browser.request("GET", "/api/auth/session")).status == 400
    assert browser.get("providers").json["credentials"]["signinUrl"] == (
        f"{ORIGIN}/account/signin/credentials"
    )


def _loud(calls: list[str]) -> Auth:
    def call(name: str) -> Callable[[Any], Any]:
        def callback(params: Any) -> Any:  # noqa: ANN401
            calls.append(name)
            return {"jwt": lambda: params.token, "session": lambda: params.session}.get(
                name, lambda: params.url
            )()

        return callback

    callbacks = Callbacks(redirect=call("redirect"), jwt=call("jwt"), session=call("session"))
    sink = RecordingSink()
    return make_auth(callbacks=callbacks, events=[sink, immediate(lambda _: calls.append("event"))])


@pytest.mark.parametrize("action", [each for each, allow in ALLOWED.items() if "HEAD" in allow])
def test_head_answers_like_get_and_changes_nothing(action: str) -> None:
    calls: list[str] = []
    browser = signed_in(_loud(calls))
    before = dict(browser.jar)
    calls.clear()
    head = browser.get(f"{action}?callbackUrl=/elsewhere", method="HEAD")
    assert (calls, browser.jar, head.text, head.all("set-cookie")) == ([], before, "", [])
    get = browser.get(f"{action}?callbackUrl=/elsewhere")
    assert head.status == get.status
    assert head.header("content-type") == get.header("content-type")


def test_head_runs_no_callback_that_would_sign_out() -> None:
    asked: list[str] = []

    def jwt(params: Any) -> Any:  # noqa: ANN401
        asked.append(str(params.trigger))
        return params.token if params.trigger else None

    browser = Browser(make_auth(callbacks=Callbacks(jwt=jwt)))
    browser.sign_in()
    browser.get("session", method="HEAD")
    assert asked == ["signIn"]
    assert browser.get("session").deletes()


PREFLIGHT = [
    ("origin", TRUSTED),
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "content-type"),
]


@pytest.mark.parametrize("action", ALLOWED)
def test_preflight_of_a_trusted_origin(action: str) -> None:
    browser = Browser(make_auth(trusted_origins=[TRUSTED]))
    reply = browser.get(action, PREFLIGHT, method="OPTIONS")
    assert (reply.status, reply.text, reply.set) == (204, "", {})
    assert reply.header("access-control-allow-origin") == TRUSTED
    assert reply.header("access-control-allow-credentials") == "true"
    assert reply.header("access-control-allow-methods") == ALLOWED[action]
    allowed = (reply.header("access-control-allow-headers") or "").lower().split(", ")
    assert {"content-type", "x-auth-return-redirect"} <= set(allowed)
    assert reply.all("vary") == ["Origin"]


@pytest.mark.parametrize(
    "sender",
    [
        "https://evil.example",
        "https://app.example.com.evil.example",
        "https://app.example.com:8443",
        "http://app.example.com",
        "https://app.example.com@evil.example",
        "null",
        "*",
        "",
    ],
)
def test_no_other_origin_reads_an_answer(sender: str) -> None:
    browser = Browser(make_auth(trusted_origins=[TRUSTED]))
    preflight = browser.get("session", [("origin", sender), PREFLIGHT[1]], method="OPTIONS")
    shown = browser.get("session", [("origin", sender)])
    assert (preflight.status, shown.status) == (405, 200)
    for reply in (preflight, shown):
        assert reply.header("access-control-allow-origin") is None
        assert reply.header("access-control-allow-credentials") is None
        assert reply.all("vary") == ["Origin"]


def test_without_trusted_origins_there_is_no_cors() -> None:
    browser = Browser(make_auth())
    reply = browser.get("session", PREFLIGHT, method="OPTIONS")
    assert (reply.status, reply.header("vary")) == (405, None)


def test_a_trusted_origin_reads_answers_and_refusals_with_credentials() -> None:
    browser = Browser(make_auth(trusted_origins=[TRUSTED]), headers=[("origin", TRUSTED)])
    replies = [browser.sign_in(), browser.sign_in("guess"), browser.post("nope")]
    assert [reply.header("access-control-allow-origin") for reply in replies] == [TRUSTED] * 3
    assert replies[0].signs_in()


async def _unread(_limit: int) -> bytes:
    raise AssertionError  # pragma: no cover - it is not read


@pytest.mark.parametrize(("method", "action"), [("POST", "_log"), ("GET", "session")])
def test_no_body_is_read_where_none_is_used(method: str, action: str) -> None:
    request = Request(
        method, f"/api/auth/{action}", headers=[(b"host", b"localhost")], read_body=_unread
    )
    response = make_auth().handle_sync(request)
    assert isinstance(response, Response)
    assert response.status == 200


def test_beacons_of_v4_are_discarded() -> None:
    browser = Browser(make_auth(), headers=[("sec-fetch-site", "cross-site")])
    reply = browser.post_body("_log", b'{"level":"error"}', kind="text/plain")
    assert (reply.status, reply.json, reply.set) == (200, {}, {})


@pytest.mark.parametrize("action", ["providers", "csrf", "session", "signin", "error"])
def test_nothing_is_kept_by_a_cache(action: str) -> None:
    assert "no-store" in (Browser(make_auth()).get(action).header("cache-control") or "")


@pytest.mark.parametrize("way", WAYS)
def test_post_signin_leads_to_the_form(way: str) -> None:
    browser = Browser(make_auth(), way=way)
    reply = browser.post("signin/credentials", {"callbackUrl": "/me"})
    assert reply.status == (302 if way == "form" else 200)
    assert reply.path == "/api/auth/signin"
    assert reply.query == {"callbackUrl": f"{ORIGIN}/me"}


def test_the_callback_url_is_kept_in_its_cookie_for_the_flow() -> None:
    browser = Browser(make_auth())
    browser.get("signin?callbackUrl=/me%3Fa%3D1")
    reply = browser.sign_in()
    assert reply.url == f"{ORIGIN}/me?a=1"
    assert "authjs.callback-url" not in reply.set, "what the browser has is not set again"


@pytest.mark.parametrize("page", ["signin", "signout"])
def test_a_form_may_be_redirected_to_the_trusted_origins(page: str) -> None:
    reply = Browser(make_auth(trusted_origins=[TRUSTED])).get(page)
    assert f"form-action 'self' {TRUSTED};" in (reply.header("content-security-policy") or "")


@pytest.mark.parametrize("kept", ["https://evil.example/", "//evil.example", "javascript:x", "%ff"])
def test_the_callback_url_cookie_must_pass_the_rule(kept: str) -> None:
    browser = Browser(make_auth())
    browser.jar["authjs.callback-url"] = kept
    assert browser.sign_in().url == ORIGIN
