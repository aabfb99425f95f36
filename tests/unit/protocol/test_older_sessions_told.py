"""Who comes with the session of an older release is told of when it becomes ours, and only then."""

from typing import Any

import pytest

from nextauth import Callbacks, Revocation, SessionOptions
from nextauth.events import OlderSessionAccepted
from nextauth.stores import MemoryStore
from nextauth.testing import RecordingSink
from nextauth.tokens import OlderShape
from tests.unit.protocol.test_older_sessions import (
    OLD,
    UNTIL,
    accepting,
    claims_at,
    coming_from,
    each_dialect,
    each_shape,
)
from tests.unit.protocol.wire import Browser, claims_of, signed_in
from tests.unit.tokens.older_tokens import EVERY, VERSION_OF


def told(sink: RecordingSink) -> list[tuple[str | None, str | None, str]]:
    return [(each.user_id, each.sid, each.release) for each in sink.of(OlderSessionAccepted)]


@each_dialect
@each_shape
def test_it_is_told_once_with_its_release(shape: OlderShape, dialect: str) -> None:
    sink = RecordingSink()
    browser = coming_from(shape, accepting(shape, dialect=dialect, events=[sink]))
    token = browser.jar[OLD]
    for _ in range(2):
        browser.session()
    assert told(sink) == [("7", None, VERSION_OF[shape])]
    [event] = sink.of(OlderSessionAccepted)
    assert event.provider is None
    assert token[:40] not in repr(event)


@each_shape
def test_any_page_of_the_application_tells_it(shape: OlderShape) -> None:
    sink = RecordingSink()
    auth = accepting(shape, events=[sink])
    auth.resume_sync(coming_from(shape, auth).request("GET", "/private"))
    assert told(sink) == [("7", None, VERSION_OF[shape])]


@pytest.mark.parametrize("changes", [{}, {"seen": True}])
def test_so_it_is_where_a_callback_looks_at_each_session(changes: dict[str, Any]) -> None:
    sink = RecordingSink()
    callbacks = Callbacks(jwt=lambda params: {**params.token, **changes})
    browser = coming_from(OlderShape.SIGNED, accepting(callbacks=callbacks, events=[sink]))
    for _ in range(2):
        browser.session()
    assert told(sink) == [("7", None, "next-auth-v3")]


def test_where_sessions_can_be_ended_it_has_the_id_that_it_was_given() -> None:
    sink = RecordingSink()
    revocation = Revocation(MemoryStore(), adopt_until=UNTIL)
    browser = coming_from(OlderShape.SIGNED, accepting(revocation=revocation, events=[sink]))
    browser.session()
    assert told(sink) == [("7", claims_of(browser)["sid"], "next-auth-v3")]
    [event] = sink.of(OlderSessionAccepted)
    assert event.provider == "credentials"


def test_a_client_that_changes_it_at_once_tells_it_too() -> None:
    sink = RecordingSink()
    browser = coming_from(OlderShape.SIGNED, accepting(events=[sink]))
    browser.post("session", {"data": "dark"})
    assert told(sink) == [("7", None, "next-auth-v3")]


@each_shape
def test_where_nothing_is_replaced_nothing_is_told(shape: OlderShape) -> None:
    sink = RecordingSink()
    coming_from(shape, accepting(shape, events=[sink])).get("session", method="HEAD")
    only_reads = accepting(shape, providers=(), events=[sink])
    assert only_reads.session_sync(coming_from(shape, only_reads).request("GET", "/")) is not None
    assert told(sink) == []


def test_nothing_is_told_of_one_that_is_over_refused_or_ours() -> None:
    sink = RecordingSink()
    options = SessionOptions(max_age=10, update_age=1, absolute_max_age=10)
    auth = accepting(session=options, events=[sink])
    assert coming_from(OlderShape.SIGNED, auth).session() is None
    auth = accepting(callbacks=Callbacks(jwt=lambda _: None), events=[sink])
    assert coming_from(OlderShape.SIGNED, auth).session() is None
    auth = accepting(events=[sink])
    signed_in(auth).session()
    browser = Browser(auth)
    browser.jar = {OLD: EVERY[OlderShape.SIGNED](claims_at(OlderShape.SIGNED)) + "x"}
    assert browser.session() is None
    assert told(sink) == []
