"""When ``Auth(...)`` is refused, the sinks that can be told are told why, before the error."""

import inspect

import pytest

from nextauth.errors import ConfigurationError, Problem
from nextauth.events import Circumstances, ConfigurationRefused, Event, tell_of_refusal
from nextauth.events.mailbox import wait_for_rest
from nextauth.events.sinks import usable
from nextauth.testing import RecordingSink
from tests.unit.events.samples import LONGEST_WAIT
from tests.unit.protocol.wire import make_auth

ERROR = ConfigurationError(
    [Problem("secret-too-short", "It is.", "Make it longer."), Problem("base-url", "No.", "Yes.")]
)
EVENT = ConfigurationRefused(Circumstances(12.5), ("secret-too-short", "base-url"))


def test_the_codes_are_told_and_not_the_messages() -> None:
    sink = RecordingSink()
    tell_of_refusal([sink], ERROR, now=12.5)
    assert sink.events == [EVENT]


class Wrong:
    emit = 3


@pytest.mark.parametrize(
    "unusable",
    [None, 5, "print", lambda: None, lambda _a, _b: None, Wrong()],
    ids=["none", "int", "str", "takes-nothing", "takes-two", "emit-is-no-function"],
)
def test_what_cannot_be_told_is_left_out(
    unusable: object, caplog: pytest.LogCaptureFixture
) -> None:
    sink = RecordingSink()
    tell_of_refusal([unusable, sink], ERROR, now=12.5)
    assert sink.events == [EVENT]
    assert caplog.records == []


def test_a_failing_sink_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_event: Event) -> None:
        message = "the disk is full"
        raise OSError(message)

    sink = RecordingSink()
    tell_of_refusal([fail, sink], ERROR, now=12.5)
    assert wait_for_rest(LONGEST_WAIT)
    assert sink.events == [EVENT]
    assert "the disk is full" in caplog.text


def test_a_function_that_does_not_say_what_it_takes_may_be_told() -> None:
    with pytest.raises(ValueError, match="no signature"):
        inspect.signature(max)
    assert len(usable([max])) == 1


def test_an_auth_that_is_refused_tells_its_sinks_first() -> None:
    sink = RecordingSink()
    with pytest.raises(ConfigurationError) as refused:
        make_auth(secret="short", base_path="", events=[sink, 5], clock=lambda: 12.5)
    codes = tuple(problem.code for problem in refused.value.problems)
    assert {"base-path", "event-sink"} < set(codes)
    assert sink.events == [ConfigurationRefused(Circumstances(12.5), codes)]


def test_an_auth_that_is_made_tells_nothing() -> None:
    sink = RecordingSink()
    make_auth(events=[sink])
    assert sink.events == []
