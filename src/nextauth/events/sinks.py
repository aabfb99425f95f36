"""Owns what a sink is: any callable that takes an event, or an object with ``emit``."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from nextauth.hooks import is_async_callable

if TYPE_CHECKING:
    from nextauth.events.kinds import Event

__all__ = ["Sink", "immediate", "is_immediate", "target_of", "usable"]


class _Emitter(Protocol):
    def emit(self, event: Event) -> object: ...


Sink = Callable[["Event"], None] | Callable[["Event"], Awaitable[None]] | _Emitter


@dataclass(eq=False, frozen=True, slots=True)
class _Immediate:
    emit: Callable[[Event], None]
    immediate: ClassVar[bool] = True

    def __call__(self, event: Event) -> None:
        self.emit(event)


def immediate(sink: Callable[[Event], None]) -> _Immediate:
    """Have a sink called within the request, before its answer: ``@immediate``.

    For a sink that only appends or counts, or that must have written before the answer is sent.
    The request waits for it. A sink of your own class says ``immediate = True`` instead.

    Args:
        sink: A plain function of one argument.

    Returns:
        The sink. It can still be called.

    Raises:
        TypeError: It is an ``async def``, which is never called within a request.
    """
    if is_async_callable(sink):
        message = (
            "an `async def` sink cannot be immediate, since it would have to be awaited within the "
            "request; write `def`"
        )
        raise TypeError(message)
    return _Immediate(sink)


def target_of(sink: object) -> object:
    """Answer what is called with an event: the sink itself, or its ``emit``.

    Args:
        sink: Anything.
    """
    return getattr(sink, "emit", sink)


def is_immediate(sink: object) -> bool:
    """Tell whether a sink is called within the request.

    Args:
        sink: The sink.
    """
    return getattr(sink, "immediate", False) is True and not is_async_callable(target_of(sink))


def usable(sinks: object) -> list[Sink]:
    """Answer those sinks that can take an event.

    Args:
        sinks: What was given as ``events``, unchecked.
    """
    if not isinstance(sinks, Iterable):
        return []
    return [sink for sink in sinks if _takes_an_event(target_of(sink))]


def _takes_an_event(target: object) -> bool:
    if not callable(target):
        return False
    try:
        inspect.signature(target).bind(None)
    except TypeError:
        return False
    except ValueError:  # a function of C that does not say what it takes
        return True
    return True
