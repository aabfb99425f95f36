"""The callbacks `jwt` and `session`: what each is given, and what it may answer."""

from collections.abc import Mapping
from typing import Any

import pytest

from nextauth import (
    Account,
    Callbacks,
    JWTParams,
    SessionParams,
    User,
)
from nextauth.events import SessionEnded, SignedIn
from nextauth.testing import RecordingSink
from tests.unit.protocol.wire import (
    PASSWORD,
    WAYS,
    Browser,
    both,
    claims_of,
    either,
    make_auth,
    signed_in,
)

ADA = User(id="1", name="Ada", email="ada@example.com")
ACCOUNT = Account("credentials", "credentials", "1")
SUBMITTED = {"email": "ada@example.com", "password": PASSWORD}


# --- jwt


@both
def test_jwt_is_given_what_the_sign_in_knows_and_later_only_the_token(*, is_async: bool) -> None:
    seen: list[JWTParams] = []

    def jwt(params: JWTParams) -> Mapping[str, Any]:
        seen.append(params)
        return {**params.token, "round": len(seen)}

    auth = make_auth(callbacks=Callbacks(jwt=either(jwt, is_async=is_async)))
    browser = Browser(auth)
    browser.sign_in()
    browser.get("session")
    browser.post_body("session", b'{"data": {"theme": "dark"}}', kind="application/json")
    begin, read, update = seen
    assert (begin.user, begin.account, begin.trigger) == (ADA, ACCOUNT, "signIn")
    assert dict(begin.credentials or {}) == SUBMITTED
    assert (begin.token["sub"], begin.token["name"], begin.profile) == ("1", "Ada", None)
    for later in (read, update):
        assert (later.user, later.account, later.credentials) == (None, None, None)
    assert (read.trigger, read.session, read.token["round"]) == (None, None, 1)
    assert (update.trigger, update.session) == ("update", {"theme": "dark"})
    assert update.token["round"] == 2


OWN = {
    "sub": "2",
    "sid": "stolen",
    "exp": 9_999_999_999,
    "auth_time": 1,
    "amr": ["hwk"],
    "provider": "other",
    "iat": 1,
    "jti": "stolen",
    "nbf": 1,
    "nextauth": 9,
}


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("how", ["overwrite", "remove"])
def test_jwt_cannot_change_the_claims_that_are_ours(name: str, how: str) -> None:
    meddle = False

    def jwt(params: JWTParams) -> Mapping[str, Any]:
        others = {claim: value for claim, value in params.token.items() if claim != name}
        return ({**others, name: OWN[name]} if how == "overwrite" else others) | {"seen": meddle}

    browser = Browser(make_auth(callbacks=Callbacks(jwt=jwt)))
    browser.sign_in()
    first = claims_of(browser)
    meddle = True
    browser.get("session")
    second = claims_of(browser)
    assert (first["seen"], second["seen"]) == (False, True)
    for claims in (first, second):
        assert claims.get(name) != OWN[name]
        assert (name in claims) is (name != "nbf")
    stays = {"sub", "sid", "auth_time", "amr", "provider", "nextauth"}
    assert {each: first[each] for each in stays} == {each: second[each] for each in stays}


def test_jwt_may_change_what_is_the_users() -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any]:
        return {**params.token, "name": "Lady Ada", "roles": ["admin"]}

    browser = signed_in(make_auth(callbacks=Callbacks(jwt=jwt)))
    assert browser.session()["user"]["name"] == "Lady Ada"
    assert claims_of(browser)["roles"] == ["admin"]


def test_jwt_that_changes_its_token_in_place_is_seen() -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any]:
        if params.trigger is None:
            params.token["user"] = {"deep": [*params.token.get("user", {}).get("deep", []), 1]}
        return params.token

    browser = Browser(make_auth(callbacks=Callbacks(jwt=jwt)))
    browser.sign_in()
    assert browser.get("session").signs_in()
    assert claims_of(browser)["user"] == {"deep": [1, 1]}


@pytest.mark.parametrize("way", WAYS)
def test_jwt_none_at_sign_in_signs_nobody_in_and_ends_what_was(way: str) -> None:
    answers: list[bool] = [True]

    def jwt(params: JWTParams) -> Mapping[str, Any] | None:
        return params.token if answers[0] else None

    browser = signed_in(make_auth(callbacks=Callbacks(jwt=jwt)), way=way)
    answers[0] = False
    reply = browser.sign_in()
    assert reply.status == (302 if way == "form" else 403)
    assert (reply.query, reply.deletes()) == ({"error": "AccessDenied"}, True)


@pytest.mark.parametrize("method", ["GET", "POST"])
@both
def test_jwt_none_signs_out(method: str, *, is_async: bool) -> None:
    sink = RecordingSink()

    def jwt(params: JWTParams) -> Mapping[str, Any] | None:
        return params.token if params.trigger == "signIn" else None

    callbacks = Callbacks(jwt=either(jwt, is_async=is_async))
    browser = Browser(make_auth(callbacks=callbacks, events=[sink]))
    browser.sign_in()
    reply = browser.post("session") if method == "POST" else browser.get("session")
    assert (reply.status, reply.json, reply.deletes()) == (200, None, True)
    (event,) = sink.of(SessionEnded)
    assert (event.provider, event.user_id, event.reason) == ("credentials", "1", "callback")
    assert event.sid == sink.of(SignedIn)[0].sid


@pytest.mark.parametrize("answer", [False, True, "token", 0, [], object()])
def test_jwt_that_answers_nonsense_signs_nobody_in(answer: object) -> None:
    browser = Browser(make_auth(callbacks=Callbacks(jwt=lambda _: answer)))  # type: ignore[arg-type, return-value]
    reply = browser.sign_in()
    assert (reply.query, reply.signs_in()) == ({"error": "Configuration"}, False)


@pytest.mark.parametrize(
    "value",
    [object(), iter((1, 2)), "\ud800", "x" * 40_000],
    ids=["object", "iterator", "surrogate", "too-long"],
)
def test_a_token_that_cannot_be_kept_signs_nobody_in(value: object) -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any]:
        return {**params.token, "kept": value}

    browser = Browser(make_auth(callbacks=Callbacks(jwt=jwt)))
    reply = browser.sign_in()
    assert (reply.query, reply.signs_in()) == ({"error": "Configuration"}, False)


@both
def test_jwt_that_fails_at_a_read_shows_nobody_and_keeps_the_cookie(*, is_async: bool) -> None:
    sink = RecordingSink()
    outage = [False]

    def jwt(params: JWTParams) -> Mapping[str, Any]:
        if outage[0]:
            message = "directory down"
            raise ConnectionError(message)
        return params.token

    callbacks = Callbacks(jwt=either(jwt, is_async=is_async))
    browser = Browser(make_auth(callbacks=callbacks, events=[sink]))
    browser.sign_in()
    outage[0] = True
    reply = browser.get("session")
    assert (reply.status, reply.json, reply.set) == (200, None, {})
    assert browser.auth.session_sync(browser.request("GET", "/")) is None
    assert {event.reason for event in sink.of(SessionEnded)} == {"callback-failed"}
    outage[0] = False
    assert browser.session()["user"]["name"] == "Ada"


# --- session


@both
def test_session_is_given_what_would_be_shown_and_answers_what_is(*, is_async: bool) -> None:
    seen: list[SessionParams] = []

    def session(params: SessionParams) -> Mapping[str, Any]:
        seen.append(params)
        return {**params.session, "id": params.user.id, "sid": params.token["sid"]}

    auth = make_auth(callbacks=Callbacks(session=either(session, is_async=is_async)))
    browser = signed_in(auth)
    assert seen == []  # auth.session() does not run it
    shown = browser.session()
    updated = browser.post_body("session", b'{"data": 5}', kind="application/json").json
    read, update = seen
    assert read.session["user"] == {"name": "Ada", "email": "ada@example.com"}
    assert set(read.session) == {"user", "expires"}
    assert (read.user, read.trigger, read.new_session) == (ADA, None, None)
    assert (update.trigger, update.new_session) == ("update", 5)
    assert (shown["id"], shown["sid"]) == ("1", claims_of(browser)["sid"])
    assert updated["id"] == "1"


@pytest.mark.parametrize("answer", [None, False, "x", [], {"thing": object()}, {"bad": "\ud800"}])
@pytest.mark.parametrize(("dialect", "nobody"), [("authjs", None), ("next-auth-v4", {})])
def test_session_that_answers_nonsense_shows_nobody(
    answer: object, dialect: str, nobody: object, caplog: pytest.LogCaptureFixture
) -> None:
    callbacks = Callbacks(session=lambda _: answer)  # type: ignore[arg-type, return-value]
    browser = signed_in(make_auth(callbacks=callbacks, dialect=dialect))
    reply = browser.get("session")
    assert (reply.status, reply.json) == (200, nobody)
    assert [getattr(each, "code", "") for each in caplog.records] == ["callback-failed"]


def test_session_that_raises_shows_nobody() -> None:
    def session(_params: SessionParams) -> Mapping[str, Any]:
        raise LookupError

    browser = signed_in(make_auth(callbacks=Callbacks(session=session)))
    assert browser.session() is None
