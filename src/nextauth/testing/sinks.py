"""Owns an event sink that remembers what it was told."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from nextauth.events import Event

__all__ = ["RecordingSink"]

E = TypeVar("E")


class RecordingSink:
    """Remembers every event: ``Auth(events=[sink])``, then look at ``sink.events``."""

    immediate: ClassVar[bool] = True  # an event is there as soon as the answer is

    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Remember an event.

        Args:
            event: What happened.
        """
        self.events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        """Answer the events of one kind, in their order.

        Args:
            kind: Such as `nextauth.events.SignedIn`.
        """
        return [event for event in self.events if isinstance(event, kind)]
