"""Signing out, what the audit stream is told, and sinks that fail."""

from typing import Any

import pytest

from nextauth import Account, Callbacks, Pages, Revocation, User
from nextauth.errors import StoreUnavailable
from nextauth.events import (
    Circumstances,
    Event,
    RequestRefused,
    SessionUpdated,
    SignedIn,
    SignedOut,
    SignInFailed,
    Sink,
    StoreFailed,
    immediate,
)
from nextauth.stores import MemoryStore
from nextauth.testing import FakeClock, RecordingSink
from tests.unit.protocol.wire import (
    CSRF,
    ORIGIN,
    SAME_ORIGIN,
    SESSION,
    WAYS,
    Browser,
    both,
    claims_of,
    either,
    make_auth,
    signed_in,
)


class _NoEnd(MemoryStore):
    """A store that fails when a session is to be ended."""

    async def end(self, sid: str, *, until: float, now: float) -> None:
        message = f"the store is away: {sid} stays until {until}, {now}"
        raise StoreUnavailable(message)


def test_a_sign_out_that_no_store_heard_of_is_told() -> None:
    sink = RecordingSink()
    browser = signed_in(make_auth(revocation=Revocation(_NoEnd()), events=[sink]))
    browser.post("signout")
    assert SESSION not in browser.jar
    failed, signed_out = sink.events[-2:]
    assert isinstance(failed, StoreFailed)
    assert (failed.store, failed.purpose, failed.answered) == ("_NoEnd", "sessions", "open")
    assert isinstance(signed_out, SignedOut)


@pytest.mark.parametrize("way", WAYS)
def test_signing_out_ends_the_session(way: str) -> None:
    sink = RecordingSink()
    browser = signed_in(make_auth(events=[sink]), way=way)
    sid = claims_of(browser)["sid"]
    reply = browser.post("signout", {"callbackUrl": "/bye"})
    assert reply.status == (302 if way == "form" else 200)
    assert (reply.url, reply.deletes()) == (f"{ORIGIN}/bye", True)
    assert browser.session() is None
    (event,) = sink.of(SignedOut)
    assert (event.provider, event.user_id, event.sid) == ("credentials", "1", sid)


@pytest.mark.parametrize("way", WAYS)
def test_signing_out_without_a_session_is_no_error_and_no_event(way: str) -> None:
    sink = RecordingSink()
    reply = Browser(make_auth(events=[sink]), way=way).post("signout")
    assert reply.status == (302 if way == "form" else 200)
    assert (reply.url, reply.set.keys() & {SESSION}, sink.events) == (ORIGIN, set(), [])


def test_signing_out_forgets_a_cookie_that_does_not_open() -> None:
    sink = RecordingSink()
    browser = Browser(make_auth(events=[sink]))
    browser.jar[SESSION] = "damaged"
    assert browser.post("signout").deletes()
    assert sink.events == []


def test_get_signout_only_asks() -> None:
    browser = signed_in(make_auth())
    reply = browser.get("signout")
    assert (reply.status, reply.deletes()) == (200, False)
    assert 'action="/api/auth/signout"' in reply.text
    assert browser.jar[CSRF].partition("%7C")[0] in reply.text
    assert browser.session()["user"]["name"] == "Ada"


def test_get_signout_leads_to_a_page_of_ones_own() -> None:
    browser = signed_in(make_auth(pages=Pages(sign_out="/bye")))
    reply = browser.get("signout")
    assert (reply.status, reply.url) == (302, f"{ORIGIN}/bye")
    assert browser.session()["user"]["name"] == "Ada"


def test_signing_out_from_another_site_is_refused() -> None:
    browser = signed_in(make_auth())
    reply = browser.post("signout", headers=[("sec-fetch-site", "cross-site")])
    assert (reply.query, reply.deletes()) == ({"error": "MissingCSRF"}, False)
    assert browser.session()["user"]["name"] == "Ada"


# --- the stream


def test_the_stream_of_a_visit() -> None:
    clock, sink = FakeClock(), RecordingSink()
    browser = Browser(make_auth(clock=clock, events=[sink]))
    browser.headers = (*SAME_ORIGIN, ("x-request-id", "r-1"), ("user-agent", "Lynx/2 " + "x" * 300))
    browser.sign_in("guess")
    browser.sign_in()
    browser.post("session")
    browser.post("signout")
    browser.post("signout", headers=[("sec-fetch-site", "cross-site")])
    at = Circumstances(clock.now, "r-1", "203.0.113.9", ("Lynx/2 " + "x" * 300)[:256])
    (begin,) = sink.of(SignedIn)
    user = User(id="1", name="Ada", email="ada@example.com")
    assert sink.events == [
        SignInFailed(at, "credentials", "CredentialsSignin", "credentials", None),
        SignedIn(at, user, Account("credentials", "credentials", "1"), begin.sid),
        SessionUpdated(at, "credentials", "1", begin.sid),
        SignedOut(at, "credentials", "1", begin.sid),
        RequestRefused(
            Circumstances(clock.now, None, "203.0.113.9", None), "MissingCSRF", "signout"
        ),
    ]
    assert begin.sid


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        (None, "CredentialsSignin", "credentials"),
        (False, "AccessDenied", None),
        ("nonsense", "Configuration", None),
    ],
)
def test_each_refused_sign_in_is_one_event(answer: object, reason: str, code: str | None) -> None:
    sink = RecordingSink()
    Browser(make_auth(lambda _credentials: answer, events=[sink])).sign_in()
    (event,) = sink.events
    assert isinstance(event, SignInFailed)
    assert (event.provider, event.reason, event.code) == ("credentials", reason, code)
    assert event.user_id is None


@pytest.mark.parametrize(("denies", "user_id"), [("sign_in", "1"), ("jwt", "1")])
def test_an_event_names_who_was_known_and_denied(denies: str, user_id: str) -> None:
    sink = RecordingSink()
    answers: dict[str, Any] = {"sign_in": lambda _: False, "jwt": lambda _: None}
    callbacks = Callbacks(**{denies: answers[denies]})
    Browser(make_auth(callbacks=callbacks, events=[sink])).sign_in()
    assert [(type(each), each.user_id) for each in sink.of(SignInFailed)] == [
        (SignInFailed, user_id)
    ]
    assert len(sink.events) == 1


@pytest.mark.parametrize("id_", ["a b", "x" * 129, "a\tb", "<script>", "a,b", ""])
def test_a_request_id_that_is_no_plain_token_is_not_passed_on(id_: str) -> None:
    sink = RecordingSink()
    browser = Browser(make_auth(events=[sink]), headers=[*SAME_ORIGIN, ("x-request-id", id_)])
    browser.sign_in()
    assert [event.at.request_id for event in sink.events] == [None]


def test_reading_is_no_event_and_neither_is_a_refused_get() -> None:
    sink = RecordingSink()
    browser = signed_in(make_auth(events=[sink]))
    sink.events.clear()
    for action in ("session", "providers", "csrf", "signin", "signout", "error", "nope"):
        browser.get(action)
    assert sink.events == []


@pytest.mark.parametrize("reason", ["MethodNotAllowed", "UnknownAction", "UnsupportedMediaType"])
def test_a_refused_post_is_an_event(reason: str) -> None:
    sink = RecordingSink()
    browser = Browser(make_auth(events=[sink]))
    kind = "text/plain" if reason == "UnsupportedMediaType" else None
    action = {"MethodNotAllowed": "csrf", "UnknownAction": "nope"}.get(reason, "signout")
    browser.post_body(action, b"x", kind=kind)
    assert [each.reason for each in sink.of(RequestRefused)] == [reason]


# --- sinks


def test_immediate_sinks_are_told_in_their_order_before_the_answer() -> None:
    told: list[str] = []

    def sink(name: str) -> Sink:
        return immediate(lambda _event: told.append(name))

    Browser(make_auth(events=[sink("first"), sink("second")])).sign_in()
    assert told == ["first", "second"]


@both
def test_every_other_sink_is_told_too(*, is_async: bool) -> None:
    told: list[Event] = []
    recording = RecordingSink()
    auth = make_auth(events=[either(told.append, is_async=is_async), recording])
    Browser(auth).sign_in()
    assert auth.services.events.wait(60)
    assert told == recording.events
    assert len(told) == 1


@both
def test_a_failing_sink_is_logged_and_breaks_nothing(
    caplog: pytest.LogCaptureFixture, *, is_async: bool
) -> None:
    recording = RecordingSink()

    def fail(_event: Event) -> None:
        message = "disk full"
        raise OSError(message)

    sinks = [either(fail, is_async=is_async), recording]
    auth = make_auth(events=sinks)
    browser = Browser(auth)
    assert browser.sign_in().signs_in()
    assert auth.services.events.wait(60)
    assert len(recording.of(SignedIn)) == 1
    assert [getattr(each, "code", "") for each in caplog.records] == ["event-sink-failed"]
    assert "events[0] failed on SignedIn" in caplog.text
    assert "disk full" in caplog.text
    assert browser.session()["user"]["name"] == "Ada"
