"""The audit log: one line of JSON an event, which no value can break out of."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.events import Event, event_row
from nextauth.sinks import LoggingSink
from tests.unit.events.samples import KINDS, sample
from tests.unit.sinks.outputs import Log

ALL_KINDS = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)

# What begins a new line, or moves a terminal's cursor, for one program or another.
CONTROLS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029", "\u202e"]


@pytest.fixture
def log() -> Log:
    return Log()


@ALL_KINDS
def test_each_event_is_one_line_of_json(kind: type[Event], log: Log) -> None:
    LoggingSink(log.logger).emit(sample(kind))
    (line,) = log.text.splitlines()
    assert json.loads(line) == event_row(sample(kind))
    (record,) = log.records
    assert record.levelno == logging.INFO
    assert vars(record)["audit"] == event_row(sample(kind))
    assert vars(record)["code"] == event_row(sample(kind))["event"]


@given(text=st.text(st.sampled_from([*CONTROLS, "\ud800", '"', "\\", "%", "é", "{"]), min_size=1))
def test_no_value_begins_a_line_or_moves_the_cursor(text: str) -> None:
    for kind in KINDS:
        log = Log()
        LoggingSink(log.logger).emit(sample(kind, text))
        assert log.text.endswith("\n")
        line = log.text[:-1]
        assert line.isascii()
        assert line.isprintable()
        assert json.loads(line) == event_row(sample(kind, text))


@pytest.mark.parametrize("control", CONTROLS, ids=lambda each: f"U+{ord(each):04X}")
def test_a_forged_line_stays_within_the_value(control: str, log: Log) -> None:
    forged = f'x{control}{{"event":"signed_in","user_id":"root"}}'
    for kind in KINDS:
        LoggingSink(log.logger).emit(sample(kind, forged))
    lines = log.text.splitlines()
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert [json.loads(line)["event"] for line in lines] == [
        event_row(sample(kind))["event"] for kind in KINDS
    ]


def test_a_line_is_bounded_whatever_the_values_are(log: Log) -> None:
    for kind in KINDS:
        LoggingSink(log.logger).emit(sample(kind, "\U0001f511" * 100_000))
    assert max(map(len, log.text.splitlines())) < 64_000


@pytest.fixture
def _named_logger() -> Iterator[None]:
    logger = logging.getLogger("shop.audit")
    logger.setLevel(logging.NOTSET)
    yield
    logger.setLevel(logging.NOTSET)


@pytest.mark.usefixtures("_named_logger")
def test_a_logger_is_named_or_given_and_the_level_chosen(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    LoggingSink().emit(sample(KINDS[0]))
    LoggingSink("shop.audit", level=logging.WARNING).emit(sample(KINDS[0]))
    assert [(each.name, each.levelno) for each in caplog.records] == [
        ("nextauth.audit", logging.INFO),
        ("shop.audit", logging.WARNING),
    ]


def test_a_logger_that_would_not_write_it_gets_no_record() -> None:
    log = Log(level=logging.WARNING)
    not_even_looked_at: Any = object()
    LoggingSink(log.logger).emit(not_even_looked_at)
    assert log.records == []
