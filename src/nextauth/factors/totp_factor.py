"""Owns TOTP as a second factor: kept sealed, each step accepted once for all processes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from nextauth.errors import Problem, StoreUnavailable, TokenError
from nextauth.factors.base import Proven, Role, Started, Step, Unproven
from nextauth.factors.enrolling import Enrolled, enrolment_of
from nextauth.factors.qr import totp_qr
from nextauth.factors.totp import STANDARD, TotpOptions, new_totp_secret, totp_uri, verify_totp
from nextauth.fields import NO_FIELDS, NO_SCRIPT, FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment
from nextauth.web import Origin

__all__ = ["TotpFactor"]

_log = logging.getLogger("nextauth.factors")
_METHOD = "totp"
_GROUP = 4
_FIELDS = MappingProxyType({"code": FormField("Code", autocomplete="one-time-code")})


@dataclass(frozen=True, slots=True)
class TotpFactor:
    """Codes of an authenticator app (RFC 6238).

    Args:
        issuer: Whose site it is, as the app shows it; None: the theme's name, else the host.
        options: How codes are made. What is changed leaves those out who have enrolled before.
        name: What people read.
    """

    issuer: str | None = None
    options: TotpOptions = STANDARD
    name: str = "Authenticator app"

    method = _METHOD
    fields = _FIELDS
    enrol_fields = _FIELDS
    starts = False
    offers = True
    is_single_use = False
    script = NO_SCRIPT
    long_fields = NO_FIELDS
    waits = False

    @property
    def role(self) -> Role:
        """Who has it, and what it is to have it."""
        return "enrolled"

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:
        """Answer what is wrong with its configuration.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        issuer = self.issuer
        if issuer is not None and (not issuer.strip() or ":" in issuer):
            yield Problem(
                "totp-issuer",
                f"TotpFactor(issuer={issuer!r}) is empty, or has a colon, which separates the "
                "issuer from the account.",
                "Write the site's name, such as 'Example'.",
            )

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls: none."""
        return ()

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:
        """Tell whether a person has enrolled an app.

        Args:
            user: Who.
            enrolments: Their confirmed ones.
        """
        return bool(enrolments)

    async def start(self, step: Step) -> Started:
        """Do nothing: the app shows a code at all times.

        Args:
            step: Who, and with what.
        """
        return Started({}, "")

    async def verify(
        self, step: Step, answer: SubmittedCredentials, kept: str | None
    ) -> Proven | Unproven:
        """Check a code against every app of the person; its step is good once.

        Args:
            step: Who, and with what.
            answer: Has ``code``.
            kept: Nothing.
        """
        # All of them, so that a secret which is enrolled twice is not good twice.
        found = [
            await self._takes(step, enrolment, answer.get("code")) for enrolment in step.enrolments
        ]
        taken = [each for each in found if each is not None]
        return Proven(("otp",)) if taken and all(taken) else Unproven()

    async def _takes(self, step: Step, enrolment: Enrolment, code: str | None) -> bool | None:
        """Use a code up; False if another request was first with it, None if it is wrong."""
        account = (step.provider, step.user_id)
        secrets = step.tools.secrets
        try:
            secret = secrets.open(enrolment.data, provider=account[0], user_id=account[1])
            after = enrolment.counter if enrolment.counter >= 0 else None
            accepted = verify_totp(secret, code, at=step.now, options=self.options, after=after)
        except (TokenError, ValueError):
            _log.error(
                "An enrolled authenticator app cannot be checked: the secret that sealed it is no "
                "longer among Auth(secret=[...]), or another digit count is configured now.",
                extra={"code": "factor-unreadable"},
            )
            return None
        if accepted is None:
            return None
        store = step.tools.store
        if not await store.advance(*account, enrolment.id, accepted, now=step.now):
            return False
        await self._seal_anew(step, enrolment)
        return True

    async def _seal_anew(self, step: Step, enrolment: Enrolment) -> None:
        """Seal the secret under the site's newest one; what fails is done the next time."""
        account = (step.provider, step.user_id)
        renewed = step.tools.secrets.renewed(
            enrolment.data, provider=account[0], user_id=account[1]
        )
        if renewed is None:
            return
        try:
            await step.tools.store.replace_data(
                *account, enrolment.id, renewed, expected=enrolment.data, now=step.now
            )
        except StoreUnavailable as error:
            _log.warning("A secret is not sealed anew: %s", error, extra={"code": error.code})

    async def offer(self, step: Step) -> Started:
        """Make a secret, to be shown as a picture and as text until a code of it was entered.

        Args:
            step: Who, and with what.
        """
        secret = new_totp_secret(step.tools.entropy)
        uri = totp_uri(
            secret,
            account=_plain(step.user.email or step.user.name or step.user_id) or "account",
            issuer=_plain(self.issuer or step.tools.site) or "site",
            options=self.options,
        )
        shown = {"uri": uri, "secret": _grouped(secret), "qr": totp_qr(uri)}
        return Started(shown, secret)

    async def enrol(
        self, step: Step, answer: SubmittedCredentials, kept: str | None, *, name: str
    ) -> Enrolled | None:
        """Check the first code, and keep the secret, sealed.

        Args:
            step: Who, and with what.
            answer: Has ``code``.
            kept: The secret.
            name: What the person calls the app.
        """
        if kept is None:
            return None
        accepted = verify_totp(kept, answer.get("code"), at=step.now, options=self.options)
        if accepted is None:
            return None
        sealed = step.tools.secrets.seal(kept, provider=step.provider, user_id=step.user_id)
        enrolment = enrolment_of(step, _METHOD, name=name, data=sealed, counter=accepted)
        return Enrolled(enrolment, {})


def _plain(name: str) -> str:
    """Answer a name as an ``otpauth`` address takes it: printable, without a colon, not long."""
    return "".join(each for each in name if each.isprintable() and each != ":").strip()[:254]


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
