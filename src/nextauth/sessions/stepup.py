"""Owns step-up: whether a proof is fresh enough, and what lets only the same person renew it.

Freshness rests on ``auth_time`` and ``amr``, which only a sign-in sets: never on ``iat``, which any
program that reads a token stamps anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nextauth.errors import TokenError
from nextauth.models import Session
from nextauth.sessions.claims import UNASKED
from nextauth.tokens import Keyring
from nextauth.tokens.jwe import CLOCK_TOLERANCE
from nextauth.tokens.purpose import PurposeBox

__all__ = ["Freshness", "StepUp", "StepUpTicket", "StepUpTickets"]

_LIFE = 600
_LONGEST_TICKET = 4096


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a proof must be, and of which kind.

    Args:
        max_age: Seconds that the sign-in may be old.
        methods: Proofs of which one must be among the session's ``amr`` (RFC 8176, 2), such as
            ``("otp", "hwk")``; none: any proof counts.

    Raises:
        TypeError: A member is of another type.
        ValueError: `max_age` is negative.
    """

    max_age: int
    methods: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.max_age, int) or isinstance(self.max_age, bool):
            msg = f"max_age must be a number of seconds (an int), not {self.max_age!r}."
            raise TypeError(msg)
        if self.max_age < 0:
            msg = f"max_age is {self.max_age}; a sign-in cannot be younger than now."
            raise ValueError(msg)
        methods: object = self.methods
        if isinstance(methods, str) or not isinstance(methods, Sequence):
            msg = f"methods must be a sequence of str, such as ('otp',), not {methods!r}."
            raise TypeError(msg)
        if not all(isinstance(each, str) and each.isidentifier() for each in methods):
            msg = f"methods holds {methods!r}; name them as in RFC 8176, such as 'otp'."
            raise TypeError(msg)
        object.__setattr__(self, "methods", tuple(methods))

    def holds(self, session: Session, now: float) -> bool:
        """Tell whether a session's proof is fresh enough.

        One that began without the second factor its person has, since the browser is trusted, is
        never fresh: to be asked for it is what renewing a proof means.

        Args:
            session: The session; one whose sign-in nobody knows is never fresh.
            now: Unix seconds.
        """
        # The sign-in may have been at another machine of the site, whose clock is a little ahead.
        if session.auth_time is None or session.auth_time > now + CLOCK_TOLERANCE:
            return False
        if session.token.get(UNASKED):
            return False
        is_young = now - session.auth_time <= self.max_age
        return is_young and (not self.methods or any(each in session.amr for each in self.methods))

    @property
    def challenge(self) -> str:
        """The ``WWW-Authenticate`` header of a 401 that asks for it (RFC 9470, 3).

        Its scheme is RFC 6750's, whatever carried the session.
        """
        parts = [
            'Bearer error="insufficient_user_authentication"',
            'error_description="A more recent sign-in is required"',
            f'max_age="{self.max_age}"',
        ]
        if self.methods:
            parts.append(f'acr_values="{" ".join(self.methods)}"')
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class StepUp:
    """How a request is answered whose session is not fresh enough.

    Args:
        url: Where to send a person, who comes back afterwards; None if nobody knows where that is.
        challenge: The ``WWW-Authenticate`` header of a 401 to a program.
    """

    url: str | None
    challenge: str


@dataclass(frozen=True, slots=True)
class StepUpTicket:
    """Who must sign in again.

    Args:
        provider: Through which provider.
        user_id: With which id.
    """

    provider: str
    user_id: str


class StepUpTickets:
    """Makes and reads what a sign-in page carries while it asks one person to sign in again.

    Who leaves it out signs in as usual, to a session of their own: that makes nobody's fresh.

    Args:
        keyring: The secrets.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_box",)

    def __init__(self, keyring: Keyring, *, entropy: Callable[[int], bytes]) -> None:
        self._box = PurposeBox(keyring, purpose="step-up", entropy=entropy)

    def write(self, session: Session, *, now: float) -> str | None:
        """Answer a ticket for a session's user; None where another program made the session.

        Args:
            session: The session that is not fresh enough.
            now: Unix seconds.
        """
        if session.provider is None or session.user.id is None:
            return None
        claims = {"provider": session.provider, "sub": session.user.id}
        return self._box.seal(claims, expires=int(now) + _LIFE)

    def read(self, text: object, *, now: float) -> StepUpTicket | None:
        """Answer what a ticket says; None if it is none of ours, or too old.

        Args:
            text: Anything that a client sent.
            now: Unix seconds.
        """
        if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_TICKET:
            return None
        try:
            claims = self._box.open(text, now=now).claims
        except TokenError:
            return None
        provider, user_id = claims.get("provider"), claims.get("sub")
        if isinstance(provider, str) and isinstance(user_id, str):
            return StepUpTicket(provider, user_id)
        return None
