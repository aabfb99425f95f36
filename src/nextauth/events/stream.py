"""Owns how events reach the sinks.

A sink is a callable that takes an event, or an object with ``emit``. A sink that fails is logged
and breaks nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from nextauth.errors import Busy
from nextauth.events.kinds import Event
from nextauth.hooks import Hook
from nextauth.tracebacks import describe_exception
from nextauth.web import Runtime

__all__ = ["EventStream", "Sink"]

_log = logging.getLogger("nextauth.events")


class _Emitter(Protocol):
    def emit(self, event: Event) -> object: ...


Sink = Callable[[Event], None] | Callable[[Event], Awaitable[None]] | _Emitter


class EventStream:
    """Hands each event to each sink, in their order.

    Args:
        sinks: The sinks.
    """

    __slots__ = ("hooks",)

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self.hooks: tuple[Hook, ...] = tuple(
            Hook(f"events[{index}]", getattr(sink, "emit", sink))  # type: ignore[arg-type]
            for index, sink in enumerate(sinks)
        )

    async def emit(self, event: Event, runtime: Runtime) -> None:
        """Tell every sink; log those that fail.

        Args:
            event: What happened.
            runtime: Where plain ``def`` sinks run.
        """
        for hook in self.hooks:
            try:
                try:
                    await hook(runtime, event)
                except Busy:
                    if hook.is_async:
                        raise
                    # An audit record is worth more than this request's time.
                    hook.fn(event)
            except Exception as error:  # noqa: BLE001 - whatever a sink raises, the flow goes on
                _log.error(
                    "The event sink %s failed on %s:\n%s",
                    hook.name,
                    type(event).__name__,
                    describe_exception(error),
                    extra={"code": "event-sink-failed"},
                )
