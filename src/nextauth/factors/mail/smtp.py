"""Owns how a message is sent over SMTP: from one address, to one, over an encrypted connection."""

from __future__ import annotations

from email.message import EmailMessage

from nextauth.factors.mail.address import split_address
from nextauth.factors.mail.server import MailServer, Security, TlsContext

__all__ = ["SmtpMailer"]

_OTHER_RECIPIENTS = ("Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc")


class SmtpMailer:
    """Sends over SMTP (RFC 5321), with a connection for each message.

    Certificates are checked, always. aiosmtplib is imported with the first message.

    Args:
        host: The mail server's name or IP address, as its certificate has it.
        port: Its port. None: 587 for STARTTLS, 465 for TLS, 25 unencrypted.
        username: Our account there (RFC 4954), or None if it asks for none.
        password: Its password; in no repr and no error.
        security: ``"starttls"`` begins unencrypted and goes no further until the connection is
            encrypted (RFC 3207). ``"tls"`` is encrypted from the start (RFC 8314, 3.3).
            ``"none"`` is for a server on this machine only.
        sender: The address that messages are from, in ASCII. Bounces go there. We name its domain
            to the server as ours (RFC 5321, 4.1.1.1).
        timeout: Seconds for reaching the server, for its greeting, and for all that follows.
        tls_context: An ``ssl.SSLContext`` that checks certificates, such as one with your own
            authority. None: the authorities that this machine trusts.

    Raises:
        TypeError: One of them is of another type.
        ValueError: One of them is of another form, or unsafe.
    """

    __slots__ = ("_sender", "_server")

    def __init__(  # noqa: PLR0913 - what a mail server is reached by
        self,
        host: str,
        port: int | None = None,
        *,
        sender: str,
        username: str | None = None,
        password: str | None = None,
        security: Security = "starttls",
        timeout: float = 10.0,
        tls_context: TlsContext | None = None,
    ) -> None:
        self._server = MailServer(
            host=host,
            port=MailServer.default_port(security) if port is None else port,
            security=security,
            timeout=timeout,
            username=username,
            password=password,
            tls_context=tls_context,
        )
        split_address(sender)  # for what it raises
        if not sender.isascii():
            msg = f"SmtpMailer(sender={sender!r}): use ASCII, with its domain as 'xn--...'"
            raise ValueError(msg)
        self._sender = sender

    def __repr__(self) -> str:
        server = self._server
        return f"SmtpMailer({server.host!r}, {server.port}, security={server.security!r})"

    @property
    def sender(self) -> str:
        """The address that its messages are from."""
        return self._sender

    async def send(self, message: EmailMessage) -> None:
        """Hand a message over to the mail server.

        Args:
            message: It is to one address. An internationalised one needs a server that has
                SMTPUTF8 (RFC 6531).

        Raises:
            MailUnavailable: The server did not take it. What it said is not in the error, since
                that mostly holds the address: only its reply code is.
            ValueError: The message is to nobody, or to more than one.
            ImportError: aiosmtplib is not installed.
        """
        recipient = _recipient(message)
        from nextauth.factors.mail.conversation import deliver  # noqa: PLC0415 - with an extra

        await deliver(self._server, message, sender=self._sender, recipient=recipient)


def _recipient(message: EmailMessage) -> str:
    found = [
        each.addr_spec
        for header in message.get_all("To", [])
        for each in getattr(header, "addresses", ())
    ]
    if len(found) != 1 or any(name in message for name in _OTHER_RECIPIENTS):
        msg = "SmtpMailer.send takes a message that is to one address, without Cc and Bcc"
        raise ValueError(msg)
    split_address(found[0])  # for what it raises
    return str(found[0])
