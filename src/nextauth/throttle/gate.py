"""Owns the gate before every provider: a try is counted first, and made only if there is one left.

A browser that has signed in to the account before is counted apart, so that strangers who use up
the account's tries do not keep its person out. Nobody waits here and no account is ever locked: a
try that comes too early is refused, and told when it could pass.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import NamedTuple, Protocol

from nextauth.errors import StoreUnavailable, TooManyRequests
from nextauth.events import Circumstances, EventStream, GuessingAlarm, SignInThrottled, StoreFailed
from nextauth.stores import Bucket, Limit, LimitStore
from nextauth.throttle.counting import Counters
from nextauth.throttle.devices import Device, Devices, Sealed
from nextauth.throttle.names import Names, folded, spelled
from nextauth.throttle.places import Places
from nextauth.throttle.policy import Throttle
from nextauth.tokens import Keyring
from nextauth.web import AddressPolicy, Request

__all__ = ["Gate", "Ticket", "Try"]

_log = logging.getLogger("nextauth.throttle")
_LINKED_FOR = 90 * 86_400  # seconds for which names of one account share their tries


class Epoch(Protocol):
    """Answers a user's epoch: which of their devices are still theirs."""

    async def __call__(self, provider: str, user_id: str, *, now: float) -> int: ...


@dataclass(eq=False, slots=True)
class Try:
    """One try to sign in, as far as it is counted.

    Args:
        provider: Id of the provider that is asked.
        account: What was submitted as the account's name; None where there is none.
        device: The device cookie that came, or None.
        request: The request.
        at: Answers when and from where, for the events.
    """

    provider: str
    account: str | None = field(repr=False)
    device: str | None = field(repr=False)
    request: Request
    at: Callable[[], Circumstances]


class Ticket(NamedTuple):
    """A try that was counted, and may be made.

    Args:
        buckets: What it was taken from.
        store: Where.
        account: The key that the account was counted under; None where it was not.
    """

    buckets: tuple[Bucket, ...]
    store: LimitStore
    account: str | None = None


@dataclass(eq=False, frozen=True, slots=True)
class _Wait:
    limit: str
    wait: float


class Gate:
    """Counts tries, and refuses those that come too often.

    Args:
        throttle: The numbers.
        keyring: The site's secrets.
        address: Whom to believe about the client's address.
        events: Is told of each refusal.
        epoch: Answers a user's epoch, where sessions can be ended; else None.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """

    __slots__ = (
        "_alarm_key",
        "_alarm_told_key",
        "_clock",
        "_counters",
        "_devices",
        "_epoch",
        "_events",
        "_names",
        "_places",
        "_throttle",
    )

    def __init__(  # noqa: PLR0913 - named, and each is a part of what it weighs
        self,
        throttle: Throttle,
        keyring: Keyring,
        address: AddressPolicy,
        events: EventStream,
        *,
        epoch: Epoch | None,
        clock: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._throttle = throttle
        self._counters = Counters(throttle.store)
        self._names = Names(keyring)
        self._places = Places(address)
        self._devices = Devices(keyring, entropy=entropy)
        self._events = events
        self._epoch = epoch
        self._clock = clock
        self._alarm_key = self._names.of("alarm")
        self._alarm_told_key = self._names.of("alarm told")

    @property
    def waits(self) -> bool:
        """Whether counting needs an event loop."""
        return self._counters.waits

    async def enter(self, attempt: Try) -> Ticket | None:
        """Count a try, before anybody is asked whether it is right.

        Args:
            attempt: The try.

        Returns:
            None if there is nothing that it could be counted by.

        Raises:
            TooManyRequests: There is none left; it may be made later.
        """
        now = self._clock()
        known = await self._as_known(attempt, now=now)
        if isinstance(known, Ticket):
            return known
        buckets = self._of_strangers(attempt)
        if not buckets:
            return None
        strange = await self._take(attempt, buckets, now=now)
        if isinstance(strange, Ticket):
            return strange
        raise self._refusal(attempt, min(known or strange, strange, key=lambda it: it.wait))

    async def _as_known(self, attempt: Try, *, now: float) -> Ticket | _Wait | None:
        """Count a try from a browser that has signed in before; None if this is a stranger's."""
        if not attempt.device or not attempt.account:
            return None
        name = spelled(attempt.account)
        device = self._devices.open(
            attempt.device,
            accounts=self._names.every("account", name),
            provider=attempt.provider,
            now=now,
        )
        if device is None or not await self._is_current(device, now):
            return None
        # The address is not counted: others who share it must not keep this browser out either.
        buckets = {
            "device": Bucket(self._names.of("device", device.id), self._throttle.device),
            # However many cookies somebody gathers, on one account they have its tries.
            "devices": Bucket(self._names.of("devices", name), self._throttle.account),
        }
        return await self._take(attempt, buckets, now=now)

    async def _is_current(self, device: Device, now: float) -> bool:
        if self._epoch is None:
            return True
        try:
            return device.epoch >= await self._epoch(device.provider, device.user_id, now=now)
        except StoreUnavailable:
            return False

    def _of_strangers(self, attempt: Try) -> dict[str, Bucket]:
        names, throttle, buckets = self._names, self._throttle, {}
        # A name of which nothing shows counts as well: tries that name nobody count together.
        name = None if attempt.account is None else folded(attempt.account)
        place = self._places.of(attempt.request)
        if place is not None:
            buckets["address"] = Bucket(names.of("address", place), throttle.address)
        if name is not None:
            key = names.of("account", name)
            buckets["account"] = Bucket(key, throttle.account, follows=True)
        if place is not None and name is not None:
            buckets["pair"] = Bucket(names.of("pair", name, place), throttle.pair)
        return buckets

    async def _take(
        self, attempt: Try, buckets: Mapping[str, Bucket], *, now: float
    ) -> Ticket | _Wait:
        told = partial(self._tell_of_failure, attempt)
        each = tuple(buckets.values())
        store, taken = await self._counters.take(each, told, now=now)
        if taken.by is None:
            account = buckets.get("account")
            return Ticket(each, store, None if account is None else account.key)
        return _Wait(tuple(buckets)[taken.by], taken.wait)

    def _tell_of_failure(self, attempt: Try, store: str) -> None:
        failed = StoreFailed(attempt.at(), store, "limits", "open")
        self._events.tell(failed)

    def _refusal(self, attempt: Try, refusal: _Wait) -> TooManyRequests:
        retry_after = max(1, ceil(refusal.wait))
        limit = "device" if refusal.limit == "devices" else refusal.limit
        if limit == "address":
            self._places.warn_of_proxy(attempt.request)
        throttled = SignInThrottled(attempt.at(), attempt.provider, limit, retry_after)
        self._events.tell(throttled)
        message = f"the {limit} has no try left; the next one comes in {retry_after} s"
        return TooManyRequests(message, retry_after=retry_after)

    async def undo(self, ticket: Ticket) -> None:
        """Give a try back that was no guess: it was right, or was never made.

        Args:
            ticket: The try.
        """
        await self._counters.give_back(ticket.buckets, ticket.store, now=self._clock())

    async def remember(
        self,
        named: str | None,
        provider: str,
        user_id: str,
        *,
        epoch: int,
        ticket: Ticket | None = None,
    ) -> Sealed | None:
        """Note who a try has signed in, after the last proof; answer their browser's cookie.

        Args:
            named: What was submitted as the account's name.
            provider: Id of the provider that vouched for them.
            user_id: Who it was.
            epoch: The user's epoch, from before the proof.
            ticket: The try, where it is at hand.

        Returns:
            None if nothing named the account.
        """
        name = folded(named) if named else ""
        if named is None or not name:
            return None
        now, names = self._clock(), self._names
        counted = None if ticket is None else ticket.account
        key = names.of("account", name) if counted is None else counted
        target = names.of("user", provider, user_id)
        await self._counters.link(key, target, until=now + _LINKED_FOR, now=now)
        spelling = spelled(named)
        known = key if spelling == name else names.of("account", spelling)
        return self._devices.seal(known, provider, user_id, epoch, now=now)

    async def note_failure(self, attempt: Try) -> None:
        """Count a try that failed, in all; raise the alarm if there are too many.

        Args:
            attempt: The try.
        """
        alarm = self._throttle.alarm
        if alarm is None:
            return
        now = self._clock()
        every = {"alarm": Bucket(self._alarm_key, (alarm,))}
        if isinstance(await self._take(attempt, every, now=now), Ticket):
            return
        once = {"told": Bucket(self._alarm_told_key, (Limit(1, alarm.per),))}
        if isinstance(await self._take(attempt, once, now=now), _Wait):
            return
        _log.warning(
            "Somebody is guessing: more than %d tries to sign in failed within %d s.",
            alarm.tries,
            alarm.per,
            extra={"code": "guessing-alarm"},
        )
        raised = GuessingAlarm(attempt.at(), attempt.provider, alarm.tries, alarm.per)
        self._events.tell(raised)
