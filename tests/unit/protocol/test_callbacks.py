"""The callbacks `sign_in` and `redirect`: what each is given, and what it may answer."""

import logging
from typing import Any

import pytest

from nextauth import (
    AccessDenied,
    Account,
    Callbacks,
    CredentialsSignin,
    RedirectParams,
    SignInParams,
    User,
)
from nextauth.events import SignedIn, SignInFailed
from nextauth.testing import RecordingSink
from tests.unit.protocol.wire import (
    CALLBACK_URL,
    ORIGIN,
    PASSWORD,
    WAYS,
    Browser,
    both,
    either,
    make_auth,
)

ADA = User(id="1", name="Ada", email="ada@example.com")
ACCOUNT = Account("credentials", "credentials", "1")
SUBMITTED = {"email": "ada@example.com", "password": PASSWORD}


# --- sign_in


@both
def test_sign_in_is_given_user_account_and_credentials(*, is_async: bool) -> None:
    seen: list[SignInParams] = []

    def sign_in(params: SignInParams) -> bool:
        seen.append(params)
        return True

    auth = make_auth(callbacks=Callbacks(sign_in=either(sign_in, is_async=is_async)))
    assert Browser(auth).sign_in().signs_in()
    (params,) = seen
    assert (params.user, params.account, params.profile, params.email) == (ADA, ACCOUNT, None, None)
    assert params.credentials is not None
    assert dict(params.credentials) == SUBMITTED


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("answer", "status", "path", "query"),
    [
        (True, 200, "", {}),
        (False, 403, "/api/auth/error", {"error": "AccessDenied"}),
        ("", 403, "/api/auth/error", {"error": "AccessDenied"}),
        ("/welcome?a=1", 200, "/welcome", {"a": "1"}),
        (f"{ORIGIN}/terms", 200, "/terms", {}),
        ("https://evil.example/terms", 200, "", {}),
        ("//evil.example/terms", 200, "", {}),
        (None, 500, "/api/auth/error", {"error": "Configuration"}),
        (1, 500, "/api/auth/error", {"error": "Configuration"}),
        ({"ok": True}, 500, "/api/auth/error", {"error": "Configuration"}),
    ],
)
def test_sign_in_answers(
    answer: object, status: int, path: str, query: dict[str, str], way: str
) -> None:
    browser = Browser(make_auth(callbacks=Callbacks(sign_in=lambda _: answer)), way=way)  # type: ignore[arg-type, return-value]
    reply = browser.sign_in()
    assert reply.status == (302 if way == "form" else status)
    assert reply.url.startswith(ORIGIN)
    assert (reply.path, reply.query) == (path, query)
    assert reply.signs_in() is (answer is True)


@pytest.mark.parametrize(
    ("error", "query"),
    [
        (AccessDenied(), {"error": "AccessDenied"}),
        (CredentialsSignin("suspended"), {"error": "CredentialsSignin", "code": "suspended"}),
        (LookupError("directory"), {"error": "Configuration"}),
    ],
    ids=["AccessDenied", "CredentialsSignin", "other"],
)
@pytest.mark.parametrize("name", ["sign_in", "jwt"])
@both
def test_a_callback_that_raises_at_sign_in_signs_nobody_in(
    name: str, error: Exception, query: dict[str, str], *, is_async: bool
) -> None:
    sink = RecordingSink()

    def fail(_params: object) -> Any:  # noqa: ANN401
        raise error

    callbacks = Callbacks(**{name: either(fail, is_async=is_async)})
    browser = Browser(make_auth(callbacks=callbacks, events=[sink]))
    reply = browser.sign_in()
    assert (reply.query, reply.signs_in(), browser.session()) == (query, False, None)
    assert sink.of(SignedIn) == []
    assert [(event.reason, event.user_id) for event in sink.of(SignInFailed)] == [
        (query["error"], "1")
    ]


def test_sign_in_does_not_run_for_who_was_refused() -> None:
    seen: list[SignInParams] = []

    def sign_in(params: SignInParams) -> bool:
        seen.append(params)
        return True

    Browser(make_auth(callbacks=Callbacks(sign_in=sign_in))).sign_in("guess")
    assert seen == []


# --- redirect


@both
def test_redirect_is_given_what_was_asked_and_our_origin(*, is_async: bool) -> None:
    seen: list[RedirectParams] = []

    def redirect(params: RedirectParams) -> str:
        seen.append(params)
        return f"{params.base_url}/dashboard"

    auth = make_auth(callbacks=Callbacks(redirect=either(redirect, is_async=is_async)))
    browser = Browser(auth)
    reply = browser.sign_in(callbackUrl="https://evil.example/")
    assert reply.url == f"{ORIGIN}/dashboard"
    assert seen == [RedirectParams("https://evil.example/", ORIGIN)]
    assert browser.post("signout").url == f"{ORIGIN}/dashboard"
    assert seen[1:] == [RedirectParams(f"{ORIGIN}/dashboard", ORIGIN)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("answer", "url"),
    [
        ("/here", f"{ORIGIN}/here"),
        (f"{ORIGIN}/here#part", f"{ORIGIN}/here#part"),
        ("https://app.example.com/there", "https://app.example.com/there"),
        ("https://evil.example/", ORIGIN),
        ("//evil.example/", ORIGIN),
        ("/\\evil.example/", ORIGIN),
        (f"{ORIGIN}.evil.example/", ORIGIN),
        (f"{ORIGIN}@evil.example/", ORIGIN),
        ("/a\r\nset-cookie: a=b", ORIGIN),
        ("javascript:alert(1)", ORIGIN),
        ("here", ORIGIN),
        ("", ORIGIN),
        ("/" + "x" * 2048, ORIGIN),
        (None, ORIGIN),
        (7, ORIGIN),
    ],
)
def test_what_redirect_answers_must_pass_the_rule(answer: object, url: str, way: str) -> None:
    callbacks = Callbacks(redirect=lambda _: answer)  # type: ignore[arg-type, return-value]
    browser = Browser(
        make_auth(callbacks=callbacks, trusted_origins=["https://app.example.com"]), way=way
    )
    reply = browser.sign_in(callbackUrl="/asked")
    assert (reply.url, reply.signs_in()) == (url, True)
    assert reply.set[CALLBACK_URL].value == url


@both
def test_redirect_that_raises_breaks_no_sign_in(
    caplog: pytest.LogCaptureFixture, *, is_async: bool
) -> None:
    def redirect(_params: RedirectParams) -> str:
        raise LookupError

    auth = make_auth(callbacks=Callbacks(redirect=either(redirect, is_async=is_async)))
    reply = Browser(auth).sign_in(callbackUrl="/asked")
    assert (reply.url, reply.signs_in()) == (ORIGIN, True)
    assert [each.levelno for each in caplog.records] == [logging.ERROR]


def test_redirect_decides_where_a_url_of_sign_in_leads() -> None:
    seen: list[str] = []

    def redirect(params: RedirectParams) -> str:
        seen.append(params.url)
        return params.url

    callbacks = Callbacks(sign_in=lambda _: "/terms", redirect=redirect)
    assert Browser(make_auth(callbacks=callbacks)).sign_in(callbackUrl="/me").path == "/terms"
    assert seen == ["/me", "/terms"]


# --- all four


@pytest.mark.parametrize("name", ["sign_in", "redirect", "jwt", "session"])
def test_a_plain_def_that_returns_an_awaitable_is_a_named_error(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def later() -> dict[str, Any]:
        raise AssertionError  # pragma: no cover - it is closed, never awaited

    fails: dict[str, Any] = {name: lambda _: later()}
    browser = Browser(make_auth(callbacks=Callbacks(**fails)))
    reply = browser.sign_in(callbackUrl="/me")
    browser.get("session")
    assert reply.signs_in() is (name in {"redirect", "session"})
    assert f"callbacks.{name} is a plain `def` that returned an awaitable" in caplog.text
