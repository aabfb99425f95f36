"""Sending over SMTP, to a real server on loopback: what arrives, what is refused, what is told."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from nextauth.errors import NextauthError
from nextauth.factors.mail import MailUnavailable
from tests.smtp_server import Authority, Handler, Letter, smtp_server
from tests.unit.factors.mailing import (
    ADA,
    CODE,
    HERE,
    PASSWORD,
    SENDER,
    letter_to,
    mailer,
    refusal,
    send,
)

REFUSED = "550 5.1.1 <{to}>: there is no such user"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def handler() -> Handler:
    return Handler()


def only(letters: list[Letter]) -> Letter:
    [letter] = letters
    return letter


def test_a_message_arrives_as_it_was_written(handler: Handler) -> None:
    with smtp_server(handler) as port:
        send(mailer(port))
    letter = only(handler.letters)
    assert letter.sender == SENDER
    assert letter.recipients == [ADA]
    assert letter.greeted_as == "example.org"
    assert not letter.is_encrypted
    sent = letter_to()
    assert letter.message.get_content().splitlines() == sent.get_content().splitlines()
    assert letter.message.get_content().startswith(CODE)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"):
        assert letter.message[name] == sent[name]
    assert not any(name in letter.message for name in ("Cc", "Bcc", "Sender"))


def test_one_mailer_sends_many_on_any_loop(handler: Handler) -> None:
    async def five() -> None:
        await asyncio.gather(*(by.send(letter_to()) for _ in range(5)))

    with smtp_server(handler) as port:
        by = mailer(port)
        asyncio.run(five())
        asyncio.run(five())
    assert len(handler.letters) == handler.connections == 10


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_is_encrypted_and_logged_in(authority: Authority, security: Any) -> None:  # noqa: ANN401
    handler = Handler(accounts={b"shop": PASSWORD.encode()})
    context = authority.server_context()
    with smtp_server(handler, security=security, context=context) as port:
        account = {"username": "shop", "password": PASSWORD}
        trusting = {"tls_context": authority.client_context(), "security": security}
        send(mailer(port, **account, **trusting))
        wrong = mailer(port, username="shop", password="guessed", **trusting)
        error = refusal(wrong)
    letter = only(handler.letters)
    assert letter.is_encrypted
    assert letter.login == b"shop"
    assert error.reply == 535
    assert str(error) == (
        f"mail server {HERE}:{port}: it refused the username or the password (535 5.7.8)"
    )


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_whom_we_trust(authority: Authority, security: Any) -> None:  # noqa: ANN401
    handler = Handler(accounts={b"shop": PASSWORD.encode()})
    context = authority.server_context()
    with smtp_server(handler, security=security, context=context) as port:
        error = refusal(mailer(port, security=security, username="shop", password=PASSWORD))
    assert f"{HERE}:{port}: its certificate is refused" in str(error)
    assert (handler.letters, handler.logins) == ([], [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_another_host(authority: Authority, security: Any) -> None:  # noqa: ANN401
    handler = Handler(accounts={b"shop": PASSWORD.encode()})
    context = authority.server_context("mail.example.com")
    with smtp_server(handler, security=security, context=context) as port:
        error = refusal(
            mailer(
                port,
                security=security,
                username="shop",
                password=PASSWORD,
                tls_context=authority.client_context(),
            )
        )
    assert "its certificate is refused" in str(error)
    assert "mismatch" in str(error)
    assert (handler.letters, handler.logins) == ([], [])


def test_a_server_that_does_not_encrypt_gets_nothing() -> None:
    handler = Handler(accounts={b"shop": PASSWORD.encode()})
    with smtp_server(handler) as port:
        error = refusal(mailer(port, security="starttls", username="shop", password=PASSWORD))
    assert "it offers no STARTTLS, and nothing is sent unencrypted" in str(error)
    assert (handler.letters, handler.logins) == ([], [])


def test_a_server_that_encrypts_later_than_we_ask(handler: Handler) -> None:
    with smtp_server(handler) as port:
        error = refusal(mailer(port, security="tls"))
    assert "it cannot be reached" in str(error)
    assert handler.letters == []


def test_a_server_without_log_in(authority: Authority, handler: Handler) -> None:
    with smtp_server(handler, security="starttls", context=authority.server_context()) as port:
        account = {"username": "shop", "password": PASSWORD}
        trusting = {"tls_context": authority.client_context(), "security": "starttls"}
        error = refusal(mailer(port, **account, **trusting))
    assert "no way to log in" in str(error)
    assert handler.letters == []


@pytest.mark.parametrize(
    ("answers", "reply", "told"),
    [
        ({"RCPT": REFUSED}, 550, "it refused the recipient (550 5.1.1)"),
        ({"RCPT": "450 {to} is greylisted"}, 450, "it refused the recipient (450)"),
        ({"MAIL": "553 5.7.1 not from here"}, 553, "it refused the sender (553 5.7.1)"),
        ({"DATA": f"554 5.7.1 {ADA}: {CODE}"}, 554, "it refused the message (554 5.7.1)"),
        ({"DATA": "421 5.1.1.1 later"}, 421, "it refused the message (421)"),
    ],
)
def test_a_refusal_is_told_by_its_number_alone(
    answers: Mapping[str, str], reply: int, told: str
) -> None:
    handler = Handler(answers=answers)
    with smtp_server(handler) as port:
        error = refusal(mailer(port))
    assert str(error) == f"mail server {HERE}:{port}: {told}"
    assert error.reply == reply
    assert handler.letters == []


@pytest.mark.parametrize("to", ["jörg@example.com", "ada@bücher.example", "用户@例子.例"])
def test_an_internationalised_address(handler: Handler, to: str) -> None:
    with smtp_server(handler) as port:
        send(mailer(port), letter_to(to))
    letter = only(handler.letters)
    assert letter.recipients == [to]
    assert "SMTPUTF8" in letter.options
    assert f"To: {to}".encode() in letter.raw
    with smtp_server(handler, has_utf8=False) as port:
        error = refusal(mailer(port), letter_to(to))
    assert "no internationalised addresses" in str(error)
    assert to not in str(error)
    assert len(handler.letters) == 1


def test_the_longest_address_arrives_whole(handler: Handler) -> None:
    to = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 61}"
    with smtp_server(handler) as port:
        send(mailer(port), letter_to(to))
    letter = only(handler.letters)
    assert letter.recipients == [to]
    assert letter.message["To"].addresses[0].addr_spec == to


def with_header(name: str, value: str) -> EmailMessage:
    message = letter_to()
    message[name] = value
    return message


def without_recipient() -> EmailMessage:
    message = letter_to()
    del message["To"]
    return message


def to_two() -> EmailMessage:
    message = without_recipient()
    message["To"] = f"{ADA}, eve@example.com"
    return message


def quoted() -> EmailMessage:
    message = without_recipient()
    message["To"] = '"ada> SIZE=1" <"a b"@example.com>'
    return message


@pytest.mark.parametrize(
    "made",
    [
        EmailMessage,
        without_recipient,
        to_two,
        quoted,
        lambda: with_header("Cc", "eve@example.com"),
        lambda: with_header("Bcc", "eve@example.com"),
        lambda: with_header("Resent-To", "eve@example.com"),
    ],
    ids=range(7),
)
def test_a_message_is_to_one(handler: Handler, made: Callable[[], EmailMessage]) -> None:
    with smtp_server(handler) as port, pytest.raises(ValueError, match="one"):
        send(mailer(port), made())
    assert handler.connections == 0


def test_nothing_is_logged(
    authority: Authority, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    handler = Handler(accounts={b"shop": PASSWORD.encode()})
    context = authority.server_context()
    caplog.set_level(logging.DEBUG)
    with smtp_server(handler, security="starttls", context=context) as port:
        account = {"username": "shop", "password": PASSWORD, "security": "starttls"}
        by = mailer(port, **account, tls_context=authority.client_context())
        asyncio.run(by.send(letter_to()), debug=True)
        handler.answers = {"RCPT": REFUSED}
        refusal(by)
    assert len(handler.letters) == 1
    ours = [each.getMessage() for each in caplog.records if each.name != "mail.log"]
    assert any(each.name == "mail.log" for each in caplog.records)
    for told in (*ours, *capfd.readouterr()):
        for secret in (CODE, ADA, PASSWORD):
            assert secret not in told


def test_the_error_is_one_of_ours() -> None:
    assert issubclass(MailUnavailable, NextauthError)
    assert MailUnavailable.code == "MailUnavailable"
    assert MailUnavailable("a service: it is down").reply is None


def test_what_is_missing_is_named_with_the_first_message() -> None:
    """In an interpreter of its own, where aiosmtplib cannot be imported."""
    program = f"""
import sys
sys.modules["aiosmtplib"] = None
from nextauth.factors.mail import SmtpMailer, code_message
message = code_message("{CODE}", to="{ADA}", sender="{SENDER}", site="example.org",
                       minutes=10, at=0, entropy=bytes)
sending = SmtpMailer("{HERE}", sender="{SENDER}", security="none").send(message)
try:
    sending.send(None)
except ImportError as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "e-mail codes need aiosmtplib: pip install 'nextauth[mail]'\n"


def test_it_is_imported_with_the_first_message_only() -> None:
    program = "import sys, nextauth.factors.mail; print('aiosmtplib' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"
