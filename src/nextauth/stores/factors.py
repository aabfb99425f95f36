"""Owns what a store must be able to do for second factors: enrolments, each used up in one step.

An enrolment belongs to one user of one provider. Whoever names somebody else's id meets nothing;
only `find` asks whose an id is.
What a factor must not accept twice is decided here, where all processes meet: a counter that only
grows, and a set of digests of which each is taken out once.
"""

from __future__ import annotations

from typing import Protocol

from nextauth.stores.enrolments import (
    LARGEST_COUNTER,
    MOST_ENROLMENTS,
    Enrolment,
    check_counter,
    check_data,
    check_name,
    oldest_first,
)

__all__ = [
    "LARGEST_COUNTER",
    "MOST_ENROLMENTS",
    "Enrolment",
    "FactorStore",
    "check_counter",
    "check_data",
    "check_name",
    "oldest_first",
]


class FactorStore(Protocol):
    """Keeps enrolments. Each method is one atomic step, and raises `StoreUnavailable` if it fails.

    Times are arguments; what has expired by `now` is not there. Only `enrol` may forget it for
    good: the clocks of several processes differ.
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

    async def find(self, enrolment_id: str, *, now: float) -> Enrolment | None:
        """Answer the confirmed enrolment of an id, whosever it is.

        A passkey names itself, and not its person (WebAuthn, discoverable credentials): this tells
        who claims to sign in. It proves nothing.

        Args:
            enrolment_id: The enrolment's id.
            now: Unix seconds.

        Returns:
            The enrolment, or None if there is none, or one that is not confirmed.
        """
        ...

    async def enrol(self, enrolment: Enrolment, *, now: float) -> bool:
        """Keep an enrolment.

        Args:
            enrolment: The enrolment.
            now: Unix seconds.

        Returns:
            False if the id is taken, by whomever, or if the user has `MOST_ENROLMENTS` already;
            then nothing has changed. A store in a SQL database may keep a few more of a user who
            enrols several in the same moment.
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
            Whether this call has confirmed it. It was then theirs, not expired, and not confirmed.
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
            Whether it is there. False means that nobody is signed in, since it was just removed.
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

    async def replace_data(  # noqa: PLR0913 - whose, what, and what was there
        self,
        provider: str,
        user_id: str,
        enrolment_id: str,
        data: str,
        *,
        expected: str,
        now: float,
    ) -> bool:
        """Put other data in the place of what is expected to be there, and change nothing else.

        So a secret is sealed anew under a newer key, and the backup flags of a passkey are kept:
        of those who have read the same, one writes, and nobody writes over what he has not read.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
            enrolment_id: The enrolment's id.
            data: Its new data.
            expected: Its data as it was read, to the character.
            now: Unix seconds.

        Returns:
            Whether this call has replaced it. It was then theirs, with the data that was expected.

        Raises:
            ValueError: The new data is too long (see `Enrolment`).
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

        Raises:
            ValueError: The name is too long (see `Enrolment`).
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
