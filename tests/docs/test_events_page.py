"""docs/events.md names every event, its name in logs, its members, and every reason there is."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from nextauth import events
from nextauth.events import Circumstances, Event, event_name
from nextauth.events.mailbox import _SECONDS_AT_EXIT, MOST_WAITING

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
KINDS: tuple[type[Event], ...] = get_args(Event)


def rows(heading: str) -> Iterator[list[str]]:
    """Answer the cells of the table with that heading."""
    _, _, rest = PAGE.partition(f"| {heading} |")
    assert rest, f"there is no table {heading!r}"
    table = rest.partition("\n\n")[0].splitlines()[2:]
    for line in table:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def test_every_event_has_its_row_with_its_name_and_all_its_members() -> None:
    shown = {
        kind.strip("`"): (name.strip("`"), re.findall(r"`(\w+)`", members), when)
        for kind, name, members, when in rows("event in `nextauth.events`")
    }
    assert list(shown) == [kind.__name__ for kind in KINDS]
    for kind in KINDS:
        name, members, when = shown[kind.__name__]
        assert name == event_name(kind)
        assert members == [each.name for each in fields(kind) if each.name != "at"]
        assert when


def test_every_member_of_at_has_its_row() -> None:
    shown = [cells[0].strip("`") for cells in rows("member of `at`")]
    assert shown == [each.name for each in fields(Circumstances)]


@pytest.mark.parametrize(
    "kind",
    [
        *("SignInFailed", "SignInThrottled", "SessionEnded", "OlderSessionAccepted"),
        *("RevalidationFailed", "StoreFailed"),
    ],
)
def test_every_reason_is_named(kind: str) -> None:
    (words,) = [cells[1] for cells in rows("reason of") if f"`{kind}`" in cells[0]]
    told = inspect.getdoc(getattr(events, kind)) or ""
    reasons = set(re.findall(r'``"([\w-]+)"``', told)) - {"sessions", "limits"}
    assert reasons
    assert reasons <= set(re.findall(r"`([\w-]+)`", words))


def test_the_numbers_are_the_code_s() -> None:
    assert f"Up to {MOST_WAITING:,} events wait" in PAGE
    assert f"it waits up to {_SECONDS_AT_EXIT:.0f} seconds" in PAGE
