"""Owns what an enrolment is, a factor of one user, and how large it may be.

What is too large is refused here, before any store is asked: a column, a script or a page of the
account that cannot hold it would fail later, and in each store in another way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = [
    "LARGEST_COUNTER",
    "MOST_ENROLMENTS",
    "Enrolment",
    "check_counter",
    "check_data",
    "check_name",
    "oldest_first",
]

LARGEST_COUNTER: int = 2**53 - 1
"""Up to here every store compares exactly: Redis counts in doubles."""

MOST_ENROLMENTS: int = 64
"""How many one user may have, confirmed or not: whoever is signed in could fill a store."""

_LONGEST_METHOD = 32
_LONGEST_NAME = 100
_LONGEST_DATA = 16_384
_MOST_DIGESTS = 100
_LONGEST_DIGEST = 256


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One factor of a user. Neither its data nor its digests are in the repr.

    Args:
        id: Its id, which no other enrolment of any user has; not empty.
        provider: Id of the provider that vouches for the user; not empty.
        user_id: The user's id at that provider; not empty.
        method: Such as ``"totp"``, ``"recovery"``, ``"webauthn"``, ``"yubikey"``; 1 to 32
            characters.
        name: What the person calls it, in at most 100 characters.
        data: Opaque to the store; its owner seals it. At most 16,384 characters.
        created: Unix seconds.
        confirmed: Whether it was used once, and so counts.
        used: Unix seconds at which it was last used, or None.
        counter: The last one that was accepted: a TOTP step, a sign count, a YubiKey's counter;
            -1 if there was none. It only grows.
        expires: Unix seconds after which it is forgotten; None if it is confirmed.
        digests: Of what may be used once each, such as recovery codes. A set: it has no order.
            At most 100, of at most 256 characters each.

    Raises:
        ValueError: One that is confirmed expires, one that is not does not, the counter is
            none, or a text is empty or too long.
    """

    id: str
    provider: str
    user_id: str
    method: str
    name: str
    data: str = field(repr=False)
    created: float
    confirmed: bool = False
    used: float | None = None
    counter: int = -1
    expires: float | None = None
    digests: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for member in ("id", "provider", "user_id"):
            _check_text(member, getattr(self, member), least=1)
        _check_text("method", self.method, least=1, most=_LONGEST_METHOD)
        check_name(self.name)
        check_data(self.data)
        _check_digests(self.digests)
        if self.confirmed != (self.expires is None):
            message = (
                f"Enrolment(confirmed={self.confirmed!r}, expires={self.expires!r}): one that is "
                "not confirmed expires, and one that is does not"
            )
            raise ValueError(message)
        if self.counter != -1:
            check_counter(self.counter)


def check_counter(counter: int) -> None:
    """Refuse what is no counter, before a store compares it.

    Args:
        counter: The counter.

    Raises:
        ValueError: It is no integer from 0 to `LARGEST_COUNTER`.
    """
    is_number = isinstance(counter, int) and not isinstance(counter, bool)
    if not is_number or not 0 <= counter <= LARGEST_COUNTER:
        message = f"counter={counter!r} is no counter; use 0 to {LARGEST_COUNTER}"
        raise ValueError(message)


def check_name(name: str) -> None:
    """Refuse what is no name of an enrolment, before a store keeps it.

    Args:
        name: The name.

    Raises:
        ValueError: It is no text of at most 100 characters.
    """
    _check_text("name", name, most=_LONGEST_NAME)


def check_data(data: str) -> None:
    """Refuse what is no data of an enrolment, before a store keeps it.

    Args:
        data: The data, which is in no message.

    Raises:
        ValueError: It is no text of at most 16,384 characters.
    """
    _check_text("data", data, most=_LONGEST_DATA)


def oldest_first(enrolments: Iterable[Enrolment]) -> tuple[Enrolment, ...]:
    """Answer enrolments in the order in which every store tells them.

    Args:
        enrolments: In any order.
    """
    return tuple(sorted(enrolments, key=lambda each: (each.created, each.id)))


def _check_text(member: str, text: object, *, least: int = 0, most: int | None = None) -> None:
    if not isinstance(text, str):
        message = f"{member} of an enrolment is no text but a {type(text).__name__}; use a str"
        raise ValueError(message)  # noqa: TRY004 - what is refused is a ValueError, always
    if len(text) < least:
        message = f"{member} of an enrolment is empty; use at least {least} character"
        raise ValueError(message)
    if most is not None and len(text) > most:
        message = f"{member} of an enrolment has {len(text)} characters; use at most {most}"
        raise ValueError(message)


def _check_digests(digests: tuple[str, ...]) -> None:
    if len(digests) > _MOST_DIGESTS:
        message = f"digests of an enrolment are {len(digests)}; use at most {_MOST_DIGESTS}"
        raise ValueError(message)
    for each in digests:
        _check_text("digests", each, most=_LONGEST_DIGEST)
