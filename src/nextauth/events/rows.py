"""Owns an event as a flat row of plain values, for logs, tables and messages.

A person appears in it by id alone: no name, no e-mail address, no picture, and nothing of `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime

from nextauth.events.circumstances import Circumstances
from nextauth.events.kinds import Event
from nextauth.models import Account, User

__all__ = ["EVENT_VERSION", "Row", "event_name", "event_row"]

EVENT_VERSION = 1
"""The form of a row. It grows when a member is renamed, removed or given another meaning."""

_LONGEST_TEXT = 256
_LONGEST_LIST = 32
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")

Value = str | int | float | list[str] | None
Row = dict[str, Value]


def event_name(kind: type) -> str:
    """Answer the name of a kind of event in rows.

    Args:
        kind: Such as `SignedIn`.

    Returns:
        Such as ``"signed_in"``.
    """
    return _CAPITAL.sub("_", kind.__name__).lower()


def event_row(event: Event) -> Row:
    """Answer an event as a flat row of JSON's types.

    Texts are cut at 256 characters and lists at 32 members. A text is what it was: it may hold a
    line break, so write rows by a program that quotes, such as `json.dumps`.

    Args:
        event: What happened.

    Returns:
        ``event``, ``version``, ``time`` (RFC 3339, in UTC), where it came from, then the event's
        own members. What is not known is None.
    """
    row: Row = {"event": event_name(type(event)), "version": EVENT_VERSION}
    for member in fields(event):
        row.update(_flat(member.name, getattr(event, member.name)))
    return row


def _flat(name: str, value: object) -> Iterator[tuple[str, Value]]:
    match value:
        case Circumstances():
            yield "time", _rfc3339(value.time)
            yield "request_id", _short(value.request_id)
            yield "address", _short(value.address)
            yield "user_agent", _short(value.user_agent)
        case User():
            yield "user_id", _short(value.id)
        case Account():
            yield "provider", _short(value.provider)
            yield "provider_type", _short(value.type)
            yield "provider_account_id", _short(value.provider_account_id)
        case tuple() | list():
            yield name, [_cut(str(each)) for each in value[:_LONGEST_LIST]]
        case str() | None:
            yield name, _short(value)
        case int() | float():
            yield name, value
        case _:
            message = f"an event's member {name!r} is a {type(value).__name__}: no row has such"
            raise TypeError(message)


def _rfc3339(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _short(text: str | None) -> str | None:
    return None if text is None else _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
