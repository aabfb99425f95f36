"""What waits for a sink: in order, bounded, and counted where it is lost."""

import logging

import pytest

from nextauth.events import Event, EventStream
from nextauth.events.mailbox import MOST_WAITING, Mailbox, wait_for_rest
from tests.unit.events.samples import NOW, alarms


def taken(mailbox: Mailbox) -> list[Event]:
    """Take all that there is."""
    return list(iter(mailbox.take, None))


def warnings_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    assert {(record.name, record.levelno) for record in caplog.records} <= {
        ("nextauth.events", logging.WARNING)
    }
    assert {getattr(record, "code", None) for record in caplog.records} <= {"events-dropped"}
    return [record.getMessage() for record in caplog.records]


def test_events_come_out_as_they_went_in() -> None:
    mailbox = Mailbox("x")
    events = alarms(100)
    for event in events:
        mailbox.put(event)
    assert taken(mailbox) == events
    assert mailbox.take() is None


def test_the_first_event_asks_for_somebody_to_serve_and_the_next_ones_do_not() -> None:
    mailbox = Mailbox("x")
    assert [mailbox.put(event) for event in alarms(3)] == [True, False, False]
    assert mailbox.take() is not None
    assert not mailbox.put(alarms(1)[0])
    assert len(taken(mailbox)) == 3
    assert mailbox.put(alarms(1)[0])


def test_it_is_at_rest_when_the_last_event_is_dealt_with_and_not_when_it_is_taken() -> None:
    mailbox = Mailbox("x", group="rest")
    assert wait_for_rest(0, group="rest")
    mailbox.put(alarms(1)[0])
    assert not wait_for_rest(0, group="rest")
    mailbox.take()
    assert not wait_for_rest(0, group="rest")
    assert not wait_for_rest(0)
    mailbox.take()
    assert wait_for_rest(0, group="rest")


def test_another_groups_events_are_not_waited_for() -> None:
    mailbox = Mailbox("x", group="theirs")
    mailbox.put(alarms(1)[0])
    assert wait_for_rest(0, group="ours")
    assert not wait_for_rest(0, group="theirs")


def test_at_most_ten_thousand_events_wait() -> None:
    mailbox = Mailbox("x")
    (event,) = alarms(1)
    for _ in range(MOST_WAITING + 3):
        mailbox.put(event)
    assert len(taken(mailbox)) == MOST_WAITING == 10_000


def test_a_full_mailbox_keeps_the_old_events_and_warns_once_a_minute_of_how_many_it_drops(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mailbox = Mailbox("events[4]", most=2)
    kept = alarms(2)
    for event in [
        *kept,
        *alarms(1, time=NOW),
        *alarms(3, time=NOW + 59),
        *alarms(1, time=NOW + 60),
    ]:
        mailbox.put(event)
    one, rest = warnings_in(caplog)
    assert one.startswith(
        "The event sink events[4] is too slow: 2 events wait for it, and 1 were dropped."
    )
    assert "and 4 were dropped" in rest
    assert taken(mailbox) == kept


def test_what_was_lost_since_the_last_warning_is_told_when_the_sink_has_caught_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mailbox = Mailbox("x", most=2)
    for event in alarms(8):
        mailbox.put(event)
    assert len(warnings_in(caplog)) == 1
    mailbox.take()
    assert len(warnings_in(caplog)) == 1
    mailbox.take()
    assert "0 events wait for it, and 5 were dropped" in warnings_in(caplog)[-1]
    taken(mailbox)
    assert len(caplog.records) == 2


def test_a_clock_that_is_set_back_silences_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    mailbox = Mailbox("x", most=0)
    for time in (NOW, NOW - 3600, NOW - 3600):
        mailbox.put(alarms(1, time=time)[0])
    assert len(warnings_in(caplog)) == 2


def test_a_stream_passes_the_bound_on(caplog: pytest.LogCaptureFixture) -> None:
    stream = EventStream([lambda _: None], most_waiting=0)
    stream.tell(alarms(1)[0])
    assert "The event sink events[0] is too slow" in warnings_in(caplog)[0]


def test_what_one_cannot_deal_with_another_gets_the_taken_event_first() -> None:
    one, other = Mailbox("x", group="moved"), Mailbox("x", group="moved")
    first, second, third, fourth = alarms(4)
    for event in (second, third, fourth):
        one.put(event)
    other.put(first)
    assert one.take() == second
    assert not one.move_to(other)  # it is served already
    assert one.take() is None
    assert taken(other) == [first, second, third, fourth]
    assert wait_for_rest(0, group="moved")


def test_moving_nothing_asks_for_nobody() -> None:
    one, other = Mailbox("x"), Mailbox("x")
    assert not one.move_to(other)
    one.put(alarms(1)[0])
    assert one.move_to(other)
    assert taken(other) == alarms(1)


def test_a_mailbox_that_is_left_keeps_what_waits() -> None:
    mailbox = Mailbox("x")
    events = alarms(3)
    for event in events:
        mailbox.put(event)
    mailbox.take()
    mailbox.leave()
    assert mailbox.put(events[0])
    assert taken(mailbox) == [events[1], events[2], events[0]]
