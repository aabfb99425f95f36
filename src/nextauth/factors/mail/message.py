"""Owns the message that a code is sent in: plain text, without links, pictures and tracking.

A link in a message about signing in is what phishing looks like, so there is none. The code comes
first, where a notification shows it, and once more in the last line, bound to its domain (WICG,
"Origin-bound one-time codes delivered via SMS"): what fills codes in then does so on that site
only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from string import Formatter

from nextauth.factors.mail.address import split_address

__all__ = ["MailTexts", "code_message"]

_PLACEHOLDERS = frozenset({"code", "site", "minutes"})
_CODE = re.compile(r"[0-9]{6,10}")
_SITE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]")
_MINUTES = range(2, 61)
_ID_BYTES = 16
_ONE_LINE = ("sender_name", "subject")


def _placeholders(text: str, name: str) -> set[str]:
    try:
        # What is beside a name, such as {code!r} or {code:>9}, makes it a strange one.
        return {
            f"{key}{f'!{how}' if how else ''}{f':{shape}' if shape else ''}"
            for _, key, shape, how in Formatter().parse(text)
            if key is not None
        }
    except ValueError as error:
        msg = f"MailTexts({name}={text!r}) does not parse: {error}"
        raise ValueError(msg) from None


@dataclass(frozen=True, slots=True)
class MailTexts:
    """Every text of the message; replace all of them for another language.

    ``{code}``, ``{site}`` and ``{minutes}`` stand for their values; a brace is written twice.

    Args:
        sender_name: Stands before the sender's address; none if empty.
        subject: Without ``{code}``, since a locked telephone shows it to whoever is near.
        code: The first line. It has ``{code}``, at its start best.
        use: How long the code is good, and where to use it.
        unasked: What to do for who did not ask for it.

    Raises:
        ValueError: A text has another placeholder, or characters that cannot be shown; or `code`
            lacks ``{code}``.
    """

    sender_name: str = ""
    subject: str = "Your code for {site}"
    code: str = "{code} is your code for {site}."
    use: str = (
        "It works once, within {minutes} minutes. Enter it only on {site}, where you asked for "
        "it. Nobody from {site} will ever ask you to tell it to them."
    )
    unasked: str = (
        "If you did not ask for it, do not use it and do not give it to anybody. Somebody may "
        "know your password: go to {site} as you always do, and change it."
    )

    def __post_init__(self) -> None:
        for each in fields(self):
            text = getattr(self, each.name)
            compact = text if each.name in _ONE_LINE else text.replace("\n", "")
            if not compact.isprintable():
                msg = f"MailTexts({each.name}={text!r}) has a character that cannot be shown"
                raise ValueError(msg)
            strange = sorted(_placeholders(text, each.name) - _PLACEHOLDERS)
            if strange:
                msg = (
                    f"MailTexts({each.name}={text!r}) has {{{strange[0]}}}: use {{code}}, {{site}} "
                    "and {minutes} alone, and write other braces twice"
                )
                raise ValueError(msg)
        if "code" not in _placeholders(self.code, "code"):
            msg = f"MailTexts(code={self.code!r}) has no {{code}}: nobody would learn the code"
            raise ValueError(msg)


_ENGLISH = MailTexts()


def code_message(  # noqa: PLR0913 - each is a part of the message
    code: str,
    *,
    to: str,
    sender: str,
    site: str,
    minutes: int,
    at: float,
    entropy: Callable[[int], bytes],
    texts: MailTexts = _ENGLISH,
) -> EmailMessage:
    """Write the message. Its repr shows none of it.

    Args:
        code: As `new_mail_code` made it.
        to: The one address that it goes to.
        sender: The address that it is from: the mailer's `sender`.
        site: The host that the code is for, as people see it in their browser: ``example.com``. An
            IPv6 address is in brackets.
        minutes: How long the code is good, 2 to 60.
        at: Unix seconds, now; for ``Date`` (RFC 5322, 3.6.1).
        entropy: Answers that many random bytes; for ``Message-ID`` (RFC 5322, 3.6.4).
        texts: What it says.

    Raises:
        ValueError: One of them is of another form. No message holds the code or an address.
    """
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        msg = "code_message takes a code of 6 to 10 digits"
        raise ValueError(msg)
    if not isinstance(site, str) or not _SITE.fullmatch(site):
        msg = f"code_message(site={site!r}): use the host alone, such as 'example.com'"
        raise ValueError(msg)
    if not isinstance(minutes, int) or minutes not in _MINUTES:
        msg = f"code_message(minutes={minutes!r}): use {_MINUTES[0]} to {_MINUTES[-1]}"
        raise ValueError(msg)

    def filled(text: str) -> str:
        return text.format(code=code, site=site, minutes=minutes)

    message = EmailMessage()
    message["From"] = _mailbox(sender, filled(texts.sender_name))
    message["To"] = _mailbox(to)
    message["Subject"] = filled(texts.subject)
    message["Date"] = datetime.fromtimestamp(at, UTC)
    message["Message-ID"] = f"<{entropy(_ID_BYTES).hex()}@{site}>"
    # RFC 3834, 5: nobody's "I am on holiday" answers it.
    message["Auto-Submitted"] = "auto-generated"
    paragraphs = [filled(each) for each in (texts.code, texts.use, texts.unasked)]
    paragraphs.append(f"@{site} #{code}")
    # Quoted-printable, so that a paragraph is one line, which a telephone breaks as it likes.
    message.set_content("\n\n".join(paragraphs) + "\n", cte="quoted-printable")
    return message


def _mailbox(address: str, name: str = "") -> Address:
    local, domain = split_address(address)
    return Address(display_name=name, username=local, domain=domain)
