"""Owns how people enrol, rename and remove their second factors; each change is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nextauth.account.member import Member
from nextauth.errors import TokenError
from nextauth.events import (
    Circumstances,
    EventStream,
    FactorEnrolled,
    FactorRemoved,
    RecoveryCodesRenewed,
)
from nextauth.factors import EnrollableFactor, Step, is_enrollable
from nextauth.models import SubmittedCredentials
from nextauth.signin import TRUSTED_DEVICE, TwoSteps
from nextauth.stores import Enrolment
from nextauth.throttle import FactorTry
from nextauth.tokens import Keyring, PurposeBox
from nextauth.web import Origin, Request

__all__ = ["Change", "FactorAccount", "Offer"]

_LIFE = 600
_LONGEST_NAME = 60
_UNPRINTABLE = re.compile(r"[^\S ]+")


@dataclass(frozen=True, slots=True)
class Offer:
    """An enrolment that was begun.

    Args:
        shown: What its person is shown, of JSON's types.
        kept: What the factor has kept. Not in the repr.
    """

    shown: Mapping[str, Any] = field(repr=False)
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One request that changes something.

    Args:
        member: Who asks.
        request: The request.
        origin: Our origin.
        at: Answers when and from where, for the events.
    """

    member: Member
    request: Request
    origin: Origin
    at: Callable[[], Circumstances] = field(repr=False)

    @property
    def owner(self) -> tuple[str, str]:
        """Whose factors they are: provider and id."""
        return self.member.provider, self.member.user_id


class FactorAccount:
    """Changes the second factors of one person after the other.

    Args:
        two_steps: The factors, and the store.
        keyring: The site's secrets.
        events: Is told of each change.
        clock: Answers Unix seconds.
    """

    __slots__ = ("_box", "_clock", "_events", "_two_steps")

    def __init__(
        self,
        two_steps: TwoSteps,
        keyring: Keyring,
        events: EventStream,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._two_steps = two_steps
        entropy = two_steps.tools.entropy
        self._box = PurposeBox(keyring, purpose="enrolment", entropy=entropy)
        self._events = events
        self._clock = clock

    def factor(self, method: str) -> EnrollableFactor | None:
        """Answer the factor of a method that people set up themselves, or None.

        Args:
            method: The method.
        """
        factor = self._two_steps.options.method(method)
        return factor if factor is not None and is_enrollable(factor) else None

    async def offer(self, change: Change, factor: EnrollableFactor) -> Offer:
        """Begin an enrolment, and keep it for its person and session.

        Args:
            change: Who asks.
            factor: Of what.

        Raises:
            StoreUnavailable: It could not be kept.
        """
        started = await factor.offer(self._step(change, factor))
        now = self._clock()
        claims = {
            "own": self._own(change, factor),
            "kept": started.kept,
            "shown": dict(started.shown),
        }
        record = self._box.seal(claims, expires=int(now) + _LIFE)
        key = self._key(change, factor)
        await self._two_steps.tools.pending.put(key, record, until=now + _LIFE, now=now)
        return Offer(started.shown, started.kept)

    async def offered(
        self, change: Change, factor: EnrollableFactor, *, is_taken: bool
    ) -> Offer | None:
        """Answer the enrolment that was begun; None if there is none, or it is over.

        Args:
            change: Who asks.
            factor: Of what.
            is_taken: Whether it is over from now on.

        Raises:
            StoreUnavailable: The store cannot be asked.
        """
        pending, now = self._two_steps.tools.pending, self._clock()
        ask = pending.redeem if is_taken else pending.peek
        record = await ask(self._key(change, factor), now=now)
        try:
            claims = {} if record is None else self._box.open(record, now=now).claims
        except TokenError:
            return None
        kept, shown = claims.get("kept"), claims.get("shown")
        is_theirs = claims.get("own") == self._own(change, factor)
        if is_theirs and isinstance(kept, str) and isinstance(shown, dict):
            return Offer(shown, kept)
        return None

    async def enrol(
        self, change: Change, factor: EnrollableFactor, answer: SubmittedCredentials
    ) -> Mapping[str, object] | None:
        """Finish an enrolment, and answer what its person is shown of it, once.

        Args:
            change: Who asks.
            factor: Of what.
            answer: All parameters of the form.

        Returns:
            None if what was submitted is wrong, or somebody has enrolled the same thing already.

        Raises:
            Busy: Every worker is taken.
            StoreUnavailable: Something that it needs cannot be asked.
            TooManyRequests: So many that were wrong came before.
        """
        ticket = await self._two_steps.gate.enter(
            FactorTry(*change.owner, f"enrol {factor.method}", change.at)
        )
        offer = await self.offered(change, factor, is_taken=factor.is_single_use)
        enrolled = await factor.enrol(
            self._step(change, factor),
            answer,
            None if offer is None else offer.kept,
            name=_name(answer.get("name", "")) or factor.name,
        )
        if enrolled is None:
            return None
        await self._two_steps.gate.undo(ticket)
        store, now = self._two_steps.tools.store, self._clock()
        if not await store.enrol(enrolled.enrolment, now=now):
            return None
        if not factor.is_single_use:
            await self._two_steps.tools.pending.drop(self._key(change, factor), now=now)
        if enrolled.replaces:
            await self._end_older(change, enrolled.enrolment)
        self._tell_of(change, enrolled.enrolment)
        return enrolled.shown

    async def _end_older(self, change: Change, newest: Enrolment) -> None:
        """Remove the others of its method. Of two that are made at once, the later one stays."""
        store, now = self._two_steps.tools.store, self._clock()
        order = newest.created, newest.id
        for each in await store.enrolments(*change.owner, now=now):
            if each.method == newest.method and (each.created, each.id) < order:
                await store.remove(*change.owner, each.id, now=now)

    def _tell_of(self, change: Change, enrolment: Enrolment) -> None:
        at, owner = change.at(), change.owner
        if enrolment.digests:
            self._events.tell(RecoveryCodesRenewed(at, *owner, len(enrolment.digests)))
        else:
            self._events.tell(FactorEnrolled(at, *owner, enrolment.method, enrolment.id))

    async def rename(self, change: Change, enrolment_id: str, name: str) -> bool:
        """Call a factor something else.

        Args:
            change: Who asks.
            enrolment_id: Which; another's is not found.
            name: What they call it from now on.

        Raises:
            StoreUnavailable: The store cannot be asked.
        """
        plain = _name(name)
        store = self._two_steps.tools.store
        return bool(plain) and await store.rename(
            *change.owner, enrolment_id, plain, now=self._clock()
        )

    async def remove(self, change: Change, enrolment_id: str) -> bool:
        """Remove a factor; with the last one, the recovery codes and trusted browsers go as well.

        Args:
            change: Who asks.
            enrolment_id: Which; another's is not found.

        Returns:
            False if there is none, or it is the last one where everybody must have one.

        Raises:
            StoreUnavailable: The store cannot be asked.
        """
        known = change.member.enrolments
        wanted = next((each for each in known if each.id == enrolment_id), None)
        if wanted is None:
            return False
        left = [each for each in known if each is not wanted]
        backups = {each.method for each in self._two_steps.options.methods if each.role == "backup"}
        beside = backups | {TRUSTED_DEVICE}
        has_factor = any(each.method not in beside for each in left)
        is_last = not has_factor and wanted.method not in beside
        if is_last and self._two_steps.options.policy == "always":
            return False
        also = left if is_last else ()
        for each in (wanted, *also):
            if await self._two_steps.tools.store.remove(*change.owner, each.id, now=self._clock()):
                told = FactorRemoved(change.at(), *change.owner, each.method, each.id)
                self._events.tell(told)
        return True

    def _step(self, change: Change, factor: EnrollableFactor) -> Step:
        member = change.member
        return Step(
            tools=self._two_steps.tools,
            provider=member.provider,
            user=member.user,
            enrolments=member.of_method(factor.method),
            request=change.request,
            origin=change.origin,
            now=self._clock(),
        )

    def _own(self, change: Change, factor: EnrollableFactor) -> list[str]:
        return [*change.owner, change.member.sid, factor.method]

    def _key(self, change: Change, factor: EnrollableFactor) -> str:
        return f"enrol {change.member.sid} {factor.method}"


def _name(text: str) -> str:
    """Answer a name as it is kept: printable, in one line, not long."""
    plain = _UNPRINTABLE.sub(" ", text)
    return "".join(each for each in plain if each.isprintable()).strip()[:_LONGEST_NAME]
