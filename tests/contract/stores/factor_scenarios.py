"""Owns what the tests of enrolments and pending states share: an enrolment, and every operation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol

from nextauth.stores import Enrolment, FactorStore, PendingStore

__all__ = [
    "ADA",
    "CODES",
    "HOUR",
    "LOOK_ALIKES",
    "NOW",
    "OPERATIONS",
    "FactorsAndPending",
    "confirmed",
    "enrolment",
    "known",
    "run",
]

# In the year 2100, to the microsecond: none of the servers may go by a clock of its own.
NOW = 4_102_444_800.123456
HOUR = 3600.0
ADA = ("credentials", "ada")
CODES = tuple(f"rc1$salt${number}" for number in range(10))

# What a comparison that is not exact takes for the same, and what may be no text at all.
LOOK_ALIKES = [
    ("id", "ID"),
    ("id", "id "),
    ("id", "id\0"),
    ("", " "),
    ("é", "e\u0301"),
    ("ß", "ss"),
    ("a" * 3000, "a" * 3000 + "b"),
    ("🦉", "🦊"),
    ("\ud800", "\ud801"),
    ("1", "01"),
    ("x%", "x_"),
    ("a:b", "a"),
]


class FactorsAndPending(FactorStore, PendingStore, Protocol):
    """What one store is."""


def enrolment(enrolment_id: str = "f1", **changes: Any) -> Enrolment:  # noqa: ANN401
    """Answer one that waits for its first code."""
    provider, user_id = ADA
    made = Enrolment(
        enrolment_id, provider, user_id, "totp", "Telephone", "sealed", NOW, expires=NOW + HOUR
    )
    return replace(made, **changes)


def confirmed(enrolment_id: str = "f1", **changes: Any) -> Enrolment:  # noqa: ANN401
    """Answer one that counts."""
    return enrolment(enrolment_id, **{"confirmed": True, "expires": None, **changes})


async def known(store: FactorStore, user_id: str = "ada", *, now: float = NOW) -> list[Enrolment]:
    """Answer what is enrolled, the digests in order."""
    found = await store.enrolments("credentials", user_id, now=now)
    return [replace(each, digests=tuple(sorted(each.digests))) for each in found]


def run(
    scenario: Callable[[FactorsAndPending], Awaitable[None]],
    opens: Callable[[], FactorsAndPending],
) -> None:
    """Run a scenario with a store."""

    async def within() -> None:
        await scenario(opens())

    asyncio.run(within())


OPERATIONS: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "enrolments": lambda store: store.enrolments(*ADA, now=NOW),
    "enrol": lambda store: store.enrol(enrolment(digests=("d1",)), now=NOW),
    "confirm": lambda store: store.confirm(*ADA, "f1", counter=1, now=NOW),
    "advance": lambda store: store.advance(*ADA, "f1", 2, now=NOW),
    "note_use": lambda store: store.note_use(*ADA, "f1", now=NOW),
    "find": lambda store: store.find("f1", now=NOW),
    "replace_data": lambda store: store.replace_data(
        *ADA, "f1", "anew", expected="sealed", now=NOW
    ),
    "spend": lambda store: store.spend(*ADA, "f1", "d1", now=NOW),
    "rename": lambda store: store.rename(*ADA, "f1", "Other", now=NOW),
    "remove": lambda store: store.remove(*ADA, "f1", now=NOW),
    "remove_all": lambda store: store.remove_all(*ADA, now=NOW),
    "put": lambda store: store.put("key", "record", until=NOW + HOUR, now=NOW),
    "peek": lambda store: store.peek("key", now=NOW),
    "redeem": lambda store: store.redeem("key", now=NOW),
    "drop": lambda store: store.drop("key", now=NOW),
}
"""What a store can be asked, by the name in its messages."""
