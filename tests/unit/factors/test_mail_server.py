"""What `SmtpMailer` refuses before anything is sent, because it is wrong or unsafe."""

import ssl
from typing import Any

import pytest

from nextauth.factors.mail import SmtpMailer
from tests.unit.factors.mailing import HERE, PASSWORD, SENDER


def unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def of_any_host() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    return context


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"security": "none"}, "readable by everybody on the way"),
        ({"security": "ssl"}, "use 'starttls', 'tls' or 'none'"),
        ({"security": None}, "use 'starttls', 'tls' or 'none'"),
        ({"username": "shop"}, "or neither"),
        ({"password": PASSWORD}, "or neither"),
        ({"tls_context": unchecked()}, "checks no certificates"),
        ({"tls_context": of_any_host()}, "checks no certificates"),
        ({"host": "mail.example.com\r\nEHLO x"}, "use a host's name"),
        ({"host": "mail.example.com:25"}, "use a host's name"),
        ({"host": "smtp://mail.example.com"}, "use a host's name"),
        ({"host": "mäil.example.com"}, "use a host's name"),
        ({"host": "[::1]"}, "use a host's name"),
        ({"host": ""}, "use a host's name"),
        ({"port": 0}, "use 1 to 65535"),
        ({"port": 65_536}, "use 1 to 65535"),
        ({"port": "25"}, "use 1 to 65535"),
        ({"port": True}, "use 1 to 65535"),
        ({"port": 25.5}, "use 1 to 65535"),
        ({"timeout": 0}, "use seconds"),
        ({"timeout": -1}, "use seconds"),
        ({"timeout": 301}, "use seconds"),
        ({"timeout": None}, "use seconds"),
        ({"timeout": float("nan")}, "use seconds"),
        ({"sender": "Example <no-reply@example.org>"}, "not one e-mail address"),
        ({"sender": "no-reply@example.org\r\nRCPT TO:<eve@example.com>"}, "not one e-mail"),
        ({"sender": "no-reply@bücher.example"}, "use ASCII"),
    ],
)
def test_what_is_refused_before_anything_is_sent(changed: dict[str, Any], told: str) -> None:
    arguments: dict[str, Any] = {"host": "mail.example.com", "sender": SENDER}
    with pytest.raises(ValueError, match=told) as caught:
        SmtpMailer(**arguments | changed)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST"])
def test_unencrypted_on_loopback_only_and_without_a_password(host: str) -> None:
    assert SmtpMailer(host, sender=SENDER, security="none").sender == SENDER
    for changed in ({"username": "shop", "password": PASSWORD}, {"tls_context": unchecked()}):
        arguments: dict[str, Any] = {"security": "none", "sender": SENDER, **changed}
        with pytest.raises(ValueError, match="takes neither a password"):
            SmtpMailer(host, **arguments)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "192.168.1.1", "::"]
)
def test_what_only_looks_like_loopback(host: str) -> None:
    with pytest.raises(ValueError, match="readable by everybody"):
        SmtpMailer(host, sender=SENDER, security="none")


@pytest.mark.parametrize("name", ["host", "username", "password"])
def test_what_is_no_text_is_refused_and_not_told(name: str) -> None:
    arguments: dict[str, Any] = {"host": "mail.example.com", "sender": SENDER}
    arguments |= {"username": "shop", "password": PASSWORD, name: PASSWORD.encode()}
    with pytest.raises(TypeError, match=rf"SmtpMailer\({name}=") as caught:
        SmtpMailer(**arguments)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_way_has_its_port(security: Any, port: int) -> None:  # noqa: ANN401
    by = SmtpMailer(HERE, sender=SENDER, security=security)
    assert repr(by) == f"SmtpMailer('127.0.0.1', {port}, security='{security}')"


def test_nothing_secret_is_in_a_repr() -> None:
    by = SmtpMailer("mail.example.com", sender=SENDER, username="shop", password=PASSWORD)
    shown = repr(by) + repr(by._server)
    assert PASSWORD not in shown
    assert "mail.example.com" in shown
