"""Owns the way to an ``async def`` sink: a task on the event loop where the event happened.

The sink's own connections belong to that loop. No request awaits the task. This module is imported
where there is such a sink, or something to wait for; it alone of this room knows asyncio.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nextauth import background
from nextauth.events.delivery import log_failure
from nextauth.events.mailbox import Mailbox
from nextauth.hooks import Hook

if TYPE_CHECKING:
    from nextauth.events.kinds import Event

__all__ = ["OnLoop", "aside"]


class OnLoop:
    """Calls the sink in a task, one event after the other.

    Where no loop runs (WSGI, the ``_sync`` methods), that is the background loop. If the loop ends
    first, as a server's does when it stops, the background loop takes over what is left.

    Args:
        hook: The sink.
        make_mailbox: Makes the mailbox of one more event loop.
    """

    __slots__ = ("_mailboxes", "_make_mailbox", "_tasks", "hook")

    def __init__(self, hook: Hook, make_mailbox: Callable[[], Mailbox]) -> None:
        self.hook: Hook = hook
        self._make_mailbox = make_mailbox
        self._mailboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, Mailbox] = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()  # a loop itself keeps none alive

    def carry(self, event: Event) -> None:
        """Leave the event for a task.

        Args:
            event: What happened.
        """
        here = asyncio._get_running_loop()  # noqa: SLF001 - the public one raises where there is none
        if here is None:
            shared = background.shared_loop()
            if self._mailbox_on(shared).put(event):
                self._begin_on(shared)
        elif self._mailbox_on(here).put(event):
            self._begin(here)

    def _mailbox_on(self, loop: asyncio.AbstractEventLoop) -> Mailbox:
        mailbox = self._mailboxes.get(loop)
        # In one step, since threads share the background loop.
        return mailbox or self._mailboxes.setdefault(loop, self._make_mailbox())

    def _begin_on(self, shared: asyncio.AbstractEventLoop) -> None:
        shared.call_soon_threadsafe(self._begin, shared, context=Context())

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        serve = self._serve(self._mailbox_on(loop))
        task = loop.create_task(serve, name=f"nextauth-{self.hook.name}", context=Context())
        self._tasks.add(task)
        task.add_done_callback(partial(self._end, loop), context=Context())

    async def _serve(self, mailbox: Mailbox) -> None:
        while True:
            await asyncio.sleep(0)  # other tasks come first, should the sink never wait
            event = mailbox.take()
            if event is None:
                return
            try:
                await self.hook.fn(event)
            except asyncio.CancelledError as error:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                log_failure(self.hook, event, error)  # nobody cancelled us: the sink raised it
            except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it raises, all goes on
                log_failure(self.hook, event, error)

    def _end(self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is None:
            return
        shared = background.shared_loop()
        mailbox = self._mailbox_on(loop)
        if loop is shared:
            mailbox.leave()
        elif mailbox.move_to(self._mailbox_on(shared)):
            self._begin_on(shared)


async def aside(wait: Callable[[float], bool], seconds: float) -> bool:
    """Wait in a thread, so that this event loop can go on.

    Args:
        wait: Waits so many seconds at most.
        seconds: How long at most.

    Returns:
        What `wait` answers.
    """
    return await asyncio.to_thread(wait, seconds)
