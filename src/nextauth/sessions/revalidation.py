"""Owns when a signed-in user's provider is asked again, and what its answer does to the session.

The token says when it was asked last. What one request learned, this process remembers for the
others: a browser sends several at once, each with the token from before.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from nextauth.config import Settings
from nextauth.errors import TokenError
from nextauth.events import Circumstances, RevalidationFailed
from nextauth.models import SubmittedCredentials, User
from nextauth.providers import Failed, Provider, Refused, RevalidationPlan, Vouched, Voucher
from nextauth.sessions.claims import CHECKED, KEPT, identity_of, user_of, withheld_texts
from nextauth.sessions.flights import Flights
from nextauth.sessions.outcomes import Passed, Stopped, ended
from nextauth.tokens import Keyring
from nextauth.tokens.purpose import PurposeBox
from nextauth.tracebacks import describe_exception
from nextauth.web import Request

if TYPE_CHECKING:
    from nextauth.events import Incident

__all__ = ["Revalidator"]

_log = logging.getLogger("nextauth.sessions")

_MOST_KNOWN = 10_000
_PAUSE = (
    30.0  # seconds in which a system that could not be asked is not asked about a session again
)


@dataclass(eq=False, slots=True)
class _Memory:
    checked_at: float = float("-inf")
    failed_at: float = float("-inf")


class Revalidator:
    """Asks the providers again about users who are signed in.

    Args:
        settings: The checked configuration.
        keyring: The secrets.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_box", "_flights", "_memories", "_plans", "_providers")

    def __init__(
        self, settings: Settings, keyring: Keyring, *, entropy: Callable[[int], bytes]
    ) -> None:
        self._providers = settings.providers
        self._plans: dict[str, RevalidationPlan] = {
            provider.id: plan
            for provider in settings.providers.values()
            if (plan := provider.revalidation) is not None
        }
        self._box = PurposeBox(keyring, purpose="kept-credentials", entropy=entropy)
        self._flights: Flights[Voucher] = Flights()
        self._memories: OrderedDict[str, _Memory] = OrderedDict()

    @property
    def is_needed(self) -> bool:
        """Whether any provider is asked again."""
        return bool(self._plans)

    def claims_at_sign_in(
        self, provider: str, credentials: SubmittedCredentials | None, *, now: float, until: float
    ) -> dict[str, Any]:
        """Answer the claims by which a session that begins can be revalidated.

        Args:
            provider: The provider's id.
            credentials: What was submitted to it; None if another one vouched for its user.
            now: Unix seconds.
            until: Unix seconds at which the session ends at the latest.
        """
        plan = self._plans.get(provider)
        if plan is None:
            return {}
        claims: dict[str, Any] = {CHECKED: int(now)}
        if plan.fields and credentials is not None:
            kept = {name: credentials[name] for name in plan.fields if name in credentials}
            claims[KEPT] = self._box.seal({"fields": kept}, expires=int(until))
        return claims

    def resealed(self, claims: Mapping[str, Any], now: float) -> Mapping[str, Any]:
        """Answer the claims of a token that is written now: all of it under the newest secret.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        sealed = claims.get(KEPT)
        if not isinstance(sealed, str):
            return claims
        try:
            kept = self._box.open(sealed, now=now).claims
        except TokenError:
            return claims
        fields = {"fields": kept["fields"]}
        return {**claims, KEPT: self._box.seal(fields, expires=kept["exp"])}

    def is_due(self, claims: Mapping[str, Any], now: float) -> bool:
        """Tell whether somebody must be asked about a session.

        Args:
            claims: The session's claims.
            now: Unix seconds.
        """
        provider, _, sid = identity_of(claims)
        if provider is None or provider not in self._providers:
            return True
        plan = self._plans.get(provider)
        return plan is not None and not 0 <= now - self._last(claims, sid) < plan.after

    def _last(self, claims: Mapping[str, Any], sid: str | None) -> float:
        checked = claims.get(CHECKED, claims.get("auth_time"))
        told = float(checked) if isinstance(checked, int) else float("-inf")
        memory = self._memories.get(sid or "")
        return told if memory is None else max(told, memory.checked_at)

    async def ask(
        self, request: Request, claims: Mapping[str, Any], *, now: float, may_ask: bool
    ) -> Passed | Stopped:
        """Ask the provider whether it still vouches for a session's user.

        Args:
            request: The request.
            claims: The session's claims.
            now: Unix seconds.
            may_ask: Whether the application's functions may be called.

        Raises:
            Busy: Every worker is taken.
        """
        named, user_id, sid = identity_of(claims)
        provider = self._providers.get(named or "")
        plan = self._plans.get(named or "")
        if provider is None or plan is None or user_id is None or sid is None:
            return _stopped(claims, ())
        if plan.fields and KEPT not in claims:
            # Nothing is kept to ask with, and some systems say yes to an empty password.
            return _stopped(claims, ())
        memory = self._memories.setdefault(sid, _Memory())
        self._memories.move_to_end(sid)
        while len(self._memories) > _MOST_KNOWN:
            self._memories.popitem(last=False)
        age = now - self._last(claims, sid)
        if not may_ask or 0 <= now - memory.failed_at < _PAUSE:
            return self._without_answer(claims, plan, age, ())
        try:
            voucher, _ = await self._flights.once(
                sid, partial(self._ask, provider, claims, request, now=now), request.runtime
            )
        except TimeoutError as error:
            voucher = Failed(error)
        match voucher:
            case Vouched():
                memory.checked_at = max(memory.checked_at, now)
                return Passed({CHECKED: int(now), **_renewed(voucher.user)})
            case Refused():
                return _stopped(claims, (_failure(claims, "refused"),))
            case Failed():
                memory.failed_at = now
                told = (_failure(claims, "unavailable"),)
                return self._without_answer(claims, plan, age, told)

    async def _ask(
        self, provider: Provider, claims: Mapping[str, Any], request: Request, *, now: float
    ) -> Voucher:
        sealed = claims.get(KEPT)
        kept: dict[str, str] = {}
        if isinstance(sealed, str):
            try:
                kept = self._box.open(sealed, now=now).claims["fields"]
            except TokenError:
                return Refused("credentials")
        voucher = await provider.vouch(user_of(claims), SubmittedCredentials(kept), request)
        if isinstance(voucher, Failed):
            withhold = (*withheld_texts(claims), *kept.values())
            _log.error(
                "The system behind provider %r could not be asked again about a user:\n%s",
                provider.id,
                describe_exception(voucher.error, withhold=withhold),
                extra={"code": "revalidation-failed"},
            )
        return voucher

    @staticmethod
    def _without_answer(
        claims: Mapping[str, Any],
        plan: RevalidationPlan,
        age: float,
        incidents: tuple[Incident, ...],
    ) -> Passed | Stopped:
        if 0 <= age < plan.after + plan.grace:
            return Passed({}, incidents)
        return _stopped(claims, incidents)


def _stopped(claims: Mapping[str, Any], incidents: tuple[Incident, ...]) -> Stopped:
    return Stopped(is_over=True, incidents=(*incidents, ended(claims, "revalidation")))


def _renewed(user: User | None) -> dict[str, Any]:
    """Answer the claims that follow from what the provider says of the user now."""
    if user is None:
        return {}
    return {"name": user.name, "email": user.email, "picture": user.image, "user": dict(user.extra)}


def _failure(claims: Mapping[str, Any], reason: str) -> Incident:
    return partial(_revalidation_failed, *identity_of(claims), reason)


def _revalidation_failed(
    provider: str | None, user_id: str | None, sid: str | None, reason: str, at: Circumstances
) -> RevalidationFailed:
    return RevalidationFailed(at, provider, user_id, sid, reason)
