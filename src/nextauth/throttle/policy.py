"""Owns the numbers: how many tries there are for an account, an address, both, and a device.

Every limit is a number of tries at once that come back evenly over a time, so several of them make
waits that grow: the first tries are free, then one comes back every few seconds, then every few
minutes, then every half hour.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from nextauth.stores import Limit, LimitStore

__all__ = ["STANDARD", "Throttle", "most_within"]

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often somebody may try to sign in; a try that succeeds is given back.

    Start from a preset, and change what you must: ``replace(Throttle.standard(), address=…)``.

    Args:
        account: Tries on one account, from everywhere together.
        pair: Tries on one account from one address. Below `account`, so that nobody can use up an
            account's tries from a single address.
        address: Tries from one address (IPv4 /32, IPv6 /64), on all accounts together.
        device: Tries from one browser that has signed in to this account before. They are counted
            beside those of strangers, so that these cannot keep the person out.
        alarm: Failed tries, in all, that raise a `GuessingAlarm`; None for never.
        store: Where tries are counted; None: in this process alone.
    """

    account: tuple[Limit, ...]
    pair: tuple[Limit, ...]
    address: tuple[Limit, ...]
    device: tuple[Limit, ...]
    alarm: Limit | None = None
    store: LimitStore | None = field(default=None, repr=False)

    @classmethod
    def standard(cls, *, store: LimitStore | None = None) -> Self:
        """Answer the numbers of ``Auth`` where nobody says otherwise.

        Args:
            store: Where tries are counted; None: in this process alone.
        """
        return cls(
            account=(Limit(20, _MINUTE), Limit(30, _HOUR), Limit(50, _DAY)),
            pair=(Limit(10, _MINUTE), Limit(15, _HOUR), Limit(20, _DAY)),
            address=(Limit(30, _MINUTE), Limit(150, _HOUR), Limit(600, _DAY)),
            device=(Limit(10, _MINUTE), Limit(20, _HOUR), Limit(40, _DAY)),
            alarm=Limit(1000, _HOUR),
            store=store,
        )

    @classmethod
    def strict(cls, *, store: LimitStore | None = None) -> Self:
        """Answer numbers for sites with much to lose, whose people forgive a wait.

        Args:
            store: Where tries are counted; None: in this process alone.
        """
        return cls(
            account=(Limit(6, _MINUTE), Limit(10, _HOUR), Limit(20, _DAY)),
            pair=(Limit(3, _MINUTE), Limit(5, _HOUR), Limit(10, _DAY)),
            address=(Limit(10, _MINUTE), Limit(40, _HOUR), Limit(120, _DAY)),
            device=(Limit(3, _MINUTE), Limit(10, _HOUR), Limit(20, _DAY)),
            alarm=Limit(200, _HOUR),
            store=store,
        )

    @classmethod
    def for_tests(cls, *, store: LimitStore | None = None) -> Self:
        """Answer numbers that no test reaches: everything is counted, and nobody waits.

        Args:
            store: Where tries are counted; None: in this process alone.
        """
        endless = (Limit(1_000_000, _MINUTE),)
        return cls(account=endless, pair=endless, address=endless, device=endless, store=store)


STANDARD = Throttle.standard()
"""The default of ``Auth``."""


def most_within(limits: Iterable[Limit], seconds: float) -> int:
    """Answer how many tries pass at most within a time, if none of them succeeds.

    Args:
        limits: All of which hold.
        seconds: The time, from the first try on.
    """
    return min(limit.tries + int(seconds * limit.tries / limit.per) for limit in limits)
