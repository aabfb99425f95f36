"""Owns how a session's tokens of the system are followed: refreshed once, whoever asks for them.

They travel in the session's own token, which is encrypted. A refresh token is often good once, and
a browser sends many requests at once, all with the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from nextauth.directories.http.flights import Flights
from nextauth.directories.http.paths import NotJsonError, Path
from nextauth.directories.http.successors import REFUSED, Successors
from nextauth.directories.http.tokens import Held, Tokens
from nextauth.directories.http.verdicts import Answer
from nextauth.directories.http.wire import Wire
from nextauth.errors import CallbackError, StoreUnavailable, SystemUnavailable

__all__ = ["TokenKeeper", "with_own_claim"]

_MOST_TURNS = 8
_REFUSED = frozenset({400, 401, 403})
_SUCCEEDED = range(200, 300)
# RFC 6749, 5.2: what is wrong then is our configuration, and nobody's refresh token.
_OUR_MISTAKES = frozenset(
    {
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
_ERROR = Path("$.error", where="error")
_EXTRA = "user"  # the claim that a user's extra is in


class TokenKeeper:
    """Follows a session's tokens: refreshes those that are over, once, whoever asks for them.

    In this process one flight at a time asks about one refresh token; among processes that share a
    store, whoever takes the turn there. Whoever comes later with the same old token, since their
    cookie is from before, gets what followed it.

    Args:
        tokens: What there is to know about them.
        wire: Asks the system.
        successors: What followed which token.
        clock: Answers Unix seconds.
    """

    def __init__(
        self,
        tokens: Tokens,
        wire: Wire,
        successors: Successors,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._tokens = tokens
        self._wire = wire
        self._successors = successors
        self._clock = clock
        self._flights: Flights[Held | None] = Flights()

    async def current(self, held: Held) -> Held | None:
        """Answer the tokens that a session has now: its own, or those that followed them.

        Args:
            held: Its own.

        Returns:
            None if the system refuses to go on: the person is signed out there.

        Raises:
            CallbackError: They are over for longer than the grace, and the system is down.
        """
        known = held
        for _ in range(_MOST_TURNS):
            if not self._is_due(known):
                return known
            try:
                followed = await self._flights.once(_key_of(known), partial(self._next, known))
            except (SystemUnavailable, TimeoutError) as error:
                return self._without_answer(known, error)
            if followed is None:
                return None
            known = followed
        return known

    def _is_due(self, held: Held) -> bool:
        if self._tokens.refresh_url is None or not isinstance(held.get("refresh"), str):
            return False
        due = held.get("due")
        return not isinstance(due, int) or self._clock() >= due

    def _without_answer(self, held: Held, error: Exception) -> Held:
        expires = held.get("expires")
        if isinstance(expires, int) and self._clock() < expires + self._tokens.grace:
            return held
        message = f"{self._wire.system}: the session's tokens are over, and were not refreshed"
        raise CallbackError(message) from error

    async def _next(self, held: Held) -> Held | None:
        """Answer what follows these tokens, whichever process finds out."""
        key = _key_of(held)
        try:
            async with self._successors.turn(key, patience=2 * self._wire.timeout) as followed:
                if followed is not None:
                    return None if followed is REFUSED else followed
                fresh = await self._refreshed(held)
                until = self._clock() + self._tokens.successor_for
                if fresh is not None:
                    until = max(until, fresh["expires"] + self._tokens.successor_for)
                await self._successors.keep(key, fresh, until=until)
                return fresh
        except StoreUnavailable as error:
            raise SystemUnavailable(str(error)) from None

    async def _refreshed(self, held: Held) -> Held | None:
        answer = await self._wire.ask(self._tokens.request(held["refresh"]))
        if answer.status in _REFUSED:
            reason = _reason(answer)
            if reason in _OUR_MISTAKES:
                self._wire.fail(f"it refreshes no token of ours: {reason}")
            return None
        if answer.status not in _SUCCEEDED:
            self._wire.fail(f"it answered {answer.status} to a refresh")
        try:
            return self._tokens.read(answer.document, now=self._clock(), before=held)
        except (NotJsonError, ValueError) as error:
            self._wire.fail(f"its answer to a refresh: {error}")


def _key_of(held: Held) -> str:
    """Answer what a pair of tokens is known by: some systems never change the refresh token."""
    return f"{held['refresh']}\n{held.get('access')}"


def _reason(answer: Answer) -> str | None:
    try:
        found = _ERROR.find(answer.document)
    except NotJsonError:
        return None
    return found if isinstance(found, str) else None


def with_own_claim(token: Mapping[str, Any], claim: str) -> dict[str, Any]:
    """Answer a session's claims with the tokens beside the user's extra, which pages may show.

    Args:
        token: The claims of a session that begins.
        claim: The name of the tokens, in the extra and beside it.
    """
    extra = token.get(_EXTRA)
    if not isinstance(extra, dict) or claim not in extra:
        return dict(token)
    left = {name: value for name, value in extra.items() if name != claim}
    return {**token, _EXTRA: left, claim: extra[claim]}
