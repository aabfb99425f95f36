"""Owns that who signs in has proven it since their sessions were last ended, not before.

The system behind a provider may say yes to a password that is changed before its answer arrives.
The sessions of its user are ended in between, and one that begins with the answer must not live on.
Whose epoch to look at is known only afterwards: so if it is as late as the question, the question
is asked again. The session then gets the epoch from before the second one.
"""

from __future__ import annotations

from typing import NamedTuple

from nextauth.errors import CallbackError, StoreUnavailable
from nextauth.providers import Authenticated, Challenged, Failed, Outcome
from nextauth.sessions import Sessions
from nextauth.signin.entry import Attempt

__all__ = ["Proof", "prove"]

_CLOCKS_DIFFER = 2  # seconds, between the machines that serve one site; epochs are whole seconds


class Proof(NamedTuple):
    """What a provider says, and since when it holds.

    Args:
        outcome: The provider's answer.
        epoch: The user's epoch, from before the answer; None where nobody keeps any.
        unavailable: Why it could not be read.
    """

    outcome: Outcome
    epoch: int | None = None
    unavailable: StoreUnavailable | None = None


async def prove(attempt: Attempt, sessions: Sessions) -> Proof:
    """Ask the provider.

    Args:
        attempt: Who tries, with what.
        sessions: Which sessions there are.

    Raises:
        Busy: Every worker is taken.
    """
    since = sessions.now()
    outcome = await _ask(attempt)
    revocation = sessions.revocation
    said = _said(outcome)
    if revocation is None or said is None or said.user.id is None:
        return Proof(outcome)
    provider, user_id = said.provider or attempt.provider.id, said.user.id
    try:
        epoch = await revocation.epoch_at_sign_in(provider, user_id, now=since)
    except StoreUnavailable as error:
        return Proof(outcome, unavailable=error)
    if epoch < int(since) - _CLOCKS_DIFFER:
        return Proof(outcome, epoch)
    again = await _ask(attempt)
    said = _said(again)
    if said is not None and said.user.id != user_id:
        message = "It answered two different users to the same credentials, one after the other."
        return Proof(Failed(CallbackError(message)))
    return Proof(again, epoch)


def _said(outcome: Outcome) -> Authenticated | None:
    """Answer who the provider vouches for, whether or not a second factor must follow."""
    if isinstance(outcome, Challenged):
        return outcome.proof
    return outcome if isinstance(outcome, Authenticated) else None


async def _ask(attempt: Attempt) -> Outcome:
    return await attempt.provider.authenticate(attempt.credentials, attempt.request)
