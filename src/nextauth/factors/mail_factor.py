"""Owns a code by e-mail as a second factor: weak, and for who has nothing better."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from nextauth.errors import Problem, StoreUnavailable
from nextauth.factors.base import Proven, Role, Started, Step, Unproven
from nextauth.factors.mail import (
    KeptMailCode,
    Mailer,
    MailTexts,
    MailUnavailable,
    code_message,
    keep_mail_code,
    masked_address,
    new_mail_code,
    verify_mail_code,
)
from nextauth.factors.mail.address import split_address
from nextauth.fields import NO_FIELDS, NO_SCRIPT, FormField
from nextauth.hooks import Hook
from nextauth.models import SubmittedCredentials, User
from nextauth.stores import Enrolment
from nextauth.web import Origin

__all__ = ["MailFactor"]

_log = logging.getLogger("nextauth.factors")
_METHOD = "email"
_MINUTE = 60
_FIELDS: Mapping[str, FormField] = MappingProxyType(
    {"code": FormField("Code", autocomplete="one-time-code")}
)


@dataclass(frozen=True, slots=True)
class MailFactor:
    """Codes that are sent to a person's e-mail address.

    **Weak**: whoever reads the mailbox passes, and mailboxes are mostly opened with a password too.
    NIST SP 800-63B does not accept it, nor does OWASP ASVS 5.0 at level 3 (6.3.6).

    Args:
        mailer: Sends the messages, such as `SmtpMailer`.
        role: ``"fallback"``: only for who has enrolled no other factor. ``"always"``: beside
            whatever they have, which makes the strongest of them as weak as this one.
        digits: Digits of a code, 6 to 10.
        minutes: How long a code is good, 2 to 60.
        texts: What the message says.
        name: What people read.
    """

    mailer: Mailer = field(repr=False)
    role: Role = "fallback"
    digits: int = 8
    minutes: int = 10
    texts: MailTexts = field(default_factory=MailTexts, repr=False)
    name: str = "Code by e-mail"

    method = _METHOD
    fields = _FIELDS
    starts = True
    is_single_use = False
    script = NO_SCRIPT
    long_fields = NO_FIELDS
    waits = True

    def problems(self, base_url: Origin | None) -> Iterable[Problem]:
        """Answer what is wrong with its configuration.

        Args:
            base_url: The site's public origin, where that is configured.
        """
        if not hasattr(self.mailer, "send") or isinstance(self.mailer, type):
            yield Problem(
                "mail-mailer",
                f"MailFactor(mailer=...) got a {type(self.mailer).__name__}, which sends nothing.",
                "Pass SmtpMailer(host, sender='login@example.com').",
            )
        if self.role not in ("fallback", "always"):
            yield Problem(
                "mail-role",
                f"MailFactor(role={self.role!r}): nobody enrols an e-mail address here.",
                "Use 'fallback', or 'always'.",
            )
        for name, least, most in (("digits", 6, 10), ("minutes", 2, 60)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                yield Problem(
                    "mail-number",
                    f"MailFactor({name}={value!r}) is out of its range.",
                    f"Use an int from {least} to {most}.",
                )

    def hooks(self) -> Iterable[Hook]:
        """Answer the application's functions that it calls: none."""
        return ()

    def is_for(self, user: User, enrolments: Sequence[Enrolment]) -> bool:
        """Tell whether a person has an address that a message can be sent to.

        Args:
            user: Who.
            enrolments: None.
        """
        try:
            split_address(user.email or "")
        except ValueError:
            return False
        return True

    async def start(self, step: Step) -> Started:
        """Send a code.

        Args:
            step: Who, and with what.

        Raises:
            StoreUnavailable: The mail server did not take the message.
        """
        tools, address = step.tools, step.user.email or ""
        code = new_mail_code(tools.entropy, self.digits)
        kept = keep_mail_code(
            code,
            address=address,
            at=step.now,
            entropy=tools.entropy,
            pepper=tools.keyring.purpose("mail-code")[0],
            life=self.minutes * _MINUTE,
        )
        message = code_message(
            code,
            to=address,
            sender=self.mailer.sender,
            site=step.origin.host,
            minutes=self.minutes,
            at=step.now,
            entropy=tools.entropy,
            texts=self.texts,
        )
        try:
            await self.mailer.send(message)
        except MailUnavailable as error:
            raise StoreUnavailable(str(error)) from None
        return Started({"sentTo": masked_address(address)}, kept.to_text())

    async def verify(
        self, step: Step, answer: SubmittedCredentials, kept: str | None
    ) -> Proven | Unproven:
        """Check a code. That it is good once follows from the sign-in, which is redeemed once.

        Args:
            step: Who, and with what.
            answer: Has ``code``.
            kept: What is known of the code that was sent.
        """
        if kept is None:
            return Unproven()
        try:
            sent = KeptMailCode.from_text(kept)
        except ValueError:
            return Unproven()
        is_right = verify_mail_code(
            sent,
            answer.get("code"),
            address=step.user.email,
            at=step.now,
            peppers=step.tools.keyring.purpose("mail-code"),
        )
        return Proven(("mca",)) if is_right else Unproven()
