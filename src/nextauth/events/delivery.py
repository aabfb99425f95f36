"""Owns the two ways to a plain ``def`` sink: at once, or in a thread that no request waits for."""

from __future__ import annotations

import contextvars
import logging
import threading
from typing import TYPE_CHECKING, Protocol

from nextauth.events.mailbox import Mailbox
from nextauth.hooks import Hook
from nextauth.tracebacks import describe_exception
from nextauth.web.request import DirectRuntime, step

if TYPE_CHECKING:
    from nextauth.events.kinds import Event

__all__ = ["AtOnce", "Carrier", "InThread", "log_failure"]

SECONDS_WITHOUT_EVENT = 10.0

_log = logging.getLogger("nextauth.events")
_HERE = DirectRuntime()


class Carrier(Protocol):
    """Brings events to one sink.

    Attributes:
        hook: The sink.
    """

    hook: Hook

    def carry(self, event: Event) -> None:
        """Bring an event to the sink.

        Args:
            event: What happened.
        """
        ...


class AtOnce:
    """Calls the sink here and now.

    Args:
        hook: The sink.
    """

    __slots__ = ("hook",)

    def __init__(self, hook: Hook) -> None:
        self.hook: Hook = hook

    def carry(self, event: Event) -> None:
        """Call the sink; log a failure.

        Args:
            event: What happened.
        """
        try:
            _call(self.hook, event)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a sink raises, all goes on
            log_failure(self.hook, event, error)


class InThread:
    """Calls the sink in a thread of its own, one event after the other.

    Each sink has its own, so that a slow one keeps no event from the others. The thread is started
    by the first event, since servers fork before it, and ends when there was none for some time.

    Args:
        hook: The sink.
        mailbox: The events that wait for it.
        patience: Seconds without an event after which the thread ends.
    """

    __slots__ = ("_mailbox", "_patience", "hook")

    def __init__(
        self, hook: Hook, mailbox: Mailbox, *, patience: float = SECONDS_WITHOUT_EVENT
    ) -> None:
        self.hook: Hook = hook
        self._mailbox = mailbox
        self._patience = patience

    def carry(self, event: Event) -> None:
        """Leave the event for the thread.

        Args:
            event: What happened.

        Raises:
            RuntimeError: The process can have no more threads.
        """
        if not self._mailbox.put(event):
            return
        # The request's context is its own: with it the sink would share, say, its database session,
        # while the request still uses it.
        thread = threading.Thread(
            target=contextvars.Context().run,
            args=(self._serve,),
            name=f"nextauth-{self.hook.name}",
            daemon=True,
        )
        try:
            thread.start()
        except BaseException:
            self._mailbox.leave()  # the next event tries again
            raise

    def _serve(self) -> None:
        while (event := self._mailbox.take(patience=self._patience)) is not None:
            try:
                _call(self.hook, event)
            except BaseException as error:  # noqa: BLE001 - the thread is ours, and there are more
                log_failure(self.hook, event, error)


def _call(hook: Hook, event: Event) -> None:
    step(hook(_HERE, event))


def log_failure(hook: Hook, event: Event, error: BaseException) -> None:
    """Log that a sink failed.

    Args:
        hook: The sink.
        event: What it was told.
        error: What it raised.
    """
    _log.error(
        "The event sink %s failed on %s:\n%s",
        hook.name,
        type(event).__name__,
        describe_exception(error),
        extra={"code": "event-sink-failed"},
    )
