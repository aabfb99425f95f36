"""Owns the events that wait for one sink: in their order, bounded, and counted where they are lost.

One lock serves all mailboxes of the process, so that one can wait for all of them at once. It is
held for a few steps only, and never while a sink or a log handler runs.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections import deque
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from nextauth.events.kinds import Event


__all__ = ["MOST_WAITING", "Mailbox", "wait_for_rest"]

MOST_WAITING = 10_000
"""Events that wait for a sink; more are dropped."""

_SECONDS_BETWEEN_WARNINGS = 60.0
_SECONDS_AT_EXIT = 2.0

_log = logging.getLogger("nextauth.events")

_lock = threading.Lock()
_came_to_rest = threading.Condition(_lock)
_mailboxes: WeakSet[Mailbox] = WeakSet()


class Mailbox:
    """The events that wait for one sink. Whoever serves it takes them one by one.

    Args:
        sink: The sink's name, for the log.
        group: Whose it is, for `wait_for_rest`.
        most: Events that may wait; more are dropped.
    """

    __slots__ = (
        "__weakref__",
        "_arrived",
        "_is_served",
        "_lost",
        "_most",
        "_sink",
        "_taken",
        "_waiting",
        "_warned_at",
        "group",
    )

    def __init__(self, sink: str, *, group: object = None, most: int = MOST_WAITING) -> None:
        self._sink = sink
        self._most = most
        self.group: object = group
        self._waiting: deque[Event] = deque()
        self._taken: Event | None = None
        self._is_served = False
        self._arrived = threading.Condition(_lock)
        self._lost = 0
        self._warned_at: float | None = None
        with _lock:
            _mailboxes.add(self)

    @property
    def left(self) -> int:
        """How many events wait, with the one that the sink is at work on."""
        return len(self._waiting) + (self._taken is not None)

    def put(self, event: Event) -> bool:
        """Add an event; where too many wait, it is dropped, and a warning a minute says so.

        Args:
            event: What happened.

        Returns:
            Whether nobody serves the mailbox: the caller must see to it, or `leave` it.
        """
        lost = 0
        with _lock:
            needs_server = False
            if len(self._waiting) < self._most:
                self._waiting.append(event)
                needs_server, self._is_served = not self._is_served, True
                self._arrived.notify()
            else:
                lost = self._count_loss(event.at.time)
        self._warn(lost)
        return needs_server

    def take(self, *, patience: float = 0.0) -> Event | None:
        """Take the next event; the one taken before is then dealt with.

        Args:
            patience: How many seconds to wait for one. A mailbox that an event loop serves has
                none.

        Returns:
            The event; None if there is none, and the mailbox is no longer served.
        """
        lost = 0
        with _lock:
            self._taken = None
            if not self._waiting:
                _came_to_rest.notify_all()
            if patience and not self._waiting:
                self._arrived.wait_for(self._waiting.__len__, patience)
            if self._waiting:
                self._taken = self._waiting.popleft()
            else:
                self._is_served = False
            if not self._waiting:
                lost, self._lost = self._lost, 0
            taken = self._taken
        self._warn(lost)
        return taken

    def leave(self) -> None:
        """Serve the mailbox no longer; what waits in it is for whom the next `put` finds."""
        with _lock:
            self._taken = None
            self._is_served = False
            _came_to_rest.notify_all()

    def move_to(self, other: Mailbox) -> bool:
        """Hand over all events, with the one that was taken last, since nobody can deal with it.

        Args:
            other: Gets them.

        Returns:
            As `put` does for the other mailbox.
        """
        with _lock:
            events = [] if self._taken is None else [self._taken]
            other._waiting.extend([*events, *self._waiting])
            self._waiting.clear()
            self._taken = None
            self._is_served = False
            needs_server = bool(other._waiting) and not other._is_served
            other._is_served |= needs_server
            other._arrived.notify()
            _came_to_rest.notify_all()
            return needs_server

    def start_anew(self) -> None:
        """Forget all events, and who served them: for a process that was forked."""
        self._waiting.clear()
        self._taken = None
        self._is_served = False
        self._arrived = threading.Condition(_lock)

    def _count_loss(self, now: float) -> int:
        """Count one more; answer how many to warn of, if it is time for it."""
        self._lost += 1
        # An event brings the time along, so that no clock is read here.
        if self._warned_at is None or abs(now - self._warned_at) >= _SECONDS_BETWEEN_WARNINGS:
            self._warned_at = now
            lost, self._lost = self._lost, 0
            return lost
        return 0

    def _warn(self, lost: int) -> None:
        if lost:
            _log.warning(
                "The event sink %s is too slow: %d events wait for it, and %d were dropped. Make "
                "it faster, or let it collect events and send many at once.",
                self._sink,
                len(self._waiting),
                lost,
                extra={"code": "events-dropped"},
            )


def wait_for_rest(seconds: float, *, group: object = None) -> bool:
    """Wait until no event waits for a sink, and no sink is at work.

    Args:
        seconds: How long at most.
        group: Whose mailboxes; None for all of the process.

    Returns:
        Whether it came to that.
    """

    def is_at_rest() -> bool:
        return not any(each.left for each in _mailboxes if group is None or each.group is group)

    with _lock:
        return _came_to_rest.wait_for(is_at_rest, seconds)


def _at_exit() -> None:
    """Give the sinks a moment: they run in daemon threads, which no program's end waits for."""
    if not wait_for_rest(_SECONDS_AT_EXIT):
        _log.warning(
            "The program ends, and %d audit events have not reached their sinks.",
            sum(each.left for each in _mailboxes),
            extra={"code": "events-lost"},
        )


def _after_fork() -> None:
    """Give a forked child a lock that nobody holds, and leave the parent's events to the parent."""
    global _lock, _came_to_rest  # noqa: PLW0603
    _lock = threading.Lock()
    _came_to_rest = threading.Condition(_lock)
    for mailbox in list(_mailboxes):
        mailbox.start_anew()


atexit.register(_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
