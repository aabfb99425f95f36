"""Owns what the tests of mail send, and how they see that nothing of it is told."""

import asyncio
import traceback
from email.message import EmailMessage
from typing import Any

import pytest

from nextauth.factors.mail import Mailer, MailUnavailable, SmtpMailer, code_message

__all__ = [
    "ADA",
    "CODE",
    "HERE",
    "PASSWORD",
    "PATIENCE",
    "SENDER",
    "letter_to",
    "mailer",
    "refusal",
    "send",
]

CODE = "01234567"
ADA = "ada.lovelace@example.com"
SENDER = "no-reply@example.org"
PASSWORD = "the server's own password"
HERE = "127.0.0.1"
PATIENCE = 60.0


def letter_to(to: str = ADA) -> EmailMessage:
    return code_message(
        CODE,
        to=to,
        sender=SENDER,
        site="example.org",
        minutes=10,
        at=1_750_000_000,
        entropy=bytes,
    )


def mailer(port: int, **changed: Any) -> SmtpMailer:  # noqa: ANN401
    arguments: dict[str, Any] = {"sender": SENDER, "security": "none", "timeout": PATIENCE}
    return SmtpMailer(HERE, port, **arguments | changed)


def send(by: Mailer, message: EmailMessage | None = None) -> None:
    asyncio.run(by.send(letter_to() if message is None else message))


def refusal(by: Mailer, message: EmailMessage | None = None) -> MailUnavailable:
    """Send what is not taken, and see that nothing of it is told."""
    with pytest.raises(MailUnavailable) as caught:
        send(by, message)
    error = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    for secret in (CODE, "lovelace", PASSWORD, "is your code"):
        assert secret not in told
    return error
