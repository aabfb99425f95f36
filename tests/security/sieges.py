"""Owns how an attack is led: without a pause, from everywhere, for as long as it takes."""

from collections.abc import Callable, Iterator

import pytest

from nextauth import Throttle
from nextauth.stores import Limit
from nextauth.throttle import most_within
from tests.unit.protocol.guesses import Site
from tests.unit.protocol.wire import Reply

DAY = 24 * 60 * 60
MANY = 10_000
PRESETS = {"standard": Throttle.standard(), "strict": Throttle.strict()}
VICTIM = "ada@example.com"
OWN = "grace@example.com"
"""An account of the guesser's own."""
CALLBACK = "/api/auth/callback/credentials"

Attack = Callable[[int], Reply]
each_preset = pytest.mark.parametrize("throttle", PRESETS.values(), ids=PRESETS)


def addresses() -> Iterator[str]:
    """Answer addresses of other customers, without end: IPv4 and IPv6 in turn."""
    number = 0
    while True:
        number += 1
        yield f"198.{18 + (number >> 16 & 1)}.{number >> 8 & 255}.{number & 255}"
        yield f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1"


def besiege(site: Site, attack: Attack, *, seconds: int = DAY) -> int:
    """Guess without a pause, but for the waits that are told; answer how many guesses were made."""
    end, number = site.clock() + seconds, 0
    site.reached.clear()
    while site.clock() <= end:
        reply = attack(number)
        assert reply.status in {401, 429}, reply
        assert number < MANY, "nothing stops them"
        if reply.status == 429:
            site.clock.advance(int(reply.header("retry-after") or 1))
        number += 1
    return sum(name != OWN for name in site.reached)


def allowed(limits: tuple[Limit, ...], seconds: int = DAY) -> int:
    return most_within(limits, seconds)
