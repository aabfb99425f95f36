"""Codes by e-mail: a weak second factor, for those who can have no better one.

A mailbox is mostly behind a password only, often the same one, and mail is read on the way. NIST
SP 800-63B (5.1.3.1) and OWASP ASVS 5.0 (6.3.6) do not count it as a factor. Beside a password it
still stops who knows nothing but that. ``aiosmtplib`` (the extra ``mail``) is imported with the
first message.
"""

from nextauth.factors.mail.address import masked_address
from nextauth.factors.mail.code import (
    KeptMailCode,
    keep_mail_code,
    new_mail_code,
    verify_mail_code,
)
from nextauth.factors.mail.mailer import Mailer, MailUnavailable
from nextauth.factors.mail.message import MailTexts, code_message
from nextauth.factors.mail.smtp import SmtpMailer

__all__ = [
    "KeptMailCode",
    "MailTexts",
    "MailUnavailable",
    "Mailer",
    "SmtpMailer",
    "code_message",
    "keep_mail_code",
    "masked_address",
    "new_mail_code",
    "verify_mail_code",
]
