"""The message that a code comes in: what it says, in which order, and what it never has."""

import re
from dataclasses import fields
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from nextauth.factors.mail import MailTexts, code_message

CODE = "01234567"
NOW = 1_750_000_000.0


def entropy(size: int) -> bytes:
    return bytes(range(size))


def written(**changed: Any) -> EmailMessage:  # noqa: ANN401
    arguments: dict[str, Any] = {
        "code": CODE,
        "to": "ada@example.com",
        "sender": "no-reply@example.org",
        "site": "example.org",
        "minutes": 10,
        "at": NOW,
        "entropy": entropy,
    }
    return code_message(**arguments | changed)


def test_the_code_comes_first_and_its_domain_with_it_last() -> None:
    lines = written().get_content().splitlines()
    assert lines[0] == "01234567 is your code for example.org."
    assert lines[-1] == "@example.org #01234567"
    assert re.fullmatch(r"@[^\s#]+ #[0-9]+", lines[-1])


def test_it_says_how_long_it_is_good_and_what_to_do_for_who_did_not_ask() -> None:
    body = written(minutes=7).get_content()
    assert "within 7 minutes" in body
    assert "If you did not ask for it" in body
    assert "change it" in body


def test_the_subject_does_not_hold_the_code_unless_it_is_told_to() -> None:
    message = written()
    assert message["Subject"] == "Your code for example.org"
    assert not any(CODE in value for value in message.values())
    told = written(texts=MailTexts(subject="{code} is your code"))
    assert told["Subject"] == "01234567 is your code"


def test_it_is_plain_text_and_nothing_else() -> None:
    message = written()
    assert message.get_content_type() == "text/plain"
    assert not message.is_multipart()
    body = message.get_content().lower()
    for each in ("http", "www.", "<", ">", "mailto:", "click"):
        assert each not in body


def test_its_headers() -> None:
    message = written()
    assert message["From"] == "no-reply@example.org"
    assert message["To"] == "ada@example.com"
    assert parsedate_to_datetime(message["Date"]).timestamp() == NOW
    assert message["Message-ID"] == f"<{bytes(range(16)).hex()}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert set(message.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }


def test_every_text_can_be_another_language_s() -> None:
    texts = MailTexts(
        sender_name="Beispiel, Größe",
        subject="Ihr Code für {site}",
        code="{code} ist Ihr Code für {site}.",
        use="Er gilt {minutes} Minuten.\nNur auf {site}.",
        unasked="Nicht angefordert? Ändern Sie Ihr Passwort. {{so}}",
    )
    raw = written(texts=texts).as_bytes(policy=policy.SMTP)
    assert raw.isascii()
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read["From"].addresses[0].display_name == "Beispiel, Größe"
    assert read["From"].addresses[0].addr_spec == "no-reply@example.org"
    assert read["Subject"] == "Ihr Code für example.org"
    assert read.get_content().splitlines() == [
        "01234567 ist Ihr Code für example.org.",
        "",
        "Er gilt 10 Minuten.",
        "Nur auf example.org.",
        "",
        "Nicht angefordert? Ändern Sie Ihr Passwort. {so}",
        "",
        "@example.org #01234567",
    ]


def test_a_paragraph_is_one_line_and_no_line_on_the_wire_is_long() -> None:
    message = written()
    assert len(message.get_content().splitlines()) == 7
    assert all(len(line) <= 78 for line in message.as_bytes(policy=policy.SMTP).split(b"\r\n"))


@pytest.mark.parametrize("site", ["localhost", "127.0.0.1", "[::1]", "a" * 60 + ".example"])
def test_other_hosts(site: str) -> None:
    assert written(site=site).get_content().endswith(f"@{site} #{CODE}\n")


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("to", "ada@example.com\r\nBcc: eve@example.com"),
        ("to", "ada@example.com, eve@example.com"),
        ("to", "Ada <ada@example.com>"),
        ("sender", "no-reply@example.org\nX: y"),
        ("sender", "Example <no-reply@example.org>"),
        ("site", "example.org\r\nBcc: eve@example.com"),
        ("site", "https://example.org"),
        ("site", "example.org/path"),
        ("site", "example.org #99999999"),
        ("site", "::1"),
        ("site", ""),
        ("site", None),
        ("code", "0123456\n"),
        ("code", "01234"),
        ("code", "01234567890"),
        ("code", "٠١٢٣٤٥٦٧"),
        ("code", None),
        ("minutes", 1),
        ("minutes", 61),
        ("minutes", 10.0),
        ("at", NOW * 1000),
    ],
)
def test_what_is_refused(argument: str, value: object) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        written(**{argument: value})
    for each in (CODE, "ada@example.com", "no-reply@example.org"):
        assert each not in str(caught.value)


@pytest.mark.parametrize("name", [each.name for each in fields(MailTexts)])
@pytest.mark.parametrize(
    "text",
    [
        "{code} {name}",
        "{code!r}",
        "{code:>9}",
        "{code.real}",
        "{code} {}",
        "{code",
        "}{code}",
        "{code}\x00",
        "{code}\r",
        "{code}\u2028",
    ],
)
def test_a_text_that_could_not_be_filled_in(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=rf"MailTexts\({name}="):
        MailTexts(**{name: text})


@pytest.mark.parametrize("name", ["sender_name", "subject"])
def test_a_header_is_one_line(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be shown"):
        MailTexts(**{name: "{code}\nBcc: eve@example.com"})


def test_a_text_without_the_code_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody would learn the code"):
        MailTexts(code="Your code for {site}.")


def test_no_code_is_in_the_repr() -> None:
    message = written()
    assert CODE not in repr(message)
    assert CODE not in repr(MailTexts())
