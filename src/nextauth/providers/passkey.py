"""Owns signing in with a passkey alone: the key says who its user is, and the system says yes.

People enrol passkeys on their account page, each for who they are at another provider; that is who
they sign in as. The key asks for a PIN or a finger, so it proves two factors at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal, Self

from nextauth.errors import Busy, CallbackError, Problem, StoreUnavailable, TokenError
from nextauth.factors.base import FactorTools, Proven, Unproven
from nextauth.factors.webauthn import (
    WebAuthnError,
    credential_id_of,
    request_options,
    verify_assertion,
)
from nextauth.factors.webauthn_enrolled import (
    enrolment_id_of,
    key_of,
    note_assertion,
    refused_assertion,
)
from nextauth.factors.webauthn_factor import WebAuthnFactor
from nextauth.fields import FormField
from nextauth.hooks import Hook, arity_of
from nextauth.models import SubmittedCredentials, User
from nextauth.providers.base import (
    Authenticated,
    Denied,
    Failed,
    Outcome,
    Refused,
    RevalidationPlan,
    Vouched,
    Voucher,
    outcome_of,
)
from nextauth.stores import Enrolment
from nextauth.tokens import PurposeBox
from nextauth.tokens.jwe import b64url_decode, b64url_encode
from nextauth.web import Request

__all__ = ["Passkey"]

_METHOD = "webauthn"
_LONG_FIELDS = frozenset({"credential"})
_CHALLENGE_BYTES = 32
_LIFE = 300
_REFUSED = Refused("passkey")
_FIELDS: Mapping[str, FormField] = MappingProxyType(
    {
        "credential": FormField("", type="hidden", required=False),
        "state": FormField("", type="hidden", required=False),
    }
)

Found = User | Mapping[str, Any] | Literal[False] | None
FindUser = Callable[[str, str], Found | Awaitable[Found]]


@dataclass(frozen=True, slots=True)
class Passkey:
    """Sign in with a passkey, without a name and a password.

    The session is one of the provider where the passkey was enrolled, and is revalidated there: by
    its ``revalidate``, since nothing was submitted that ``revalidate_fields`` could keep.

    Args:
        keys: The factor by which they are enrolled; the same one as in `SecondFactor.methods`.
        find_user: ``(provider, user_id)``, ``def`` or ``async def``: who that is now. It answers a
            `User` or a mapping with its members; None where there is nobody any more; False, or
            raises AccessDenied, where they may not enter.
        id: Its part of the URLs.
        name: What people read on its button.
    """

    keys: WebAuthnFactor
    find_user: FindUser = field(repr=False)
    id: str = "passkey"
    name: str = "a passkey"
    _tools: FactorTools | None = field(default=None, repr=False, compare=False)

    type = "webauthn"
    form_posts = True
    fields = _FIELDS
    vouches_for_others = True
    long_fields = _LONG_FIELDS

    @property
    def callback_methods(self) -> tuple[str, ...]:
        """The methods of ``callback/ID``."""
        return ("POST",)

    @property
    def script(self) -> str | None:
        """The JavaScript by which the sign-in page asks the browser for a passkey."""
        return self.keys.script

    @property
    def revalidation(self) -> RevalidationPlan | None:
        """Never: the provider whose user it is is asked."""
        return None

    def bound(self, tools: FactorTools) -> Self:
        """Answer the provider with what it works with.

        Args:
            tools: The same that the factors work with.
        """
        return replace(self, _tools=tools)

    def problems(self) -> Iterable[Problem]:
        """Answer what is wrong with its configuration."""
        if not isinstance(self.keys, WebAuthnFactor):
            yield Problem(
                "passkey-keys",
                f"Passkey(keys=...) is a {type(self.keys).__name__}.",
                "Pass the WebAuthnFactor that is in SecondFactor(methods=...).",
            )
        if not callable(self.find_user) or arity_of(self.find_user) != 2:  # noqa: PLR2004
            yield Problem(
                "passkey-find-user",
                "Passkey(find_user=...) cannot be called with a provider's id and a user's.",
                "Write find_user(provider, user_id).",
            )

    def counting_problems(self) -> Iterable[Problem]:
        """Answer nothing: nobody guesses a signature, and there is no account to name."""
        return ()

    def account_of(self, credentials: SubmittedCredentials) -> str | None:  # noqa: ARG002 - none is
        """Answer None: nothing that is submitted names an account.

        Args:
            credentials: All parameters of the form.
        """
        return None

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls."""
        yield self._hook

    @property
    def _hook(self) -> Hook:
        return Hook(f"find_user of provider {self.id!r}", self.find_user)

    @property
    def _bound_tools(self) -> FactorTools:
        if self._tools is None:
            message = "Passkey works only as a provider of an Auth with second_factor="
            raise CallbackError(message)
        return self._tools

    @property
    def _life(self) -> int:
        """Seconds for which a challenge is good: at least as long as the browser asks."""
        return max(_LIFE, self.keys.policy.timeout + 30)

    def _box(self, tools: FactorTools) -> PurposeBox:
        return PurposeBox(tools.keyring, purpose="passkey-challenge", entropy=tools.entropy)

    async def begin(self) -> Mapping[str, Any]:
        """Make a challenge for whichever passkey the person has.

        Returns:
            ``options`` for ``navigator.credentials.get()``, and ``state``, to be sent back.
        """
        tools = self._bound_tools
        challenge = tools.entropy(_CHALLENGE_BYTES)
        options = request_options(
            self.keys.policy, challenge=challenge, user_verification="required"
        )
        text = b64url_encode(challenge).decode("ascii")
        state = self._box(tools).seal({"cha": text}, expires=int(tools.clock()) + self._life)
        return {"options": options, "state": state}

    async def vouch(
        self,
        user: User,  # noqa: ARG002 - as the Protocol has it
        kept: SubmittedCredentials,  # noqa: ARG002 - the same
        request: Request,  # noqa: ARG002 - the same
    ) -> Voucher:
        """Say nothing new: sessions are those of the provider whose user it is.

        Args:
            user: Who is signed in.
            kept: Nothing.
            request: The request.
        """
        return Vouched()

    async def authenticate(self, credentials: SubmittedCredentials, request: Request) -> Outcome:
        """Check what a passkey signed, and ask who its user is now; every failure is an outcome.

        Args:
            credentials: Has ``credential`` and ``state``.
            request: The request.

        Raises:
            Busy: Every worker is taken, or the store cannot be asked.
        """
        try:
            return await self._authenticate(credentials, request)
        except StoreUnavailable as error:
            message = "the store of passkeys cannot be asked"
            raise Busy(message) from error

    async def _authenticate(self, credentials: SubmittedCredentials, request: Request) -> Outcome:
        tools = self._bound_tools
        challenge = self._challenge(credentials.get("state", ""), tools)
        response = credentials.get("credential", "")
        named = credential_id_of(response)
        if challenge is None or named is None:
            return _REFUSED
        now = tools.clock()
        enrolment = await tools.store.find(enrolment_id_of(named), now=now)
        if enrolment is None or enrolment.method != _METHOD:
            return _REFUSED
        proven = await self._verify(tools, enrolment, response, challenge)
        if isinstance(proven, Unproven):
            return replace(_REFUSED, incidents=proven.incidents)
        # Only what a key has signed gets here, so nobody can fill the store with it.
        until = now + 2 * self._life
        if not await tools.pending.claim(f"passkey {challenge}", until=until, now=now):
            return _REFUSED
        return await self._user_of(enrolment, proven, request)

    def _challenge(self, state: str, tools: FactorTools) -> str | None:
        try:
            claims = self._box(tools).open(state, now=tools.clock()).claims
        except TokenError:
            return None
        challenge = claims.get("cha")
        return challenge if isinstance(challenge, str) else None

    async def _verify(
        self, tools: FactorTools, enrolment: Enrolment, response: str, challenge: str
    ) -> Proven | Unproven:
        key = key_of(enrolment)
        if key is None:
            return Unproven()
        try:
            assertion = verify_assertion(
                self.keys.policy,
                response,
                key=key,
                last_counter=max(enrolment.counter, 0),
                expected_challenge=b64url_decode(challenge.encode("ascii")),
                expected_user_handle=None,
                expected_user_verification=True,
            )
        except WebAuthnError as error:
            return refused_assertion(error, enrolment)
        return await note_assertion(tools.store, enrolment, key, assertion, now=tools.clock())

    async def _user_of(self, enrolment: Enrolment, proven: Proven, request: Request) -> Outcome:
        provider, user_id = enrolment.provider, enrolment.user_id
        try:
            answer = await self._hook(request.runtime, provider, user_id)
            user = User.from_mapping(answer) if isinstance(answer, Mapping) else answer
        except Exception as error:  # noqa: BLE001 - whatever it raises signs nobody in
            return outcome_of(error)
        if user is None:
            return _REFUSED
        if user is False:
            return Denied()
        if not isinstance(user, User) or user.id != user_id:
            message = (
                f"{self._hook.name} answered a {type(answer).__name__} that is not the user of "
                "that id. Return User(id=user_id, ...), None or False."
            )
            return Failed(CallbackError(message))
        amr = (*proven.amr, "mfa")
        return Authenticated(user, amr, provider=provider, incidents=proven.incidents)
