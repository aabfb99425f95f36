"""Owns a sign-in that waits for its second factor: what is kept of it, and what names it.

The client holds a handle, sealed under a key of its own, which nothing reads as a session: a
browser in a cookie, any other client by itself. The store keeps the rest, sealed, under a digest of
what the handle names: who reads the store cannot go on, and who has the handle knows nothing of
what is in it.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nextauth.config import CookiePlan
from nextauth.errors import CallbackError, TokenError
from nextauth.models import Account, SubmittedCredentials, User
from nextauth.stores import PendingStore
from nextauth.tokens import Keyring, PurposeBox
from nextauth.web import SetCookie

__all__ = ["PendingSignIn", "PendingSignIns"]

_KEY_BYTES = 18
_VERSION = 1
_LONGEST_RECORD = 262_144  # a user, and a form of 64 KiB that was submitted


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """What the first step of a sign-in has proven, and what the last one needs.

    Args:
        asked: Id of the provider that was asked.
        account: Whose the user is.
        user: Who it is.
        amr: How it was proven so far.
        methods: The factors of which one must be proven.
        callback_url: Where the sign-in leads; it has passed the redirect rule.
        remember: Whether the session outlives the browser; None if nobody was asked.
        epoch: The user's epoch, from before the first proof; None where nobody keeps any.
        named: What was submitted as the account's name. Not in the repr.
        is_step_up: Whether a session is to be stepped up.
        credentials: What was submitted, as far as somebody will ask for it.
        state: What `Challenge.state` said. Not in the repr.
        until: Unix seconds at which it is over.
        is_bearer: Whether it ends with a token, for a client without a browser: what was begun for
            the one kind is never ended for the other.
        key: What its handle names. Not in the repr.
    """

    asked: str
    account: Account
    user: User
    amr: tuple[str, ...]
    methods: tuple[str, ...]
    callback_url: str
    remember: bool | None
    epoch: int | None
    named: str | None = field(repr=False)
    is_step_up: bool
    credentials: SubmittedCredentials
    state: Mapping[str, Any] = field(repr=False)
    until: float
    is_bearer: bool = False
    key: str = field(default="", repr=False)

    def claims(self) -> dict[str, Any]:
        """Answer it as JSON's types, without its key."""
        user, account = self.user, self.account
        return {
            "v": _VERSION,
            "asked": self.asked,
            "account": [account.provider, account.type, account.provider_account_id],
            "user": [user.id, user.name, user.email, user.image, dict(user.extra)],
            "amr": list(self.amr),
            "methods": list(self.methods),
            "url": self.callback_url,
            "remember": self.remember,
            "epoch": self.epoch,
            "named": self.named,
            "step_up": self.is_step_up,
            "credentials": dict(self.credentials),
            "state": dict(self.state),
            "bearer": self.is_bearer,
        }

    @classmethod
    def of_claims(cls, claims: Mapping[str, Any], *, key: str) -> PendingSignIn | None:
        """Read what `claims` answered; None if another version wrote it.

        Args:
            claims: The claims, with ``exp``.
            key: What its handle names.
        """
        if claims.get("v") != _VERSION:
            return None
        return cls(
            asked=claims["asked"],
            account=Account(*claims["account"]),
            user=User(*claims["user"]),
            amr=tuple(claims["amr"]),
            methods=tuple(claims["methods"]),
            callback_url=claims["url"],
            remember=claims["remember"],
            epoch=claims["epoch"],
            named=claims["named"],
            is_step_up=claims["step_up"],
            credentials=SubmittedCredentials(claims["credentials"]),
            state=claims["state"],
            until=claims["exp"],
            is_bearer=claims.get("bearer", False),
            key=key,
        )


class PendingSignIns:
    """Keeps, finds and gives out sign-ins that wait for a second factor.

    Args:
        store: Where they are kept.
        keyring: The site's secrets.
        clock: Answers Unix seconds.
        entropy: Answers that many random bytes.
    """

    __slots__ = ("_clock", "_entropy", "_handles", "_records", "_store")

    def __init__(
        self,
        store: PendingStore,
        keyring: Keyring,
        *,
        clock: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._handles = PurposeBox(keyring, purpose="pending", entropy=entropy)
        self._records = PurposeBox(
            keyring, purpose="pending-record", entropy=entropy, longest=_LONGEST_RECORD
        )
        self._clock = clock
        self._entropy = entropy

    async def begin(self, pending: PendingSignIn) -> str:
        """Keep a sign-in, and answer the handle that names it.

        Args:
            pending: The sign-in.

        Raises:
            StoreUnavailable: It could not be kept.
            CallbackError: The user and what was submitted are too large to be kept.
            TypeError: The user's ``extra``, or the challenge's state, is not of JSON's types.
        """
        key = urlsafe_b64encode(self._entropy(_KEY_BYTES)).decode("ascii")
        expires = int(pending.until)
        record = self._records.seal(pending.claims(), expires=expires)
        if len(record) > _LONGEST_RECORD:
            message = (
                f"The user and what was submitted take {len(record)} characters while they wait "
                f"for the second factor, of {_LONGEST_RECORD} at most. Keep large things out of "
                "the user's extra and of Challenge.state."
            )
            raise CallbackError(message)
        await self._store.put(key, record, until=pending.until, now=self._clock())
        return self._handles.seal({"key": key}, expires=expires)

    @staticmethod
    def cookie(pending: PendingSignIn, handle: str, plan: CookiePlan) -> SetCookie:
        """Answer the cookie in which a browser keeps a handle.

        Args:
            pending: The sign-in.
            handle: What names it.
            plan: Name and attributes of the cookie.
        """
        return SetCookie(plan.pending, handle, plan.csrf_attributes, int(pending.until))

    async def find(self, handle: str | None, *, is_bearer: bool = False) -> PendingSignIn | None:
        """Answer the sign-in that a handle names; None if there is none any more.

        Args:
            handle: Anything that a client sent.
            is_bearer: Whether a client without a browser asks.

        Raises:
            StoreUnavailable: The store cannot be asked.
        """
        key, now = self._key_of(handle), self._clock()
        if key is None:
            return None
        record = await self._store.peek(key, now=now)
        if record is None:
            return None
        try:
            claims = self._records.open(record, now=now).claims
        except TokenError:
            return None
        # The tolerance between two clocks is not for what is bound to this one.
        found = PendingSignIn.of_claims(claims, key=key) if now < claims["exp"] else None
        return found if found is not None and found.is_bearer is is_bearer else None

    async def redeem(self, pending: PendingSignIn) -> bool:
        """Take a sign-in out: of many calls at once one may go on.

        Args:
            pending: The sign-in.

        Returns:
            Whether this call may.

        Raises:
            StoreUnavailable: The store cannot be asked.
        """
        return await self._store.redeem(pending.key, now=self._clock()) is not None

    async def drop(self, handle: str | None) -> None:
        """End the sign-in that a handle names, if there is one.

        Args:
            handle: Anything that a client sent.

        Raises:
            StoreUnavailable: The store cannot be asked.
        """
        key = self._key_of(handle)
        if key is not None:
            await self._store.drop(key, now=self._clock())

    @staticmethod
    def forget(plan: CookiePlan) -> SetCookie:
        """Answer what deletes the cookie.

        Args:
            plan: Name and attributes of the cookie.
        """
        return SetCookie(plan.pending, "", plan.csrf_attributes, max_age=0)

    def _key_of(self, handle: str | None) -> str | None:
        if not handle:
            return None
        try:
            claims = self._handles.open(handle, now=self._clock()).claims
        except TokenError:
            return None
        key = claims.get("key")
        return key if isinstance(key, str) else None

    async def keep_start(self, pending: PendingSignIn, method: str, kept: str) -> None:
        """Keep what a factor has begun, for as long as the sign-in waits.

        Args:
            pending: The sign-in.
            method: The factor's method.
            kept: What it keeps.

        Raises:
            StoreUnavailable: It could not be kept.
        """
        # Of this sign-in alone: who can write to the store cannot put another's here.
        claims = {"kept": kept, "method": method, "of": pending.key}
        sealed = self._records.seal(claims, expires=int(pending.until))
        key = _start_key(pending, method)
        await self._store.put(key, sealed, until=pending.until, now=self._clock())

    async def start_of(
        self, pending: PendingSignIn, method: str, *, is_single_use: bool
    ) -> str | None:
        """Answer what a factor has begun; None if it has not, or it is over.

        Args:
            pending: The sign-in.
            method: The factor's method.
            is_single_use: Whether it is over from now on.

        Raises:
            StoreUnavailable: The store cannot be asked.
        """
        key, now = _start_key(pending, method), self._clock()
        ask = self._store.redeem if is_single_use else self._store.peek
        sealed = await ask(key, now=now)
        if sealed is None:
            return None
        try:
            claims = self._records.open(sealed, now=now).claims
        except TokenError:
            return None
        kept = claims.get("kept")
        is_own = claims.get("method") == method and claims.get("of") == pending.key
        return kept if is_own and isinstance(kept, str) else None


def _start_key(pending: PendingSignIn, method: str) -> str:
    return f"{pending.key} {method}"
