"""Owns how a session begins: a new id, none of the claims of the one before, and that one's end."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from nextauth.callbacks import JWTParams
from nextauth.config import Settings
from nextauth.events import Circumstances
from nextauth.models import Account, SubmittedCredentials, User
from nextauth.sessions.adoption import Adoption
from nextauth.sessions.callback import TokenCallback
from nextauth.sessions.carrier import Carrier
from nextauth.sessions.claims import EPOCH, REMEMBER, UNASKED, new_claims, shown_claims
from nextauth.sessions.course import Stamp
from nextauth.sessions.outcomes import Issued, ended
from nextauth.sessions.revalidation import Revalidator
from nextauth.web import Request

if TYPE_CHECKING:
    from nextauth.events import Incident
    from nextauth.sessions.revocation import RevocationList

__all__ = ["Admission", "SessionStart", "new_sid"]

_SID_BYTES = 16


def new_sid(entropy: Callable[[int], bytes]) -> str:
    """Answer a new session id, of 128 random bits.

    Args:
        entropy: Answers that many random bytes.
    """
    return urlsafe_b64encode(entropy(_SID_BYTES)).rstrip(b"=").decode("ascii")


class Admission(NamedTuple):
    """Who gets a session, and what was proven.

    Args:
        user: Who signs in, with an id.
        account: Through which provider.
        amr: How it was proven (RFC 8176).
        credentials: What was submitted.
        remember: Whether the session outlives the browser; None if nobody was asked.
        epoch: The user's epoch, from before the proof; None where nobody keeps any.
        asked: Id of the provider that was asked; None: the account's own.
        is_unasked: Whether a second factor was not asked for, since the browser is trusted.
    """

    user: User
    account: Account
    amr: tuple[str, ...]
    credentials: SubmittedCredentials | None = None
    remember: bool | None = None
    epoch: int | None = None
    asked: str | None = None
    is_unasked: bool = False


class SessionStart:
    """Begins sessions.

    Args:
        settings: The checked configuration.
        jwt: The ``jwt`` callback.
        revocation: Which sessions were ended, if that is known.
        revalidator: Asks the providers again.
        adoption: What sessions of another program are given.
        stamp: Answers claims with the times of a token that is written now.
        entropy: Answers that many random bytes.
    """

    __slots__ = (
        "_adoption",
        "_entropy",
        "_jwt",
        "_revalidator",
        "_revocation",
        "_settings",
        "_stamp",
    )

    def __init__(  # noqa: PLR0913 - what a session is made of, each once
        self,
        settings: Settings,
        jwt: TokenCallback | None,
        revocation: RevocationList | None,
        revalidator: Revalidator,
        adoption: Adoption,
        *,
        stamp: Stamp,
        entropy: Callable[[int], bytes],
    ) -> None:
        self._settings = settings
        self._jwt = jwt
        self._revocation = revocation
        self._revalidator = revalidator
        self._adoption = adoption
        self._stamp = stamp
        self._entropy = entropy

    async def issue(
        self, request: Request, admission: Admission, carrier: Carrier, *, now: float
    ) -> Issued | None:
        """Begin a session.

        Args:
            request: The request that signs in.
            admission: Who signs in.
            carrier: Where the token goes, and where that of the session before is.
            now: Unix seconds.

        Returns:
            None if the ``jwt`` callback answered None.

        Raises:
            CallbackError: The callback answered what cannot be kept.
            StoreUnavailable: It could not be noted that the session begins.
            Exception: Whatever the callback raised.
        """
        claims = self._own_claims(admission, now)
        sid = claims["sid"]
        if self._jwt is not None:
            params = JWTParams(
                dict(shown_claims(claims)),
                user=admission.user,
                account=admission.account,
                credentials=admission.credentials,
                trigger="signIn",
            )
            answer = await self._jwt.ask(request, params, claims)
            if answer is None:
                return None
            claims = answer
        handed = carrier.write(self._stamp.begin(claims, now))
        incidents = await self._note(request, claims, carrier, now)
        return Issued(sid, handed.cookies, incidents, handed.token)

    def _own_claims(self, admission: Admission, now: float) -> dict[str, Any]:
        user, account = admission.user, admission.account
        sid = new_sid(self._entropy)
        claims = new_claims(user, account, amr=admission.amr, sid=sid, auth_time=int(now))
        if admission.remember is not None:
            claims[REMEMBER] = admission.remember
        if admission.epoch is not None:
            claims[EPOCH] = admission.epoch
        if admission.is_unasked:
            claims[UNASKED] = True
        until = now + self._settings.session.absolute_max_age
        is_own = admission.asked in (None, account.provider)
        claims |= self._revalidator.claims_at_sign_in(
            account.provider, admission.credentials if is_own else None, now=now, until=until
        )
        return claims

    async def _note(
        self, request: Request, claims: Mapping[str, Any], carrier: Carrier, now: float
    ) -> tuple[Incident, ...]:
        if self._revocation is None:
            return ()
        place = partial(Circumstances.of, request, self._settings.address, now=now)
        await self._revocation.begin(claims, place, now=now)
        opened = carrier.open(now)
        if opened is None:
            return ()
        before = {**opened.claims, **self._adoption.changes(opened.claims, now)}
        await self._revocation.end(before, now=now)
        return (ended(before, "replaced"),)
