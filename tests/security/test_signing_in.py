"""Ways in that are none: no body, address, method or page of others signs anybody in."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import Callbacks, Credentials, FormField, SessionOptions, SubmittedCredentials, User
from nextauth.callbacks import JWTParams
from nextauth.passwords import CHEAPEST, Passwords
from nextauth.testing import FakeClock
from tests.unit.protocol.wire import (
    CALLBACK,
    PASSWORD,
    SESSION,
    WAYS,
    Browser,
    claims_of,
    make_auth,
    signed_in,
)

HOSTILE = {
    "sub": "2",
    "id": "2",
    "provider": "other",
    "sid": "mallory",
    "auth_time": 4_000_000_000,
    "amr": ["hwk"],
    "exp": 250_000_000_000,
    "nbf": 0,
    "iat": 0,
    "jti": "x",
    "nextauth": 99,
}


def test_who_signs_in_is_what_authorize_says() -> None:
    """Identity taken from the request body: CVE-2025-61928 (Better Auth)."""
    plain = claims_of(signed_in(make_auth()))
    browser = Browser(make_auth())
    fields = {name: str(value) for name, value in HOSTILE.items()}
    assert browser.sign_in(**fields, user="2", userId="2", **{"user[id]": "2"}).signs_in()
    got = claims_of(browser)
    assert {name for name in got if got[name] != plain.get(name)} <= {
        "sid",
        "jti",
        "iat",
        "exp",
    } | {"auth_time"}
    assert (got["sub"], got["provider"], got["amr"]) == ("1", "credentials", ["pwd"])
    assert got["sid"] != "mallory"


def test_an_update_changes_nobodys_identity() -> None:
    """Identity taken from the request body: CVE-2025-61928; the callback keeps all it is given."""

    def naive(params: JWTParams) -> Mapping[str, Any]:
        posted = params.session if isinstance(params.session, dict) else {}
        params.token.update(posted)
        return {**params.token, **posted}

    clock = FakeClock(1_800_000_000)
    browser = signed_in(
        make_auth(
            callbacks=Callbacks(jwt=naive),
            clock=clock,
            session=SessionOptions(max_age=900, update_age=0),
        )
    )
    before = claims_of(browser)
    body = json.dumps({"data": {**HOSTILE, "theme": "dark"}}).encode()
    assert browser.post_body("session", body, kind="application/json").status == 200
    after = claims_of(browser)
    assert after["theme"] == "dark"
    for name in ("sub", "provider", "sid", "auth_time", "amr", "nextauth", "iat", "exp"):
        assert after[name] == before[name]
    assert "nbf" not in after


@pytest.mark.parametrize("data", [None, [], "x", 1, True, {"a": [[[]]]}, {"__proto__": {"x": 1}}])
def test_an_update_of_any_shape_keeps_the_person(data: object) -> None:
    """A JSON body with non-strings crashes (Flask-Security)."""
    browser = signed_in(make_auth())
    body = json.dumps({"data": data}).encode()
    reply = browser.post_body("session", body, kind="application/json")
    assert reply.json["user"]["name"] == "Ada"
    assert browser.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize(
    "value", [{"$ne": ""}, ["correct horse"], 1, None, True, {"length": 0}], ids=str
)
def test_no_operator_reaches_authorize(value: object) -> None:
    """A JSON body with non-strings reaches the data layer as an operator (Flask-Security)."""
    asked: list[object] = []
    browser = Browser(make_auth(asked.append))
    for fields in ({"email": "a", "password": value}, {"email": value, "password": "x"}):
        body = json.dumps(fields).encode()
        assert browser.post_body(CALLBACK, body, kind="application/json").status == 400
    assert asked == []


def test_nobody_is_signed_in_by_an_address() -> None:
    """Sign-in by GET (allauth 0.47)."""
    query = f"email=ada@example.com&password={PASSWORD.replace(' ', '+')}"
    browser = Browser(make_auth())
    same = [("sec-fetch-site", "same-origin"), ("origin", "http://localhost:3000")]
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post", "Post", ""):
        for override in ([], [("x-http-method-override", "POST")]):
            reply = browser.get(
                f"{CALLBACK}?{query}&_method=POST", [*same, *override], method=method
            )
            assert (reply.status, reply.signs_in()) == (405, False)
    reply = browser.post_body(f"{CALLBACK}?{query}", b"")
    assert not reply.signs_in()
    assert browser.session() is None
    got = signed_in(make_auth())
    got.get("signout", same)
    got.get("signout?json=true", same)
    assert SESSION in got.jar


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u3000", "\xa0 "])
def test_a_blank_password_is_refused(blank: str) -> None:
    """Blank password accepted (allauth 65.11.1); a directory takes it for an anonymous bind."""
    fields = {"pin": FormField("Pin", type="password", required=False)}
    auth = make_auth(
        providers=[Credentials(lambda _: User(id="1"), fields, account=lambda form: form["email"])]
    )
    for name in ("password", "pin"):
        assert not Browser(auth).post(CALLBACK, {"email": "ada", name: blank}).signs_in()
    assert Browser(auth).post(CALLBACK, {"email": "ada", "pin": "1"}).signs_in()


def test_a_refused_form_gives_no_token_away() -> None:
    """CSRF answer leaks the token: CVE-2021-21241 (Flask-Security)."""
    for way in WAYS:
        browser = signed_in(make_auth(), way=way)
        token = browser.get("csrf").json["csrfToken"]
        for action in (CALLBACK, "signout", "session", "signin"):
            for headers in ([("sec-fetch-site", "cross-site")], [("origin", "null")], []):
                reply = browser.post(action, {"csrfToken": "0" * 64}, headers=headers)
                assert reply.status in {302, 400, 403}
                assert "origin" not in (reply.header("vary") or "").lower()
                assert reply.header("access-control-allow-origin") is None
                assert token not in f"{reply.text}{reply.response.raw_headers()}"
        assert browser.session()["user"]["name"] == "Ada"


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "text/plain; application/json", None]
)
def test_a_form_of_another_site_is_no_json(kind: str | None) -> None:
    """CSRF through a content type that needs no preflight: GHSA-vp58-j275-797x (Better Auth)."""
    asked: list[object] = []
    browser = Browser(make_auth(asked.append))
    body = b'{"email":"ada@example.com","password":"correct horse","x":"="}'
    assert browser.post_body(CALLBACK, body, kind=kind).status == 415
    assert asked == []


def test_who_has_an_account_does_not_show() -> None:
    """Users enumerated by message or status (allauth 0.54, 65.3)."""
    passwords = Passwords(CHEAPEST)
    known = {
        "ada@example.com": passwords.hash(PASSWORD),
        "broken@example.com": "$argon2id$broken",
        "empty@example.com": "",
    }

    def authorize(credentials: SubmittedCredentials) -> User | None:
        email = credentials["email"]
        right, _ = passwords.verify_and_upgrade(credentials["password"], known.get(email))
        return User(id=email) if right else None

    auth = make_auth(authorize)
    for way in WAYS:
        seen = set()
        for email in (*known, "nobody@example.com"):
            for wrong in ("wrong", "\0", f"{PASSWORD}\0", "x" * 1000, "\ufeff"):
                reply = Browser(auth, way=way).post(CALLBACK, {"email": email, "password": wrong})
                seen.add((reply.status, reply.url, reply.text, len(reply.response.raw_headers())))
        assert len(seen) == 1


def test_a_session_ends_with_its_user() -> None:
    """A session outlives its user's deletion: GHSA-2vg6-77g8-24mp; disabled: CVE-2025-65430."""
    users = {"1"}

    def jwt(params: JWTParams) -> Mapping[str, Any] | None:
        return params.token if params.token["sub"] in users else None

    browser = signed_in(make_auth(callbacks=Callbacks(jwt=jwt)))
    copy = dict(browser.jar)
    users.clear()
    for how in ("session", "page", "update"):
        browser.jar = dict(copy)
        if how == "page":
            assert browser.auth.session_sync(browser.request("GET", "/")) is None
        elif how == "session":
            assert browser.session() is None
        else:
            assert browser.post("session").json is None
    assert not browser.sign_in().signs_in()


def test_another_sign_in_keeps_nothing_of_the_one_before() -> None:
    """Re-authentication accepts another user's identity: CVE-2026-46715 (Flask-Security)."""

    def authorize(credentials: SubmittedCredentials) -> User:
        name = credentials["email"]
        return User(id=name, extra={"role": "admin"}) if name == "root" else User(id=name)

    browser = Browser(make_auth(authorize))
    browser.post(CALLBACK, {"email": "root", "password": "x"})
    first = claims_of(browser)
    browser.post(CALLBACK, {"email": "guest", "password": "x"})
    second = claims_of(browser)
    assert (first["sub"], first["user"]["role"]) == ("root", "admin")
    assert second["sub"] == "guest"
    assert "user" not in second
    assert first["sid"] != second["sid"]


def test_the_key_of_a_person_is_no_address() -> None:
    """A mutable identifier used as the account's key: CVE-2025-65431 (allauth)."""
    people = iter(
        [
            {"id": 7, "email": "ada@example.com"},
            {"id": 7, "email": "new@example.com"},
            {"email": "ada@example.com"},
            {"email": "ada@example.com"},
        ]
    )
    auth = make_auth(lambda _: next(people))
    subjects = [claims_of(signed_in(auth))["sub"] for _ in range(4)]
    assert subjects[0] == subjects[1] == "7"
    assert len({*subjects[1:], "ada@example.com"}) == 4
