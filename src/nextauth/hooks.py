"""Owns how the application's own functions are called: ``def`` or ``async def``, decided once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from nextauth.errors import CallbackError
from nextauth.web import Runtime

__all__ = ["Hook", "arity_of", "is_async_callable"]


def is_async_callable(fn: object) -> bool:
    """Tell whether calling `fn` gives a coroutine, looking through ``partial`` and ``__call__``.

    Args:
        fn: Any callable.
    """
    while isinstance(fn, partial):
        fn = fn.func
    return inspect.iscoroutinefunction(fn) or inspect.iscoroutinefunction(
        getattr(type(fn), "__call__", None)  # noqa: B004 - the question is whether it is a coroutine
    )


def arity_of(fn: Callable[..., Any]) -> int | None:
    """Answer with how many arguments `fn` is called: two if it takes them, else one, else None.

    Args:
        fn: A function of the application.
    """
    try:
        signature = inspect.signature(fn)
    except (TypeError, ValueError):
        return 1
    for count in (2, 1):
        try:
            signature.bind(*([None] * count))
        except TypeError:
            continue
        return count
    return None


class Hook:
    """A function of the application, with what it takes to call it decided once.

    Args:
        name: How errors call it, such as ``"callbacks.jwt"``.
        fn: The function, ``def`` or ``async def``.
    """

    __slots__ = ("fn", "is_async", "name")

    def __init__(self, name: str, fn: Callable[..., Any]) -> None:
        self.name: str = name
        self.fn: Callable[..., Any] = fn
        self.is_async: bool = is_async_callable(fn)

    async def __call__(self, runtime: Runtime, *args: object) -> Any:  # noqa: ANN401 - whatever it answers
        """Call it, and answer what it returns.

        Args:
            runtime: Where it runs if it is a plain ``def``.
            args: Its arguments.

        Raises:
            CallbackError: It is a plain ``def`` and returned an awaitable.
            Busy: It is a plain ``def``, and no worker is free.
            Exception: Whatever it raises.
        """
        if self.is_async:
            return await self.fn(*args)
        answer = await runtime.call(self.fn, *args)
        if inspect.isawaitable(answer):
            if inspect.iscoroutine(answer):
                answer.close()
            message = (
                f"{self.name} is a plain `def` that returned an awaitable. "
                "Write `async def`, and await inside."
            )
            raise CallbackError(message)
        return answer
