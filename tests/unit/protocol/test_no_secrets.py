"""No secret, password, token or cookie in a log, an event, a URL or an answer."""

import dataclasses
import json
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from nextauth import (
    AccessDenied,
    Callbacks,
    CredentialsSignin,
    JWTParams,
    SubmittedCredentials,
    User,
)
from nextauth.events import Event, immediate
from nextauth.testing import RecordingSink
from tests.unit.protocol.leaks import ENCODINGS, NASTY, hold
from tests.unit.protocol.wire import (
    CALLBACK,
    OTHER_SECRET,
    SECRET,
    SESSION,
    WAYS,
    Browser,
    make_auth,
)


def _everything(records: list[logging.LogRecord]) -> str:
    said = []
    for record in records:
        said += [record.getMessage(), repr(record.__dict__), record.exc_text or ""]
        if record.exc_info:
            said += traceback.format_exception(*record.exc_info)
    return "\n".join(said)


def _deep(value: object) -> Iterator[str]:
    """Answer every text in an event, whether its repr shows it or not."""
    if dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from _deep(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _deep(key)
            yield from _deep(member)
    elif isinstance(value, (tuple, list)):
        for member in value:
            yield from _deep(member)
    else:
        yield str(value)


@pytest.fixture(autouse=True)
def _debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def _answers() -> dict[str, Callable[[SubmittedCredentials], Any]]:
    def raises(error: Callable[[str], Exception]) -> Callable[[SubmittedCredentials], Any]:
        def authorize(credentials: SubmittedCredentials) -> Any:  # noqa: ANN401
            raise error(credentials["password"])

        return authorize

    def chained(credentials: SubmittedCredentials) -> None:
        try:
            int(credentials["password"])
        except ValueError as error:
            message = "no number"
            raise LookupError(message) from error

    return {
        "user": lambda _: User(id="1", name="Ada"),
        "none": lambda _: None,
        "false": lambda _: False,
        "the password": lambda credentials: credentials["password"],
        "denied": raises(AccessDenied),
        "locked": raises(lambda _: CredentialsSignin("locked")),
        "key": raises(KeyError),
        "code": raises(CredentialsSignin),  # the password as a code is refused by CredentialsSignin
        "chained": chained,
    }


ANSWERS = _answers()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ANSWERS)
def test_a_whole_visit(name: str, way: str, caplog: pytest.LogCaptureFixture) -> None:
    sink = RecordingSink()
    auth = make_auth(ANSWERS[name], secret=[SECRET, OTHER_SECRET], events=[sink])
    browser = Browser(auth, way=way)
    token = browser.get("csrf").json["csrfToken"]
    replies = [
        browser.sign_in(NASTY, csrfToken=token),
        browser.get("session"),
        browser.post("session", {"csrfToken": token}),
        browser.post(CALLBACK, {"password": NASTY}, headers=[("sec-fetch-site", "cross-site")]),
        browser.post_body(CALLBACK, NASTY.encode(), kind="text/plain"),
        browser.post_body(
            CALLBACK, json.dumps({"password": [NASTY]}).encode(), kind="application/json"
        ),
        browser.sign_in(NASTY * 100),
        browser.post("signout", {"csrfToken": token}),
    ]
    cookies = [each.value for reply in replies for each in reply.set.values() if "|" in each.value]
    sessions = [reply.set[SESSION].value for reply in replies if reply.signs_in()]
    assert bool(sessions) is (name == "user")
    withheld = [NASTY, SECRET, OTHER_SECRET, token, *cookies, *sessions]
    assert hold(_everything(caplog.records), *withheld) == []
    assert hold("\n".join(map(repr, sink.events)), *withheld) == []
    assert hold("\n".join(text for each in sink.events for text in _deep(each)), *withheld) == []
    for reply in replies:
        assert hold(reply.header("location") or "", *withheld) == []
        assert hold(reply.text, *withheld) == []
        assert hold(repr(reply.response), *withheld) == []


@pytest.mark.parametrize("encoding", [each for each in ENCODINGS if "bas" not in each])
@pytest.mark.parametrize("raises", ["authorize", "sign_in", "jwt"])
@pytest.mark.parametrize("password", [NASTY, "hunter2", "päss", "пароль", "line\nbreak"])
def test_an_exception_that_tells_the_password(
    encoding: str, raises: str, password: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = ENCODINGS[encoding](password)

    def fail(_params: object) -> Any:  # noqa: ANN401
        message = f"the directory says no to {told}"
        raise ConnectionError(message)

    callbacks: dict[str, Any] = {} if raises == "authorize" else {raises: fail}
    authorize = fail if raises == "authorize" else lambda _: User(id="1")
    browser = Browser(make_auth(authorize, callbacks=Callbacks(**callbacks)))
    assert browser.sign_in(password).query == {"error": "Configuration"}
    assert "ConnectionError" in caplog.text  # the operator still learns what happened, and where
    assert "in fail" in caplog.text
    assert told.lower() not in _everything(caplog.records).lower()
    assert hold(_everything(caplog.records), password) == []


def test_what_tells_no_password_is_logged_whole(caplog: pytest.LogCaptureFixture) -> None:
    def authorize(_credentials: SubmittedCredentials) -> None:
        message = "the directory is down"
        raise ConnectionError(message)

    Browser(make_auth(authorize)).sign_in(NASTY, blank="", callbackUrl="/me")
    assert "ConnectionError: the directory is down" in caplog.text


@pytest.mark.parametrize("reader", ["jwt", "jwt-update", "session"])
def test_a_callback_that_fails_while_stored_credentials_are_revalidated(
    reader: str, caplog: pytest.LogCaptureFixture
) -> None:
    def jwt(params: JWTParams) -> Mapping[str, Any]:
        if params.credentials is not None:
            return {**params.token, "kept": {"passwords": [params.credentials["password"]]}}
        if reader.startswith("jwt"):
            message = f"bind failed for {params.token['kept']} {params.session}"
            raise ConnectionError(message)
        return params.token

    def session(params: Any) -> Any:  # noqa: ANN401
        message = f"bind failed for {params.token['kept']} {params.new_session}"
        raise ConnectionError(message)

    callbacks = Callbacks(jwt=jwt, session=session if reader == "session" else None)
    browser = Browser(make_auth(lambda _: User(id="1", name="Ada"), callbacks=callbacks))
    assert browser.sign_in(NASTY).signs_in()
    if reader == "jwt-update":
        body = json.dumps({"data": {"new_password": "another s3cret"}}).encode()
        browser.post_body("session", body, kind="application/json")
    assert browser.session() is None
    assert "ConnectionError" in caplog.text
    assert hold(_everything(caplog.records), NASTY, "another s3cret") == []


def test_a_sink_that_fails_tells_no_session(caplog: pytest.LogCaptureFixture) -> None:
    @immediate
    def sink(event: Event) -> None:
        raise LookupError(event)

    browser = Browser(make_auth(lambda _: User(id="1", extra={"key": NASTY}), events=[sink]))
    assert browser.sign_in("pw-of-ada").signs_in()
    assert "LookupError" in caplog.text
    assert hold(_everything(caplog.records), NASTY, "pw-of-ada", browser.jar[SESSION]) == []
