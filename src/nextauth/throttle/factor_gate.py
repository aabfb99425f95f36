"""Owns how often a second factor may be guessed: by person and method, over all their sign-ins.

Who guesses here has the password, so no right password gives a try back: only the right factor
does, and only the one try that it took.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from nextauth.errors import TooManyRequests
from nextauth.events import Circumstances, EventStream, SignInThrottled, StoreFailed
from nextauth.stores import Bucket, Limit, LimitStore
from nextauth.throttle.counting import Counters
from nextauth.throttle.gate import Ticket
from nextauth.throttle.names import Names
from nextauth.tokens import Keyring

__all__ = ["FactorGate", "FactorTry"]


@dataclass(eq=False, frozen=True, slots=True)
class FactorTry:
    """One guess at a factor, or one time that it is begun.

    Args:
        provider: Id of the provider that vouches for the person.
        user_id: Whose factor it is.
        method: Which.
        at: Answers when and from where.
    """

    provider: str
    user_id: str
    method: str
    at: Callable[[], Circumstances] = field(repr=False)


class FactorGate:
    """Counts guesses at second factors, and refuses those that come too often.

    Args:
        guesses: The limits on guesses.
        starts: The limits on how often a factor is begun.
        store: Where they are counted; None: in this process alone.
        keyring: The site's secrets.
        events: Is told of each refusal.
        clock: Answers Unix seconds.
    """

    __slots__ = ("_clock", "_counters", "_events", "_guesses", "_names", "_starts")

    def __init__(  # noqa: PLR0913 - named, and each is a part of what it weighs
        self,
        *,
        guesses: tuple[Limit, ...],
        starts: tuple[Limit, ...],
        store: LimitStore | None,
        keyring: Keyring,
        events: EventStream,
        clock: Callable[[], float],
    ) -> None:
        self._guesses = guesses
        self._starts = starts
        self._counters = Counters(store)
        self._names = Names(keyring)
        self._events = events
        self._clock = clock

    @property
    def waits(self) -> bool:
        """Whether counting needs an event loop."""
        return self._counters.waits

    async def enter(self, tried: FactorTry) -> Ticket:
        """Count a guess, before it is looked at.

        Args:
            tried: The guess.

        Raises:
            TooManyRequests: There is none left; it may be made later.
        """
        return await self._take(tried, "factor", self._guesses)

    async def begin(self, tried: FactorTry) -> Ticket:
        """Count that a factor is begun, before it is.

        Args:
            tried: Which.

        Raises:
            TooManyRequests: That was done too often; it may be done later.
        """
        return await self._take(tried, "factor start", self._starts)

    async def undo(self, ticket: Ticket) -> None:
        """Give a guess back that was right, or was never made.

        Args:
            ticket: The guess.
        """
        await self._counters.give_back(ticket.buckets, ticket.store, now=self._clock())

    async def _take(self, tried: FactorTry, kind: str, limits: tuple[Limit, ...]) -> Ticket:
        key = self._names.of(kind, tried.provider, tried.user_id, tried.method)
        buckets = (Bucket(key, limits),)

        def told(store: str) -> None:
            self._events.tell(StoreFailed(tried.at(), store, "limits", "open"))

        store, taken = await self._counters.take(buckets, told, now=self._clock())
        if taken.by is None:
            return Ticket(buckets, store)
        retry_after = max(1, ceil(taken.wait))
        self._events.tell(SignInThrottled(tried.at(), tried.provider, "factor", retry_after))
        message = f"{tried.method} has no try left; the next one comes in {retry_after} s"
        raise TooManyRequests(message, retry_after=retry_after)
