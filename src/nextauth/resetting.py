"""Owns how an application sees and removes the second factors of its people."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from nextauth.ending import EndsSessions
from nextauth.events import Circumstances

if TYPE_CHECKING:
    from nextauth.signin import TwoSteps
    from nextauth.stores import Enrolment

__all__ = ["ResetsFactors"]


class ResetsFactors(EndsSessions):
    """The part of `Auth` that removes second factors: for those built with ``second_factor``."""

    async def factors_of(self, provider: str, user_id: str | int | UUID) -> tuple[Enrolment, ...]:
        """Answer what a person has enrolled, the oldest first; trusted browsers too.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there, as in `User`.

        Raises:
            RuntimeError: This `Auth` has no ``second_factor``.
            StoreUnavailable: The store failed.
            TypeError: `user_id` is of another type than a user's id.
            ValueError: This `Auth` has other providers, or `user_id` is empty.
        """
        two_steps, key = self._two_steps(), self._key_of(provider, user_id)
        store = two_steps.tools.store
        known = await store.enrolments(provider, key, now=self._services.clock())
        return tuple(each for each in known if each.confirmed)

    async def reset_factors(self, provider: str, user_id: str | int | UUID) -> int:
        """Remove all second factors of a person who lost them, their recovery codes as well.

        From then on the password alone lets them in, so make sure who asks for it. Their sessions
        go on: `revoke_user` ends them.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there, as in `User`.

        Returns:
            How many there were, trusted browsers among them.

        Raises:
            RuntimeError: This `Auth` has no ``second_factor``.
            StoreUnavailable: The store failed: they still count.
            TypeError: `user_id` is of another type than a user's id.
            ValueError: This `Auth` has other providers, or `user_id` is empty.
        """
        from nextauth.events import FactorsReset  # noqa: PLC0415 - loaded with second factors

        two_steps, key = self._two_steps(), self._key_of(provider, user_id)
        now = self._services.clock()
        count = await two_steps.tools.store.remove_all(provider, key, now=now)
        self._services.events.tell(FactorsReset(Circumstances(now), provider, key, count))
        return count

    def factors_of_sync(self, provider: str, user_id: str | int | UUID) -> tuple[Enrolment, ...]:
        """Answer what a person has enrolled, without an event loop around; see `factors_of`.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
        """
        return self._finish(lambda _: self.factors_of(provider, user_id))

    def reset_factors_sync(self, provider: str, user_id: str | int | UUID) -> int:
        """Remove all second factors of a person, without an event loop; see `reset_factors`.

        Args:
            provider: Id of the user's provider.
            user_id: The user's id there.
        """
        return self._finish(lambda _: self.reset_factors(provider, user_id))

    def _two_steps(self) -> TwoSteps:
        two_steps = self._services.two_steps
        if two_steps is None:
            message = (
                "this Auth knows no second factors; pass Auth(second_factor=SecondFactor(store, "
                "methods=(TotpFactor(), RecoveryFactor())))"
            )
            raise RuntimeError(message)
        return two_steps
