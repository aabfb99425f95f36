"""The sink for OpenTelemetry: a counter with few series, and a span of no length an event."""

import pytest
from opentelemetry.trace import SpanKind, StatusCode

from nextauth import User
from nextauth.events import Event, EventStream, event_name
from nextauth.sinks.opentelemetry import OpenTelemetrySink
from tests.unit.events.samples import KINDS, NOW, sample
from tests.unit.protocol.wire import SAME_ORIGIN, Browser, make_auth
from tests.unit.sinks.outputs import FEW, Backend

ALL_KINDS = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@pytest.fixture
def backend() -> Backend:
    return Backend()


@ALL_KINDS
def test_each_event_is_counted_by_what_has_few_values(kind: type[Event], backend: Backend) -> None:
    backend.sink.emit(sample(kind, "one"))
    backend.sink.emit(sample(kind, "one"))
    (point,) = backend.points()
    assert point.value == 2
    attributes = dict(point.attributes or {})
    assert attributes["nextauth.event"] == event_name(kind)
    assert attributes.keys() <= set(FEW)


def test_users_and_addresses_make_no_series_of_their_own() -> None:
    backend = Backend()
    auth = make_auth(lambda fields: fields.get("id") and User(fields["id"]), events=[backend.sink])
    for number in range(3):
        browser = Browser(auth, headers=[*SAME_ORIGIN, ("user-agent", f"agent {number}")])
        browser.sign_in(id=f"user {number}")
        browser.sign_in()
    assert backend.counts() == {
        ("sign_in_failed", "credentials", "CredentialsSignin"): 3,
        ("signed_in", "credentials", None): 3,
    }


def test_what_was_tried_too_often_is_the_reason_of_a_throttled_sign_in(backend: Backend) -> None:
    kind = next(each for each in KINDS if each.__name__ == "SignInThrottled")
    backend.sink.emit(sample(kind, "account"))
    assert backend.counts() == {("sign_in_throttled", "account", "account"): 1}


@ALL_KINDS
def test_each_event_is_a_span_of_no_length(kind: type[Event], backend: Backend) -> None:
    backend.sink.emit(sample(kind, "x"))
    span = backend.span()
    assert span.name == f"nextauth.{event_name(kind)}"
    assert span.kind is SpanKind.INTERNAL
    assert span.start_time == span.end_time == int(NOW * 1_000_000_000)
    is_broken = kind.__name__ in {"StoreFailed", "ConfigurationRefused"}
    assert span.status.status_code is (StatusCode.ERROR if is_broken else StatusCode.UNSET)


def test_a_span_tells_who_and_from_where_by_the_names_of_the_conventions(backend: Backend) -> None:
    browser = Browser(make_auth(events=[backend.sink]))
    browser.headers = (*browser.headers, ("user-agent", "Lynx/2"), ("x-request-id", "r-1"))
    browser.sign_in()
    span = backend.span()
    attributes = dict(span.attributes or {})
    assert attributes.pop("session.id")
    assert attributes == {
        "client.address": "203.0.113.9",
        "user_agent.original": "Lynx/2",
        "enduser.id": "1",
        "nextauth.event": "signed_in",
        "nextauth.request_id": "r-1",
        "nextauth.provider": "credentials",
        "nextauth.provider_type": "credentials",
        "nextauth.provider_account_id": "1",
    }


def test_the_span_belongs_to_the_one_of_the_request(backend: Backend) -> None:
    stream = EventStream([backend.sink])
    with backend.tracers.get_tracer("the server").start_as_current_span("POST") as request:
        stream.tell(sample(KINDS[0]))
    told, ended = backend.exporter.get_finished_spans()
    assert (told.parent, ended.parent) == (request.get_span_context(), None)
    assert ended.events == ()


def test_without_an_sdk_it_does_nothing() -> None:
    sink = OpenTelemetrySink()
    for kind in KINDS:
        sink.emit(sample(kind))
