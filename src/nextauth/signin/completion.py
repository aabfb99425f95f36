"""Owns the end of a sign-in, after its last proof: the callbacks, the session, the events."""

from __future__ import annotations

import logging
from typing import NamedTuple

from nextauth.callbacks import SignInParams
from nextauth.config import Settings
from nextauth.errors import AccessDenied, Busy, CallbackError, CredentialsSignin, StoreUnavailable
from nextauth.events import EventStream, SignedIn, StepUpPassed
from nextauth.hooks import Hook
from nextauth.models import Account, SubmittedCredentials, User
from nextauth.sessions import Admission, Issued, Sessions
from nextauth.signin.entry import Admitted, Attempt, Diverted, Entry, TurnedAway
from nextauth.tracebacks import describe_exception

__all__ = ["Completion", "Proven", "failed", "out_of_service"]

_log = logging.getLogger("nextauth.signin")
_NOT_SECRET = frozenset({"callbackUrl", "json"})


class Proven(NamedTuple):
    """Who has proven everything that was asked of them.

    Args:
        user: Who, with an id.
        account: Through which provider.
        amr: How it was proven (RFC 8176).
        remember: Whether the session outlives the browser; None if nobody was asked.
        epoch: The user's epoch, from before the first proof; None where nobody keeps any.
        is_unasked: Whether a second factor was not asked for, since the browser is trusted.
    """

    user: User
    account: Account
    amr: tuple[str, ...]
    remember: bool | None
    epoch: int | None
    is_unasked: bool = False


class Completion:
    """Begins a session for whoever has proven everything; the callbacks have their say first.

    Args:
        settings: The checked configuration.
        sessions: Begins the sessions.
        events: Is told of it.
    """

    __slots__ = ("_events", "_sessions", "_sign_in")

    def __init__(self, settings: Settings, sessions: Sessions, events: EventStream) -> None:
        self._sessions = sessions
        self._events = events
        fn = settings.callbacks.sign_in
        self._sign_in = None if fn is None else Hook("callbacks.sign_in", fn)

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """The application's functions that it calls."""
        return () if self._sign_in is None else (self._sign_in,)

    async def begin(self, attempt: Attempt, proven: Proven) -> Entry:
        """Begin a session, unless a callback says otherwise.

        Args:
            attempt: The request that brings the last proof.
            proven: Who, and how.

        Raises:
            Busy: Every worker is taken, or the store of sessions cannot be asked.
        """
        try:
            return await self._through_callbacks(attempt, proven)
        except AccessDenied:
            return TurnedAway("AccessDenied")
        except CredentialsSignin as refusal:
            return TurnedAway("CredentialsSignin", refusal.public_code)
        except Busy:
            raise
        except StoreUnavailable as error:
            raise out_of_service(error) from error
        except Exception as error:  # noqa: BLE001 - a failing callback signs nobody in
            return failed("a callback", error, attempt.credentials)

    async def _through_callbacks(self, attempt: Attempt, proven: Proven) -> Entry:
        hook = self._sign_in
        verdict = True if hook is None else await self._ask(hook, attempt, proven)
        if verdict is False:
            return TurnedAway("AccessDenied")
        if isinstance(verdict, str):
            return Diverted(verdict)
        issued = await self._sessions.issue(
            attempt.request,
            attempt.carrier,
            Admission(
                proven.user,
                proven.account,
                proven.amr,
                attempt.credentials,
                proven.remember,
                proven.epoch,
                attempt.provider.id,
                proven.is_unasked,
            ),
        )
        if issued is None:
            return TurnedAway("AccessDenied", ends_session=True)
        if self._events.hooks:
            self._tell(attempt, proven, issued)
        return Admitted(issued.cookies, issued.token)

    def _tell(self, attempt: Attempt, proven: Proven, issued: Issued) -> None:
        at, account = attempt.at(), proven.account
        for incident in issued.incidents:
            self._events.tell(incident(at))
        self._events.tell(SignedIn(at, proven.user, account, issued.sid))
        if attempt.expected is not None:
            self._events.tell(StepUpPassed(at, account.provider, proven.user.id, issued.sid))

    async def _ask(self, hook: Hook, attempt: Attempt, proven: Proven) -> bool | str:
        params = SignInParams(proven.user, proven.account, credentials=attempt.credentials)
        verdict = await hook(attempt.request.runtime, params)
        if isinstance(verdict, (bool, str)):
            return verdict if verdict != "" else False
        message = (
            f"callbacks.sign_in answered a {type(verdict).__name__}. Return True, False or a URL."
        )
        raise CallbackError(message)


def out_of_service(error: StoreUnavailable) -> Busy:
    """Answer how a sign-in is refused while a store that it needs cannot be asked.

    Args:
        error: Why it cannot.
    """
    _log.error("Nobody is signed in, since a store failed: %s", error, extra={"code": error.code})
    return Busy("a store that the sign-in needs cannot be asked")


def failed(where: str, error: Exception, credentials: SubmittedCredentials) -> TurnedAway:
    """Log what went wrong, without what was submitted, and answer that nobody is signed in.

    Args:
        where: What failed.
        error: How.
        credentials: What was submitted.
    """
    submitted = [value for name, value in credentials.items() if name not in _NOT_SECRET]
    _log.error(
        "Nobody is signed in, since %s failed:\n%s",
        where,
        describe_exception(error, withhold=submitted),
        extra={"code": "sign-in-failed"},
    )
    return TurnedAway("Configuration")
