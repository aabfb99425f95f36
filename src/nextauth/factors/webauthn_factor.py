"""Owns security keys and passkeys as a second factor: each challenge is answered once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from nextauth.errors import Problem
from nextauth.factors.base import Proven, Role, Started, Step, Unproven
from nextauth.factors.enrolling import Enrolled, enrolment_of
from nextauth.factors.webauthn import (
    StoredKey,
    WebAuthnError,
    WebAuthnPolicy,
    creation_options,
    credential_id_of,
    request_options,
    verify_assertion,
    verify_registration,
)
from nextauth.factors.webauthn_enrolled import (
    enrolment_id_of,
    key_of,
    note_assertion,
    refused_assertion,
)
from nextauth.fields import FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment
from nextauth.tokens.jwe import b64url_decode, b64url_encode
from nextauth.web import Origin

__all__ = ["WebAuthnFactor", "browser_script"]

_log = logging.getLogger("nextauth.factors")
_METHOD = "webauthn"
_LONG_FIELDS = frozenset({"credential"})
_CHALLENGE_BYTES = 32
_FIELDS: Mapping[str, FormField] = MappingProxyType(
    {"credential": FormField("", type="hidden", required=False)}
)


@dataclass(frozen=True, slots=True)
class WebAuthnFactor:
    """Security keys and passkeys (WebAuthn Level 3); U2F keys too.

    Args:
        policy: What the site asks of keys.
        resident: Whether a key must be able to say who its user is, as a passkey does.
        name: What people read.
    """

    policy: WebAuthnPolicy
    resident: Literal["required", "preferred", "discouraged"] = "preferred"
    name: str = "Security key or passkey"

    method = _METHOD
    fields = _FIELDS
    enrol_fields = _FIELDS
    starts = True
    offers = True
    is_single_use = True
    long_fields = _LONG_FIELDS
    waits = False

    @property
    def role(self) -> Role:
        """Who has it, and what it is to have it."""
        return "enrolled"

    @property
    def script(self) -> str | None:
        """The JavaScript by which the page asks the browser for a key."""
        return browser_script()

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:
        """Answer what is wrong with its configuration.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        if not isinstance(self.policy, WebAuthnPolicy):
            yield Problem(
                "webauthn-policy",
                f"WebAuthnFactor(policy=...) is a {type(self.policy).__name__}.",
                "Pass WebAuthnPolicy(rp_id='example.com', rp_name='Example', "
                "origins=('https://example.com',)).",
            )
        elif base_url is not None and str(base_url) not in self.policy.origins:
            yield Problem(
                "webauthn-origin",
                f"WebAuthnPolicy(origins={self.policy.origins!r}) lacks the site's own origin, so "
                "that every key would be refused.",
                f"Add {str(base_url)!r}.",
            )
        if self.resident not in ("required", "preferred", "discouraged"):
            yield Problem(
                "webauthn-resident",
                f"WebAuthnFactor(resident={self.resident!r}) is unknown.",
                "Use 'preferred', 'required' or 'discouraged'.",
            )

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls: none."""
        return ()

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:
        """Tell whether a person has enrolled a key.

        Args:
            user: Who.
            enrolments: Their confirmed ones.
        """
        return bool(enrolments)

    async def start(self, step: Step) -> Started:
        """Make a challenge for the person's keys.

        Args:
            step: Who, and with what.
        """
        challenge = step.tools.entropy(_CHALLENGE_BYTES)
        options = request_options(self.policy, challenge=challenge, allow=_keys_of(step))
        return Started({"options": options}, b64url_encode(challenge).decode("ascii"))

    async def verify(
        self, step: Step, answer: SubmittedCredentials, kept: str | None
    ) -> Proven | Unproven:
        """Check what a key signed; it must be one of the person's.

        Args:
            step: Who, and with what.
            answer: Has ``credential``: the answer of ``navigator.credentials.get()`` as JSON.
            kept: The challenge.
        """
        response = answer.get("credential", "")
        named = credential_id_of(response)
        if kept is None or named is None:
            return Unproven()
        wanted = enrolment_id_of(named)
        enrolment = next((each for each in step.enrolments if each.id == wanted), None)
        key = None if enrolment is None else key_of(enrolment)
        if enrolment is None or key is None:
            return Unproven()
        try:
            assertion = verify_assertion(
                self.policy,
                response,
                key=key,
                last_counter=max(enrolment.counter, 0),
                expected_challenge=b64url_decode(kept.encode("ascii")),
                expected_user_handle=key.user_handle,
                expected_user_verification=False,
            )
        except WebAuthnError as error:
            return refused_assertion(error, enrolment)
        return await note_assertion(step.tools.store, enrolment, key, assertion, now=step.now)

    async def offer(self, step: Step) -> Started:
        """Make a challenge for a new key.

        Args:
            step: Who, and with what.
        """
        challenge, user = step.tools.entropy(_CHALLENGE_BYTES), step.user
        account = (user.email or user.name or step.user_id)[:64]
        options = creation_options(
            self.policy,
            challenge=challenge,
            user_handle=step.tools.handles.of(step.provider, step.user_id),
            user_name=account,
            display_name=(user.name or account)[:64],
            exclude=_keys_of(step),
            resident=self.resident,
        )
        return Started({"options": options}, b64url_encode(challenge).decode("ascii"))

    async def enrol(
        self, step: Step, answer: SubmittedCredentials, kept: str | None, *, name: str
    ) -> Enrolled | None:
        """Check what a new key answered, and keep its public key.

        Args:
            step: Who, and with what.
            answer: Has ``credential``: the answer of ``navigator.credentials.create()`` as JSON.
            kept: The challenge.
            name: What the person calls it.
        """
        if kept is None:
            return None
        try:
            registered = verify_registration(
                self.policy,
                answer.get("credential", ""),
                user_handle=step.tools.handles.of(step.provider, step.user_id),
                expected_challenge=b64url_decode(kept.encode("ascii")),
                expected_user_verification=False,
            )
        except WebAuthnError as error:
            _log.info(
                "A security key is not enrolled: %s", error.reason, extra={"code": error.code}
            )
            return None
        key = registered.key
        enrolment = enrolment_of(
            step,
            _METHOD,
            name=name,
            data=key.to_text(),
            counter=registered.counter,
            enrolment_id=enrolment_id_of(key.credential_id),
        )
        return Enrolled(enrolment, {})


@cache
def browser_script() -> str:
    """Answer the script by which a page asks the browser for a key."""
    script = files("nextauth.factors.webauthn") / "browser.js"
    return script.read_text(encoding="utf-8").strip()


def _keys_of(step: Step) -> list[StoredKey]:
    keys = map(key_of, step.enrolments)
    return [key for key in keys if key is not None]
