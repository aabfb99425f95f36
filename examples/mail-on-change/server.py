"""Owns the server of this example: people get a mail when something about their factors changes.

README.md says how to run it. The dict of people stands in for the system that already holds yours.
"""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Annotated

from fastapi import Depends, FastAPI

from nextauth import (
    Auth,
    Credentials,
    FormField,
    SecondFactor,
    Session,
    SubmittedCredentials,
    User,
)
from nextauth.events import (
    Event,
    FactorEnrolled,
    FactorRemoved,
    FactorsReset,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorRefused,
)
from nextauth.factors import FEW_CODES, Mailer, RecoveryFactor, SmtpMailer, TotpFactor
from nextauth.integrations.fastapi import RequireSession, auth_router
from nextauth.passwords import RECOMMENDED, Argon2Profile, Passwords
from nextauth.stores import MemoryStore

SITE = "shop.example"
HOUR = 3600
NAMES = {
    "recovery": "your recovery codes",
    "totp": "an authenticator app",
    "trusted-device": "a browser that you trusted",
}
FIELDS = {
    "email": FormField("Email", type="email"),
    "password": FormField("Password", type="password"),
}


def told_about(event: Event) -> str | None:
    """Answer what a person is told about an event; None if it is nothing to write about."""
    text = None
    match event:
        case FactorEnrolled(method=method):
            text = f"You can now prove who you are with {NAMES.get(method, method)}."
        case FactorRemoved(method=method):
            text = f"This was removed from your account: {NAMES.get(method, method)}."
        case FactorsReset():
            text = "We removed all second factors of your account: your password alone signs in."
        case RecoveryCodesRenewed(count=count):
            text = f"You have {count} new recovery codes. The older ones are no longer good."
        case RecoveryCodeUsed(left=left) if left <= FEW_CODES:
            text = f"You have {left} recovery codes left. Make new ones on your account page."
        case SecondFactorRefused():
            text = "Somebody entered your password, and then a wrong code. Change your password."
        case _:
            pass  # nothing to write about
    return text


@dataclass
class Notices:
    """A sink: writes to the person whom an event is about."""

    mailer: Mailer
    addresses: Mapping[str, str]  # by the user's id; ask your own system here
    last_warned: dict[str, float] = field(default_factory=dict)

    async def emit(self, event: Event) -> None:
        text = told_about(event)
        address = self.addresses.get(str(getattr(event, "user_id", None)))
        if text is None or address is None:
            return
        if isinstance(event, SecondFactorRefused) and not self.is_first_in_an_hour(event):
            return  # who tries twenty codes must not send twenty mails
        await self.mailer.send(self.letter(address, text, event))

    def is_first_in_an_hour(self, event: SecondFactorRefused) -> bool:
        last = self.last_warned.get(event.user_id)
        if last is not None and event.at.time - last < HOUR:
            return False
        self.last_warned[event.user_id] = event.at.time
        return True

    def letter(self, address: str, text: str, event: Event) -> EmailMessage:
        """Write it without a link: a mail that asks people to follow one teaches them to."""
        when = datetime.fromtimestamp(event.at.time, UTC)
        message = EmailMessage()
        message["From"] = self.mailer.sender
        message["To"] = address
        message["Subject"] = f"The security of your account at {SITE}"
        message["Date"] = when
        message["Message-ID"] = f"<{secrets.token_hex(16)}@{SITE}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(
            f"{text}\n\nThat was on {when:%d %B %Y at %H:%M} UTC, from the address "
            f"{event.at.address or 'that we do not know'}.\n\n"
            f"If it was not you, go to {SITE} as you always do, change your password, and look "
            "at your account page.\n"
        )
        return message


def make_app(
    mailer: Mailer | None = None,
    secret: str | None = None,
    clock: Callable[[], float] = time.time,
    profile: Argon2Profile = RECOMMENDED,
) -> FastAPI:
    passwords = Passwords(profile)
    hashes = {"ada": passwords.hash("analytical")}
    addresses = {"ada": "ada@example.com"}

    def authorize(credentials: SubmittedCredentials) -> User | None:
        address = credentials["email"].strip().lower()
        user_id = next((each for each, known in addresses.items() if known == address), None)
        known = hashes.get(user_id) if user_id else None
        right, _ = passwords.verify_and_upgrade(credentials["password"], known)
        return User(id=user_id, email=address) if right else None

    auth = Auth(
        providers=[Credentials(authorize=authorize, fields=FIELDS)],
        secret=secret,  # without one, AUTH_SECRET
        second_factor=SecondFactor(
            MemoryStore(), methods=(TotpFactor(), RecoveryFactor()), account_pages=True
        ),
        events=[Notices(mailer or mailer_of_environment(), addresses)],
        clock=clock,
    )
    app = FastAPI()
    app.state.auth = auth
    app.include_router(auth_router(auth))

    @app.get("/")
    async def home(session: Annotated[Session, Depends(RequireSession(auth))]) -> dict[str, str]:
        return {"signed in as": session.user.email or "", "see": "/api/auth/account"}

    return app


def mailer_of_environment() -> SmtpMailer:
    host = os.environ.get("SMTP_HOST", "localhost")
    if host == "localhost":  # a server on this machine, for a try: nothing is encrypted
        port = int(os.environ.get("SMTP_PORT", "8025"))
        return SmtpMailer(host, port, sender=f"security@{SITE}", security="none")
    return SmtpMailer(
        host,
        sender=os.environ["SMTP_SENDER"],
        username=os.environ.get("SMTP_USER"),
        password=os.environ.get("SMTP_PASSWORD"),
    )
