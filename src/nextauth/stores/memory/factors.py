"""Owns enrolments of factors, in memory.

Memory is bounded. When it is full, what nobody has confirmed goes first, the oldest of it; then
nothing more is taken. A confirmed factor never goes by itself: its person would be let in without.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from nextauth.errors import StoreUnavailable
from nextauth.stores.factors import (
    MOST_ENROLMENTS,
    Enrolment,
    check_counter,
    check_data,
    check_name,
    oldest_first,
)
from nextauth.stores.memory.aging import Aging

__all__ = ["MemoryFactors"]

_User = tuple[str, str]
_MOST_ENROLMENTS = 100_000  # 100 to 200 MB
_SWEPT = 8  # looked at for each that is added


class MemoryFactors:
    """Keeps enrolments; see `FactorStore`.

    Args:
        most_enrolments: How many, of all users.
    """

    def __init__(self, *, most_enrolments: int = _MOST_ENROLMENTS) -> None:
        self._factors_lock = Lock()
        self._most_enrolments = most_enrolments
        self._enrolments: dict[str, Enrolment] = {}
        self._enrolled_by: dict[_User, set[str]] = {}
        self._unconfirmed: Aging[str] = Aging()

    async def enrolments(self, provider: str, user_id: str, *, now: float) -> tuple[Enrolment, ...]:
        """Answer a user's enrolments, confirmed or not, the oldest first."""
        with self._factors_lock:
            return oldest_first(self._live_of((provider, user_id), now))

    async def find(
        self,
        enrolment_id: str,
        *,
        now: float,  # noqa: ARG002 - what is confirmed does not expire
    ) -> Enrolment | None:
        """Answer the confirmed enrolment of an id, whosever it is."""
        with self._factors_lock:
            known = self._enrolments.get(enrolment_id)
        return known if known is not None and known.confirmed else None

    async def enrol(self, enrolment: Enrolment, *, now: float) -> bool:
        """Keep an enrolment, unless its id is taken or the user has too many."""
        user = enrolment.provider, enrolment.user_id
        with self._factors_lock:
            known = self._enrolments.get(enrolment.id)
            if known is not None:
                if _is_live(known, now):
                    return False
                self._forget_factor(known)
            if len(self._live_of(user, now)) >= MOST_ENROLMENTS:
                return False
            self._make_room(now)
            self._enrolments[enrolment.id] = replace(
                enrolment, digests=tuple(dict.fromkeys(enrolment.digests))
            )
            self._enrolled_by.setdefault(user, set()).add(enrolment.id)
            if enrolment.expires is not None:
                self._unconfirmed.add(enrolment.id, enrolment.expires)
            return True

    async def confirm(
        self, provider: str, user_id: str, enrolment_id: str, *, counter: int, now: float
    ) -> bool:
        """Let an enrolment count from now on."""
        check_counter(counter)
        with self._factors_lock:
            known = self._theirs(provider, user_id, enrolment_id, now)
            if known is None or known.confirmed or counter <= known.counter:
                return False
            self._enrolments[enrolment_id] = replace(
                known, confirmed=True, counter=counter, expires=None
            )
            self._unconfirmed.discard(enrolment_id)
            return True

    async def advance(
        self, provider: str, user_id: str, enrolment_id: str, counter: int, *, now: float
    ) -> bool:
        """Take a counter, if it is larger than any that was taken before."""
        check_counter(counter)
        with self._factors_lock:
            known = self._theirs(provider, user_id, enrolment_id, now)
            if known is None or not known.confirmed or counter <= known.counter:
                return False
            self._enrolments[enrolment_id] = replace(known, counter=counter, used=now)
            return True

    async def note_use(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Note that a factor was used whose counter does not tell one use from the next."""
        with self._factors_lock:
            known = self._theirs(provider, user_id, enrolment_id, now)
            if known is None or not known.confirmed:
                return False
            self._enrolments[enrolment_id] = replace(known, used=now)
            return True

    async def spend(
        self, provider: str, user_id: str, enrolment_id: str, digest: str, *, now: float
    ) -> int | None:
        """Take one digest out of an enrolment's, for good."""
        with self._factors_lock:
            known = self._theirs(provider, user_id, enrolment_id, now)
            if known is None or not known.confirmed or digest not in known.digests:
                return None
            left = tuple(each for each in known.digests if each != digest)
            self._enrolments[enrolment_id] = replace(known, digests=left, used=now)
            return len(left)

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
        """Put other data in the place of what is expected to be there."""
        check_data(data)
        with self._factors_lock:
            known = self._theirs(provider, user_id, enrolment_id, now)
            if known is None or known.data != expected:
                return False
            self._enrolments[enrolment_id] = replace(known, data=data)
            return True

    async def rename(
        self, provider: str, user_id: str, enrolment_id: str, name: str, *, now: float
    ) -> bool:
        """Call an enrolment something else."""
        check_name(name)
        with self._factors_lock:
            known = self._theirs(provider, user_id, enrolment_id, now)
            if known is None:
                return False
            self._enrolments[enrolment_id] = replace(known, name=name)
            return True

    async def remove(self, provider: str, user_id: str, enrolment_id: str, *, now: float) -> bool:
        """Forget an enrolment."""
        with self._factors_lock:
            known = self._theirs(provider, user_id, enrolment_id, now)
            if known is None:
                return False
            self._forget_factor(known)
            return True

    async def remove_all(self, provider: str, user_id: str, *, now: float) -> int:
        """Forget all enrolments of a user."""
        with self._factors_lock:
            ids = tuple(self._enrolled_by.get((provider, user_id), ()))
            found = [self._enrolments[each] for each in ids]
            for each in found:
                self._forget_factor(each)
            return sum(_is_live(each, now) for each in found)

    def _live_of(self, user: _User, now: float) -> list[Enrolment]:
        found = (self._enrolments[each] for each in self._enrolled_by.get(user, ()))
        return [each for each in found if _is_live(each, now)]

    def _theirs(
        self, provider: str, user_id: str, enrolment_id: str, now: float
    ) -> Enrolment | None:
        known = self._enrolments.get(enrolment_id)
        if known is None or (known.provider, known.user_id) != (provider, user_id):
            return None
        return known if _is_live(known, now) else None

    def _make_room(self, now: float) -> None:
        self._sweep_factors(_SWEPT, now)
        if len(self._enrolments) < self._most_enrolments:
            return
        self._sweep_factors(len(self._unconfirmed), now)
        if len(self._enrolments) < self._most_enrolments:
            return
        oldest = self._unconfirmed.oldest()
        if oldest is None:
            message = (
                f"MemoryStore.enrol: {self._most_enrolments} factors are confirmed, and no more "
                "are kept in memory; use a store of nextauth.stores.backends"
            )
            raise StoreUnavailable(message)
        self._forget_factor(self._enrolments[oldest])

    def _sweep_factors(self, most: int, now: float) -> None:
        for enrolment_id in self._unconfirmed.over(now, most):
            self._forget_factor(self._enrolments[enrolment_id])

    def _forget_factor(self, known: Enrolment) -> None:
        user = known.provider, known.user_id
        del self._enrolments[known.id]
        self._unconfirmed.discard(known.id)
        ids = self._enrolled_by[user]
        ids.discard(known.id)
        if not ids:
            del self._enrolled_by[user]


def _is_live(enrolment: Enrolment, now: float) -> bool:
    return enrolment.expires is None or enrolment.expires > now
