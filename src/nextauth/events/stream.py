"""Owns how events reach the sinks: each is told of each event, and no request waits for any.

A plain ``def`` is called in a thread of its own, an ``async def`` in a task of its own; both get
the events in their order. Only a sink that says ``immediate = True`` is called within the request.
A sink that fails is logged and breaks nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from nextauth.events.delivery import AtOnce, Carrier, InThread, log_failure
from nextauth.events.mailbox import MOST_WAITING, Mailbox, wait_for_rest
from nextauth.events.sinks import Sink, is_immediate, target_of
from nextauth.hooks import Hook

if TYPE_CHECKING:
    from nextauth.events.kinds import Event

__all__ = ["EventStream"]


class EventStream:
    """Hands each event to each sink, in their order.

    Args:
        sinks: The sinks.
        most_waiting: Events that may wait for one sink; more are dropped.
    """

    __slots__ = ("_carriers", "_group", "hooks")

    def __init__(self, sinks: Sequence[Sink], *, most_waiting: int = MOST_WAITING) -> None:
        self._group = object()
        self.hooks: tuple[Hook, ...] = tuple(
            Hook(f"events[{index}]", target_of(sink))  # type: ignore[arg-type]
            for index, sink in enumerate(sinks)
        )
        self._carriers: tuple[Carrier, ...] = tuple(
            self._carrier(sink, hook, most_waiting)
            for sink, hook in zip(sinks, self.hooks, strict=True)
        )

    def __bool__(self) -> bool:
        """Whether anybody listens; else an event need not be made."""
        return bool(self._carriers)

    def tell(self, event: Event) -> None:
        """Tell every sink, without waiting for those that may be slow.

        Args:
            event: What happened.
        """
        for carrier in self._carriers:
            try:
                carrier.carry(event)
            except Exception as error:  # noqa: BLE001 - a sink that cannot be told breaks nothing
                log_failure(carrier.hook, event, error)

    def wait(self, seconds: float) -> bool:
        """Wait until every sink has dealt with what it was told.

        Not on an event loop that sinks run on, since they would wait for its end: see `flush`.

        Args:
            seconds: How long at most.

        Returns:
            Whether they have.
        """
        return wait_for_rest(seconds, group=self._group)

    async def flush(self, seconds: float) -> bool:
        """Wait until every sink has dealt with what it was told; the event loop goes on.

        Args:
            seconds: How long at most.

        Returns:
            Whether they have.
        """
        if self.wait(0):
            return True
        from nextauth.events.tasks import aside  # noqa: PLC0415 - asyncio, only where it is needed

        return await aside(self.wait, seconds)

    def _carrier(self, sink: Sink, hook: Hook, most: int) -> Carrier:
        make_mailbox = partial(Mailbox, hook.name, group=self._group, most=most)
        if hook.is_async:
            from nextauth.events.tasks import OnLoop  # noqa: PLC0415 - the same

            return OnLoop(hook, make_mailbox)
        return AtOnce(hook) if is_immediate(sink) else InThread(hook, make_mailbox())
