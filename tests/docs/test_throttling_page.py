"""docs/throttling.md tells the numbers that the code has."""

import re
from pathlib import Path

import pytest

from nextauth import Limit, Throttle
from nextauth.throttle import most_within
from nextauth.throttle.devices import DEVICE_LIFETIME
from nextauth.throttle.gate import _LINKED_FOR

PAGE = (Path(__file__).parents[2] / "docs" / "throttling.md").read_text(encoding="utf-8")
PRESETS = (Throttle.standard(), Throttle.strict())
HOUR, DAY = 3600, 24 * 3600
UNITS = {60: "a minute", HOUR: "an hour", DAY: "a day"}


def row(name: str) -> list[str]:
    """Answer the cells of the one row that begins so."""
    found = [line for line in PAGE.splitlines() if line.startswith(f"| {name} |")]
    assert len(found) == 1, name
    return [cell.strip() for cell in found[0].strip("| ").split("|")]


def told(limits: tuple[Limit, ...]) -> str:
    return ", ".join(f"{limit.tries} {UNITS[int(limit.per)]}" for limit in limits)


@pytest.mark.parametrize("kind", ["account", "pair", "address", "device"])
def test_each_limit_is_the_code_s(kind: str) -> None:
    assert row(f"`{kind}`")[2:] == [told(getattr(preset, kind)) for preset in PRESETS]


def test_the_alarm_is_the_code_s() -> None:
    limits = [preset.alarm for preset in PRESETS]
    assert row("`alarm`")[2:] == [told((limit,)) for limit in limits if limit is not None]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("pair", "at one account, from one address"),
        ("account", "at one account, from any number of addresses"),
        ("address", "from one address, at all accounts"),
    ],
)
def test_what_a_guesser_gets_is_what_the_limits_allow(kind: str, name: str) -> None:
    expected = [
        str(most_within(getattr(preset, kind), span))
        for preset in PRESETS
        for span in (HOUR, DAY, 30 * DAY)
    ]
    assert row(name)[1:] == expected


def test_the_waits_are_those_of_the_standard() -> None:
    pace = [limit.per / limit.tries for limit in PRESETS[0].pair]
    assert [limit.tries for limit in PRESETS[0].pair] == [10, 15, 20]
    assert pace == [6, 4 * 60, 72 * 60]
    assert "after ten wrong\npasswords a person waits 6 seconds, after fifteen 4 minutes" in PAGE
    assert "1,550 most common" in PAGE


def test_how_long_things_are_remembered() -> None:
    assert f"for {DEVICE_LIFETIME // DAY} days" in re.sub(r"\s+", " ", PAGE)
    assert f"one count for {_LINKED_FOR // DAY} days" in PAGE
