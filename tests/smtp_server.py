"""Owns the mail server of the tests: aiosmtpd on loopback, in a thread, with its own authority.

What it does is in its `Handler`, which a test replaces method by method.
"""

# ruff: noqa: ARG002, N802 - the names and arguments are those of aiosmtpd's hooks

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

__all__ = ["Authority", "Handler", "Letter", "listening", "smtp_server"]

_PATIENCE = 60
_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Letter:
    """A message that arrived, and what its envelope says."""

    sender: str
    recipients: list[str]
    raw: bytes
    options: list[str]
    greeted_as: str
    is_encrypted: bool
    login: bytes | None

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.SMTPUTF8)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Handler:
    """What the server does. `answers` are what it says to MAIL, RCPT and DATA in place of 250."""

    accounts: Mapping[bytes, bytes] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    letters: list[Letter] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    connections: int = 0

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        is_right = self.accounts.get(data.login) == data.password
        return AuthResult(success=is_right, handled=False, auth_data=data)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        await asyncio.sleep(self.delay)
        session.host_name = name
        return lines

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        await asyncio.sleep(self.delay)
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = sender
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        await asyncio.sleep(self.delay)
        if "RCPT" in self.answers:
            return self.answers["RCPT"].format(to=to)
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.answers:
            return self.answers["DATA"]
        data: Any = session.auth_data
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from is not None
        assert server.transport is not None
        self.letters.append(
            Letter(
                envelope.mail_from,
                envelope.rcpt_tos,
                envelope.content,
                envelope.mail_options,
                session.host_name or "",
                server.transport.get_extra_info("sslcontext") is not None,
                data.login if data else None,
            )
        )
        return "250 OK"


class Authority:
    """A certificate authority that nobody trusts but who is given `client_context`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name.from_rfc4514_string("CN=the authority of a test")
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        self._certificate = self._sign(self._name, self._key.public_key(), constraints)

    def server_context(self, host: str = "127.0.0.1") -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [_general_name(host)]
        subject = x509.Name.from_rfc4514_string("CN=a mail server of a test")
        leaf = self._sign(subject, key.public_key(), x509.SubjectAlternativeName(names))
        file = self._folder / f"{host}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + leaf.public_bytes(Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def client_context(self) -> ssl.SSLContext:
        pem = self._certificate.public_bytes(Encoding.PEM).decode("ascii")
        return ssl.create_default_context(cadata=pem)

    def _sign(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        is_authority = isinstance(extension, x509.BasicConstraints)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _YEAR)
            .not_valid_after(now + _YEAR)
            .add_extension(extension, critical=is_authority)
            # RFC 5280, 4.2.1: from Python 3.13 on, a certificate without them is refused.
            .add_extension(_usage(is_authority=is_authority), critical=True)
            .add_extension(issuer, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .sign(self._key, SHA256())
        )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


@contextmanager
def smtp_server(
    handler: Handler,
    *,
    security: Literal["starttls", "tls", "none"] = "none",
    context: ssl.SSLContext | None = None,
    has_utf8: bool = True,
) -> Generator[int]:
    """Run a mail server until the block ends.

    Args:
        handler: What it does.
        security: What it offers.
        context: Its certificate, unless it offers none.
        has_utf8: Whether it takes internationalised addresses.
    """

    def protocol(loop: asyncio.AbstractEventLoop) -> SMTP:
        handler.connections += 1
        return SMTP(
            handler,
            hostname="mail.test",
            enable_SMTPUTF8=has_utf8,
            tls_context=context if security == "starttls" else None,
            auth_require_tls=security == "starttls",
            auth_exclude_mechanism=() if handler.accounts else ("LOGIN", "PLAIN"),
            authenticator=handler.authenticate,
            timeout=_PATIENCE,
            loop=loop,
        )

    with listening(protocol, context=context if security == "tls" else None) as port:
        yield port


@contextmanager
def listening(
    protocol: Callable[[asyncio.AbstractEventLoop], asyncio.BaseProtocol],
    *,
    context: ssl.SSLContext | None = None,
) -> Generator[int]:
    """Listen on a port of loopback, in a thread, until the block ends.

    Args:
        protocol: Makes what answers a connection.
        context: Encrypts from the start.
    """
    loop = asyncio.new_event_loop()
    # A client that breaks off, and a handshake that fails, are what the tests are about.
    loop.set_exception_handler(lambda _loop, _context: None)
    server: asyncio.Server = loop.run_until_complete(
        loop.create_server(lambda: protocol(loop), "127.0.0.1", 0, ssl=context)
    )
    is_running = Event()
    loop.call_soon(is_running.set)
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    assert is_running.wait(_PATIENCE)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(_PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE)
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
