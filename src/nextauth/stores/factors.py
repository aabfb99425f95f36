"""Owns what a store must be able to do for second factors: enrolments, each used up in one step.

An enrolment belongs to one user of one provider. Whoever names somebody else's id meets nothing.
What a factor must not accept twice is decided here, where all processes meet: a counter that only
grows, and a set of digests of which each is taken out once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["LARGEST_COUNTER", "Enrolment", "FactorStore", "check_counter", "oldest_first"]

LARGEST_COUNTER: int = 2**53 - 1
"""Up to here every store compares exactly: Redis counts in doubles."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One factor of a user. Neither its data nor its digests are in the repr.

    Args:
        id: Its id, which no other enrolment of any user has.
        provider: Id of the provider that vouches for the user.
        user_id: The user's id at that provider.
        method: Such as ``"totp"``, ``"recovery"``, ``"webauthn"``, ``"yubikey"``.
        name: What the person calls it.
        data: Opaque to the store; its owner seals it.
        created: Unix seconds.
        confirmed: Whether it was used once, and so counts.
        used: Unix seconds at which it was last used, or None.
        counter: The last one that was accepted: a TOTP step, a sign count, a YubiKey's counter;
            -1 if there was none. It only grows.
        expires: Unix seconds after which it is forgotten; None if it is confirmed.
        digests: Of what may be used once each, such as recovery codes. A set: it has no order.

    Raises:
        ValueError: One that is confirmed expires, one that is not does not, or the counter is
            none.
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
        if self.confirmed != (self.expires is None):
            message = (
                f"Enrolment(confirmed={self.confirmed!r}, expires={self.expires!r}): one that is "
                "not confirmed expires, and one that is does not"
            )
            raise ValueError(message)
        if self.counter != -1:
            check_counter(self.counter)


class FactorStore(Protocol):
    """Keeps enrolments. Each method is one atomic step, and raises `StoreUnavailable` if it fails.

    Times are arguments; what has expired by `now` is not there.
    """

    @property
    def waits(self) -> bool:
        """Whether its methods wait for a network or a file, and so need an event loop."""
        ...

    async def enrolments(self, provider: str, user_id: str, *, now: float) -> tuple[Enrolment, ...]:
        """Answer a user's enrolments, confirmed or not, the oldest first.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.
        """
        ...

    async def enrol(self, enrolment: Enrolment, *, now: float) -> bool:
        """Keep an enrolment.

        Args:
            enrolment: The enrolment.
            now: Unix seconds.

        Returns:
            False if the id is taken, by whomever; then nothing has changed.
        """
        ...

    async def confirm(
        self, provider: str, user_id: str, enrolment_id: str, *, counter: int, now: float
    ) -> bool:
        """Let an enrolment count from now on: its person has used it once.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            enrolment_id: The enrolment's id.
            counter: That of the first use, larger than the one that it was enrolled with.
            now: Unix seconds.

        Returns:
            Whether this call has confirmed it: it was theirs, not expired, and not yet confirmed.
        """
        ...

    async def advance(
        self, provider: str, user_id: str, enrolment_id: str, counter: int, *, now: float
    ) -> bool:
        """Take a counter, if it is larger than any that was taken before.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            enrolment_id: The id of a confirmed enrolment.
            counter: The counter of what was submitted.
            now: Unix seconds, kept as its last use.

        Returns:
            Whether this call has taken it. False means that nobody is signed in.
        """
        ...

    async def note_use(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Note that a factor was used whose counter does not tell one use from the next.

        The sign count of most passkeys is 0 for ever (WebAuthn, 6.1.1), and a YubiKey's counter is
        with the validation server. There something else makes that one answer works once.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            enrolment_id: The id of a confirmed enrolment.
            now: Unix seconds, kept as its last use.

        Returns:
            Whether it is there. False means that nobody is signed in: it was just removed.
        """
        ...

    async def spend(
        self, provider: str, user_id: str, enrolment_id: str, digest: str, *, now: float
    ) -> int | None:
        """Take one digest out of an enrolment's, for good.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            enrolment_id: The id of a confirmed enrolment.
            digest: One of its `digests`.
            now: Unix seconds, kept as its last use.

        Returns:
            How many are left, or None if it was not there. None means that nobody is signed in.
        """
        ...

    async def rename(
        self, provider: str, user_id: str, enrolment_id: str, name: str, *, now: float
    ) -> bool:
        """Call an enrolment something else.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            enrolment_id: The enrolment's id.
            name: Its new name.
            now: Unix seconds.

        Returns:
            Whether there is one of this id that is theirs.
        """
        ...

    async def remove(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Forget an enrolment.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            enrolment_id: The enrolment's id.
            now: Unix seconds.

        Returns:
            Whether this call has removed it.
        """
        ...

    async def remove_all(self, provider: str, user_id: str, *, now: float) -> int:
        """Forget all enrolments of a user, as an administrator does for one who lost them.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            now: Unix seconds.

        Returns:
            How many there were.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections; it may be used again."""
        ...


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


def oldest_first(enrolments: Iterable[Enrolment]) -> tuple[Enrolment, ...]:
    """Answer enrolments in the order in which every store tells them.

    Args:
        enrolments: In any order.
    """
    return tuple(sorted(enrolments, key=lambda each: (each.created, each.id)))
