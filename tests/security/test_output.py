"""What pages, addresses and logs show of a request: nothing that runs, and no secret."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from nextauth import Callbacks, Pages, User
from nextauth.testing import RecordingSink
from tests.unit.protocol.leaks import hold
from tests.unit.protocol.wire import CALLBACK, SECRET, SESSION, Browser, make_auth, signed_in

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}{% raw %}",
    "Configuration<b>",
    "\r\nset-cookie: a=b",
    "__class__",
    "%3Cscript%3E",
)


@pytest.mark.parametrize("text", MARKUP)
def test_a_parameter_is_never_shown(text: str) -> None:
    """Reflected markup from an `error` or other query parameter: GHSA-9x4v-xfq5-m8x5."""
    html = [("accept", "text/html")]
    given = quote(text, safe="")
    for action in ("signin", "signin/credentials", "signout", "error", "verify-request", given):
        browser = Browser(make_auth())
        plain = browser.get(action, html)
        query = "&".join(f"{name}={given}" for name in ("error", "code", "callbackUrl", "x"))
        reply = browser.get(f"{action}?{query}", html)
        assert (reply.status, plain.status) in {(200, 200), (400, 400), (500, 200), (500, 500)}
        assert text not in reply.text
        assert "49" not in reply.text or "49" in plain.text
        assert "script-src" not in (reply.header("content-security-policy") or "script-src")
        assert all(b"\n" not in value for _, value in reply.response.raw_headers())


@pytest.mark.parametrize("text", MARKUP)
def test_ones_own_pages_get_parameters_as_values(text: str) -> None:
    """Reflected markup from a query parameter: GHSA-9x4v-xfq5-m8x5; header splitting."""
    auth = make_auth(pages=Pages(sign_in="/login?a=1#form", error="/oops"))
    query = f"error={quote(text)}&code={quote(text)}"
    reply = Browser(auth).get(f"signin?{query}")
    assert reply.url.startswith("http://localhost:3000/login?a=1&callbackUrl=")
    assert reply.url.endswith("#form")
    assert (reply.query["error"], reply.query["code"]) == (text, text)
    assert Browser(auth).get(f"error?{query}").query == {"error": text}


PASSWORDS = (
    ("  hunter2-and-more\t", str.strip),
    ("hunter2-and-more\r\n", str.rstrip),
    ("Pa\u0308sswort-und-mehr", lambda _: "P\xe4sswort-und-mehr"),
    ("\uff48unter2-and-more", lambda _: "hunter2-and-more"),
    ("\ufb01ne-and-more ", lambda _: "fine-and-more"),
)


@pytest.mark.parametrize(("password", "used"), PASSWORDS)
@pytest.mark.parametrize("raises", ["authorize", "sign_in", "jwt"])
def test_what_an_application_makes_of_a_password_is_not_logged(
    password: str, used: Callable[[str], str], raises: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Secrets in logs (NextAuth 3.29.9): a password that was trimmed or normalised before use."""

    def fail(_params: object) -> Any:  # noqa: ANN401
        message = f"the directory refused [{used(password)}]"
        raise ConnectionError(message)

    callbacks: dict[str, Any] = {} if raises == "authorize" else {raises: fail}
    authorize = fail if raises == "authorize" else lambda _: User(id="1")
    browser = Browser(make_auth(authorize, callbacks=Callbacks(**callbacks)))
    fields = {"email": "ada@example.com", "password": password}
    assert browser.post(CALLBACK, fields).query == {"error": "Configuration"}
    assert "ConnectionError" in caplog.text
    assert hold(caplog.text, password, used(password)) == []


def test_no_token_is_shown_by_printing_things(caplog: pytest.LogCaptureFixture) -> None:
    """A token in `__str__` (allauth 0.63.4)."""
    caplog.set_level(logging.DEBUG)
    sink = RecordingSink()
    auth = make_auth(events=[sink])
    browser = signed_in(auth)
    token = browser.jar[SESSION]
    request = browser.request("GET", "/")
    resumed = auth.resume_sync(request)
    services = auth.services
    things = (
        *(auth, auth.settings, services, services.sessions, services.csrf, services.policy),
        *(request, resumed, resumed.session, browser.get("session").response, *sink.events),
        *browser.sign_in().response.cookies,
    )
    for thing in things:
        for text in (str(thing), repr(thing), f"{thing}"):
            assert hold(text, SECRET, token) == []
    assert hold(caplog.text, SECRET, token) == []


def test_a_log_line_cannot_be_forged(caplog: pytest.LogCaptureFixture) -> None:
    """Markup in a log: a request's text is quoted (class: output; NextAuth 3.29.9)."""
    caplog.set_level(logging.DEBUG)
    forged = "\r\nERROR nextauth forged\x1b[31m\u2028"
    browser = Browser(make_auth())
    browser.get(f"signin/{forged}")
    browser.get("csrf", method=forged)
    browser.post_body(CALLBACK, b"x", kind=f"text/{forged}".encode().decode("latin-1"))
    browser.post_body(CALLBACK, f"{quote(forged)}={'x' * 2000}".encode())
    origin = [("sec-fetch-site", "same-origin"), ("origin", "http://x\r\nforged")]
    browser.post(CALLBACK, headers=origin)
    assert len(caplog.records) >= 5
    for record in caplog.records:
        assert record.getMessage().isprintable()
