"""Owns what it takes to send a message, and the error that says that one was not sent."""

from __future__ import annotations

from email.message import EmailMessage
from typing import ClassVar, Protocol

from nextauth.errors import NextauthError

__all__ = ["MailUnavailable", "Mailer"]


class MailUnavailable(NextauthError):  # noqa: N818 - as StoreUnavailable: what the matter is
    """A message could not be sent.

    Args:
        message: Which service, and what happened; never an address, a code or a password.
        reply: The mail server's reply code (RFC 5321, 4.2), if it gave one. From 500 on, another
            try would not help.
    """

    code: ClassVar[str] = "MailUnavailable"

    def __init__(self, message: str, *, reply: int | None = None) -> None:
        self.reply: int | None = reply
        super().__init__(message)


class Mailer(Protocol):
    """Sends messages: `SmtpMailer`, or what an application has for it. It needs an event loop."""

    @property
    def sender(self) -> str:
        """The address that its messages are from."""
        ...

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over to who delivers it; give it a timeout, since a browser waits.

        Args:
            message: It has one recipient. It may hold a code: do not log it.

        Raises:
            MailUnavailable: It was not taken.
        """
        ...
