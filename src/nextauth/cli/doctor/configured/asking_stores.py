"""Owns how a configuration's stores are asked: once each for what they are there for, in bounds.

Nothing of anybody is read: the user that is asked about does not exist. The one thing that is
written is a count of tries under a name of the doctor's own, which is over in a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from nextauth.config import Settings
from nextauth.errors import StoreUnavailable
from nextauth.stores import Bucket, Limit

__all__ = ["StoreAnswer", "ask_stores"]

_NOBODY = "nextauth-doctor"
_TRIES = (Bucket(_NOBODY, (Limit(1000, 1.0),)),)
_LONGEST = 10.0  # seconds for one question, whatever the store's own limit is

Question = Callable[[Any, float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class StoreAnswer:
    """What came of asking a store.

    Args:
        store: What it is called, without secrets.
        use: What it is there for.
        seconds: How long the second question took, when it was connected; None where it failed.
        failure: Why it could not be asked, or None.
    """

    store: str
    use: str
    seconds: float | None
    failure: str | None


async def ask_stores(
    settings: Settings, *, now: float, timer: Callable[[], float], longest: float = _LONGEST
) -> tuple[StoreAnswer, ...]:
    """Ask each store that is configured, twice, and let go of its connections.

    Args:
        settings: The checked configuration.
        now: Unix seconds.
        timer: Answers seconds of a clock that never goes back.
        longest: Seconds that one question may take.
    """
    answers = []
    for use, store, question in _uses(settings):
        answers.append(await _asked(use, store, question, now=now, timer=timer, longest=longest))
        await _closed(store)
    return tuple(answers)


def _uses(settings: Settings) -> Iterator[tuple[str, Any, Question]]:
    if settings.revocation is not None:
        yield "revocation", settings.revocation.store, _epoch
    if settings.throttle is not None and settings.throttle.store is not None:
        yield "throttle", settings.throttle.store, _take
    if settings.second_factor is not None:
        yield "second factors", settings.second_factor.store, _enrolments


def _epoch(store: Any, now: float) -> Awaitable[object]:  # noqa: ANN401 - any store
    return store.epoch(_NOBODY, _NOBODY, now=now)  # type: ignore[no-any-return]


def _take(store: Any, now: float) -> Awaitable[object]:  # noqa: ANN401 - any store
    return store.take(_TRIES, now=now)  # type: ignore[no-any-return]


def _enrolments(store: Any, now: float) -> Awaitable[object]:  # noqa: ANN401 - any store
    return store.enrolments(_NOBODY, _NOBODY, now=now)  # type: ignore[no-any-return]


async def _asked(  # noqa: PLR0913 - what is asked, and within which bounds
    use: str,
    store: Any,  # noqa: ANN401 - any store
    question: Question,
    *,
    now: float,
    timer: Callable[[], float],
    longest: float,
) -> StoreAnswer:
    name = _name_of(store)
    try:
        async with asyncio.timeout(longest):
            await question(store, now)
            began = timer()
            await question(store, now)
        return StoreAnswer(name, use, timer() - began, None)
    except StoreUnavailable as error:  # its message says which store, and never what it holds
        return StoreAnswer(name, use, None, str(error))
    except TimeoutError:
        return StoreAnswer(name, use, None, f"no answer within {longest} seconds")
    except Exception as error:  # noqa: BLE001 - a store of the application's own may raise anything
        return StoreAnswer(name, use, None, type(error).__name__)


def _name_of(store: object) -> str:
    """Answer what a store calls itself, unless it fails to, or there may be a password in it."""
    try:
        name = repr(store)
    except Exception:  # noqa: BLE001 - a store of the application's own may raise anything
        return type(store).__name__
    return type(store).__name__ if "://" in name and "@" in name else name


async def _closed(store: Any) -> None:  # noqa: ANN401 - any store
    try:
        await store.aclose()
    except Exception:  # noqa: BLE001 - what cannot be closed has been told already, or is no matter
        return
