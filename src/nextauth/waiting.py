"""Owns how code on an event loop waits: for a time, and for what another thread or loop does."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TypeVar

__all__ = ["LoopWaits"]

T = TypeVar("T")


class LoopWaits:
    """The part of a `Runtime` that waits, for one on an event loop."""

    async def sleep(self, seconds: float) -> None:
        """Let time pass, while others run.

        Args:
            seconds: How much.
        """
        await asyncio.sleep(seconds)

    async def wait(self, future: Future[T], *, timeout: float) -> T:  # noqa: ASYNC109 - a Runtime's
        """Answer what somebody else's future gets.

        Args:
            future: The future; it is not cancelled with who waits.
            timeout: Seconds after which nobody waits any longer.

        Raises:
            TimeoutError: They are over.
            Exception: Whatever the future gets.
        """
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), timeout)
