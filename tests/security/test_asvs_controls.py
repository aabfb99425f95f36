"""Controls that OWASP ASVS asks for, each seen from outside; docs/asvs.md says which is which."""

import json
import os
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from nextauth import Auth, Credentials, SubmittedCredentials, Throttle, User
from nextauth.presets import asvs
from nextauth.testing import FakeClock
from tests.security.second_factors import besieged
from tests.unit.protocol.wire import (
    CALLBACK,
    HOST,
    PASSWORD,
    SECRET,
    SESSION,
    WAYS,
    Browser,
    Reply,
    ada,
    claims_of,
    make_auth,
    signed_in,
)

TRUSTED = "https://app.example.com"
HTML = [("accept", "text/html")]
LONGEST = 4096
PAGES = ("signin", "signout", "error", "verify-request", "signin?error=CredentialsSignin")
DATA = ("session", "providers", "csrf")
HOSTILE = "callback=alert&jsonp=alert&cb=alert&format=js"


# --- what a browser may do with an answer (V3.2, V3.4, V3.5)


def every_answer() -> Iterator[Reply]:
    """Answer one of each kind: pages, data, redirects, refusals, to people and to programs."""
    browser = signed_in(make_auth(trusted_origins=[TRUSTED]))
    for action in (*PAGES, *DATA, f"session?{HOSTILE}"):
        yield browser.get(action, HTML)
        yield browser.get(action, HTML, method="HEAD")
    for action in ("nope", "callback/nope", CALLBACK, "_log"):
        yield browser.get(action)
        yield browser.get(action, HTML)
    for way in WAYS:
        browser.way = way
        yield browser.post("session", {"data": "x"})
        for headers in (browser.headers, [("sec-fetch-site", "cross-site")]):
            yield browser.post("signin/credentials", headers=headers)
            yield browser.post(CALLBACK, {"email": "ada", "password": "wrong"}, headers=headers)
            yield browser.post_body(CALLBACK, b"x", kind="text/plain", headers=headers)
        yield browser.sign_in()
        yield browser.post("_log")
        yield browser.post("signout")
    preflight = [("origin", TRUSTED), ("access-control-request-method", "POST")]
    yield browser.get("session", preflight, method="OPTIONS")


def directives(reply: Reply) -> dict[str, list[str]]:
    policy = reply.header("content-security-policy") or ""
    return {name: sources for name, *sources in map(str.split, policy.split(";"))}


def test_no_answer_can_be_framed_sniffed_or_loaded_as_something_else() -> None:
    answers = list(every_answer())
    assert {reply.status for reply in answers} >= {200, 204, 302, 400, 401, 403, 405, 415}
    for reply in answers:
        assert reply.header("x-content-type-options") == "nosniff", reply
        assert reply.header("cross-origin-resource-policy") == "same-origin", reply
        policy = directives(reply)
        for name in ("default-src", "base-uri", "frame-ancestors"):
            assert policy[name] == ["'none'"], reply


def test_no_answer_is_a_script() -> None:
    for reply in every_answer():
        kind = reply.header("content-type")
        if reply.text:
            assert kind in {"text/html; charset=utf-8", "application/json"}
        if kind == "application/json" and reply.text:
            assert json.loads(reply.text) == reply.json  # and no call of a function around it
            assert "alert" not in reply.text


# --- cookies (V3.3)


def everywhere(**options: Any) -> list[Reply]:  # noqa: ANN401
    """Answer what sets and deletes each cookie, on https."""
    site = besieged(scheme="https", **options)
    held, browser = site.browser(), Browser(make_auth(**options), scheme="https")
    return [
        held.sign_in(),
        held.post("factor/totp", {"code": site.code(), "trustDevice": "on"}),
        browser.get("csrf"),
        browser.post("signin/credentials", {"callbackUrl": "/me"}),
        browser.sign_in(callbackUrl="/me"),
        browser.post("session", {"data": "x"}),
        browser.post("signout"),
    ]


def test_every_cookie_on_https_is_kept_from_scripts_other_sites_and_other_protocols() -> None:
    lines = [line for reply in everywhere() for line in reply.all("set-cookie")]
    names = {line.partition("=")[0] for line in lines}
    assert names == {
        "__Host-authjs.csrf-token",
        "__Host-authjs.device",
        "__Host-authjs.pending",
        "__Host-authjs.trusted-device",
        "__Secure-authjs.callback-url",
        "__Secure-authjs.session-token",
    }
    for line in lines:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(line.split("; ")), line
        assert "Domain=" not in line


def test_with_the_preset_every_cookie_belongs_to_this_host_alone() -> None:
    options: dict[str, Any] = {**asvs(), "padding": None}
    lines = [line for reply in everywhere(**options) for line in reply.all("set-cookie")]
    assert {line.partition("-")[0] for line in lines} == {"__Host"}
    assert len({line.partition("=")[0] for line in lines}) == 6


def test_a_sessions_token_is_in_its_cookie_and_nowhere_else() -> None:
    for way in WAYS:
        browser = Browser(make_auth(), way=way)
        replies = [browser.sign_in()]
        token = browser.jar[SESSION]
        replies += [browser.get(action) for action in (*PAGES, *DATA)]
        replies += [browser.post("session", {"data": "x"}), browser.post("signout")]
        secret = token.rpartition(".")[2]
        for reply in replies:
            assert secret not in f"{reply.text}{reply.response.headers}"


# Each of these is 3 bytes in a cookie.
LONG_TARGET = "/?" + "=".join("/" * 1000)


def test_no_cookie_is_larger_than_browsers_keep() -> None:
    def authorize(credentials: SubmittedCredentials) -> User:
        return User(id="i" * int(credentials["size"]), extra={"pad": "x" * 9000})

    for size in (1, 2_000, 3_000):
        browser = Browser(make_auth(authorize))
        fields = {"email": "ada", "password": "x", "size": str(size)}
        reply = browser.post(CALLBACK, {**fields, "callbackUrl": LONG_TARGET})
        assert reply.url.endswith(LONG_TARGET)
        assert f"{SESSION}.2" in browser.jar
        for name, value in browser.jar.items():
            assert len(name) + len(value) <= LONGEST, name


def test_a_target_that_no_cookie_keeps_does_not_leave_an_older_one_in_its_place() -> None:
    browser = Browser(make_auth())
    browser.get("signin?callbackUrl=/before")
    browser.get(f"signin?{urlencode({'callbackUrl': LONG_TARGET})}")
    assert browser.sign_in().url == f"http://{HOST}"


# --- passwords (V6.2)

TYPED = [
    " spaces before and behind ",
    "MiXeD cAsE",
    "e\u0301 is not \u00e9, \uff21 is not A, \u212a is not K",
    "tab\tand\u00a0more\u3000blanks",
    "\"'<>&%00;--\\|`$(x)",
    "密码 🔑 пароль",
    "x" * 64,
    "y" * 1024,
]


@pytest.mark.parametrize("kind", ["form", "json"])
@pytest.mark.parametrize("typed", TYPED)
def test_a_password_reaches_authorize_exactly_as_it_was_typed(typed: str, kind: str) -> None:
    asked: list[str] = []

    def authorize(credentials: SubmittedCredentials) -> User:
        asked.append(credentials["password"])
        return User(id=1)

    browser = Browser(make_auth(authorize))
    fields = {"email": "ada@example.com", "password": typed}
    if kind == "form":
        reply = browser.post(CALLBACK, fields)
    else:
        body = json.dumps(fields).encode()
        reply = browser.post_body(CALLBACK, body, kind="application/json")
    assert reply.signs_in()
    assert asked == [typed]


# --- guessing (V6.3)


def test_by_default_a_guesser_soon_has_to_wait_and_authorize_is_not_asked() -> None:
    asked: list[str] = []

    def authorize(credentials: SubmittedCredentials) -> None:
        asked.append(credentials["password"])

    auth = Auth(
        providers=[Credentials(authorize=authorize, account="email")],
        secret=SECRET,
        base_url=f"http://{HOST}",
        padding=None,
        environ={},
        clock=FakeClock(),
    )
    [limit, *_] = Throttle.standard().pair
    browser = Browser(auth, way="header")
    statuses = [browser.sign_in(f"guess {number}").status for number in range(limit.tries + 5)]
    assert statuses == [401] * limit.tries + [429] * 5
    assert len(asked) == limit.tries
    refused = browser.sign_in(PASSWORD)
    assert int(refused.header("retry-after") or 0) > 0


# --- sessions (V7.2)


def test_a_sessions_id_is_128_bits_of_the_systems_randomness() -> None:
    drawn: list[bytes] = []

    def entropy(size: int) -> bytes:
        drawn.append(os.urandom(size))
        return drawn[-1]

    sid = claims_of(signed_in(make_auth(entropy=entropy)))["sid"]
    raw = urlsafe_b64decode(sid + "==")
    assert len(raw) == 16
    assert raw in drawn
    assert make_auth().services.entropy is os.urandom


def test_two_sign_ins_of_one_person_share_no_part_of_a_token() -> None:
    clock = FakeClock()
    auth = make_auth(ada, clock=clock)
    tokens = [signed_in(auth).jar[SESSION].split(".") for _ in range(2)]
    assert all(
        first != second for first, second in zip(*(each[2:] for each in tokens), strict=True)
    )
