"""Owns events to tell: one of each kind, made from the types of its members."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from nextauth.events import Circumstances, Event
from nextauth.models import Account, User

KINDS: tuple[type[Event], ...] = get_args(Event)
LONGEST_WAIT = 60.0
"""Seconds for what takes milliseconds, on a machine that may be busy."""

NOW = 1_800_000_000.25


def sample(kind: type[Event], text: str = "x", *, time: float = NOW) -> Event:
    """Answer an event of a kind, each text of which is the given one."""
    made: dict[object, Callable[[], object]] = {
        Circumstances: lambda: Circumstances(time, text, text, text),
        User: lambda: User(text, text, text, text, {text: text}),
        Account: lambda: Account(text, text, text),
        str: lambda: text,
        str | None: lambda: text,
        int: lambda: 7,
        bool: lambda: True,
        float: lambda: 7.5,
        tuple[str, ...]: lambda: (text, text),
    }
    hints: dict[str, Any] = get_type_hints(kind)
    members: Any = {each.name: made[hints[each.name]]() for each in fields(kind)}
    return kind(**members)


def alarms(count: int, *, time: float = NOW) -> list[Event]:
    """Answer events that can be told apart, by their action."""
    kind = next(each for each in KINDS if each.__name__ == "RequestRefused")
    return [sample(kind, str(number), time=time) for number in range(count)]
