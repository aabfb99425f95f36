"""Owns one conversation with a mail server, by aiosmtplib, and what is told of one that failed."""

from __future__ import annotations

import re
from contextlib import suppress
from email.message import EmailMessage
from typing import Any, cast

from nextauth.factors.mail.mailer import MailUnavailable
from nextauth.factors.mail.server import MailServer

try:
    import aiosmtplib
except ImportError as _error:  # pragma: no cover - the tests run with aiosmtplib
    message = "e-mail codes need aiosmtplib: pip install 'nextauth[mail]'"
    raise ImportError(message) from _error

__all__ = ["deliver"]

_GOODBYE = 1.0  # seconds for the answer to QUIT: the message is with the server by then
_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")  # RFC 3463, 2
_LONGEST_TOLD = 200


class _LacksError(Exception):
    """The server does not offer what we insist on."""


async def deliver(
    server: MailServer, message: EmailMessage, *, sender: str, recipient: str
) -> None:
    """Connect, encrypt, log in, hand the message over, and leave.

    Args:
        server: The server.
        message: The message.
        sender: Who it is from, for the server.
        recipient: Who it is for.

    Raises:
        MailUnavailable: The server did not take it.
    """
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        # Ours is not asked of the system: that may wait for DNS, and names this machine.
        local_hostname=sender.partition("@")[2],
        timeout=server.timeout,
        use_tls=server.security == "tls",
        start_tls=False,  # `_hand_over` does it, under the time limit of the whole
        validate_certs=True,
        tls_context=cast("Any", server.tls_context),
    )
    failure = await _failure(client, server, message, sender=sender, recipient=recipient)
    # Raised out here, where nothing leads to the library's own error, which holds the address.
    if failure is not None:
        raise failure


async def _failure(
    client: aiosmtplib.SMTP,
    server: MailServer,
    message: EmailMessage,
    *,
    sender: str,
    recipient: str,
) -> MailUnavailable | None:
    transport = limit = failure = None
    try:
        try:
            await client.connect()
            transport, loop = cast("Any", client.transport), cast("Any", client.loop)
            # The library limits each step; a server that is slow at each of ten is stopped here.
            limit = loop.call_later(server.timeout, client.close)
            await _hand_over(client, server, message, sender=sender, recipient=recipient)
        except Exception as error:  # noqa: BLE001 - also what TLS and the library itself raise
            is_late = limit is not None and loop.time() >= limit.when()
            failure = _told(error, server, is_late=is_late or isinstance(error, TimeoutError))
        if limit is not None:
            limit.cancel()
            await _say_goodbye(client)
    finally:
        if limit is not None and transport is not None:
            limit.cancel()
            transport.abort()  # TLS would wait half a minute for a server that does not answer
    return failure


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """Leave as one should (RFC 5321, 4.1.1.10); whatever comes now changes nothing."""
    if client.is_connected:
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=_GOODBYE)


async def _hand_over(
    client: aiosmtplib.SMTP,
    server: MailServer,
    message: EmailMessage,
    *,
    sender: str,
    recipient: str,
) -> None:
    await client.ehlo()
    if server.security == "starttls":
        if not client.supports_extension("starttls"):
            lacks = "it offers no STARTTLS, and nothing is sent unencrypted"
            raise _LacksError(lacks)
        await client.starttls()
        await client.ehlo()  # RFC 3207, 4.2: what was said before does not count
    if server.username is not None and server.password is not None:
        if not client.supported_auth_methods:
            lacks = "it offers no way to log in that we know"
            raise _LacksError(lacks)
        await client.login(server.username, server.password)
    await client.send_message(message, sender=sender, recipients=[recipient])


def _told(error: Exception, server: MailServer, *, is_late: bool) -> MailUnavailable:
    reason = f"no answer within {server.timeout:g} s" if is_late else _reason(error)
    refused = _refusal(error)
    return MailUnavailable(
        f"mail server {server.host}:{server.port}: {reason}",
        reply=None if refused is None else refused.code,
    )


def _reason(error: Exception) -> str:
    """Say what happened in our own words: a server's often hold the address."""
    refused = _refusal(error)
    if refused is not None:
        return f"it refused {_what(error)} ({_codes(refused)})"
    if isinstance(error, _LacksError):
        return str(error)
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return "it takes no internationalised addresses (SMTPUTF8, RFC 6531)"
    cause = error.__cause__ or error
    certificate = getattr(cause, "verify_message", None)  # ssl.SSLCertVerificationError
    if isinstance(certificate, str):
        return f"its certificate is refused: {certificate[:_LONGEST_TOLD]}"
    if isinstance(error, aiosmtplib.SMTPConnectError):
        return f"it cannot be reached ({type(cause).__name__})"
    return f"the connection failed ({type(cause).__name__})"


def _refusal(error: Exception) -> aiosmtplib.SMTPResponseException | None:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return error.recipients[0]  # there was one
    return error if isinstance(error, aiosmtplib.SMTPResponseException) else None


def _what(error: Exception) -> str:
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (aiosmtplib.SMTPAuthenticationError, "the username or the password"),
        (aiosmtplib.SMTPSenderRefused, "the sender"),
        (aiosmtplib.SMTPRecipientsRefused, "the recipient"),
        (aiosmtplib.SMTPDataError, "the message"),
    )
    return next((what for kind, what in kinds if isinstance(error, kind)), "to go on")


def _codes(refused: aiosmtplib.SMTPResponseException) -> str:
    enhanced = _ENHANCED.match(refused.message)
    return f"{refused.code} {enhanced[0]}" if enhanced else str(refused.code)
