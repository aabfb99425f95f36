"""Owns what is said about each second factor, in plain English, replaceable one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["FACTOR_TEXTS", "FactorText"]


@dataclass(frozen=True, slots=True)
class FactorText:
    """What is said about one second factor.

    Args:
        name: What it is called, in a list and on a button.
        message: What to do now.
        button: The button that submits it.
        start_button: The button that begins it, where it has to be begun.
        labels: The labels of its fields by name; those left out are the factor's own.
        start_message: What to do before it was begun; empty: the same as `message`.
        heading: Its heading on the account page; empty: the same as `name`.
        about: What it is, on the account page.
        setup: What to do on the page that sets it up.
    """

    name: str
    message: str
    button: str = "Continue"
    start_button: str = "Continue"
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    start_message: str = ""
    heading: str = ""
    about: str = ""
    setup: str = ""


FACTOR_TEXTS: Mapping[str, FactorText] = MappingProxyType(
    {
        "email": FactorText(
            "Code by e-mail",
            "Enter the code that was sent to your e-mail address. It may take a minute to arrive.",
            start_button="Send me a code",
            start_message="A code can be sent to your e-mail address. You then enter it here.",
        ),
        "recovery": FactorText(
            "Recovery code",
            "Enter one of the recovery codes that you printed or saved. Each works once.",
            heading="Recovery codes",
            about="Codes to print or save, for the day when you lose your phone or your key.",
        ),
        "totp": FactorText(
            "Authenticator app",
            "Enter the code that your authenticator app shows for this site.",
            about="An app on your phone that shows a new code every half minute.",
        ),
        "webauthn": FactorText(
            "Security key or passkey",
            "Have your security key or your device ready, and then follow your browser.",
            start_button="Use it now",
            about="A key that you plug in or hold to your phone, or your device's own lock: your "
            "finger, your face or a PIN.",
            setup="Have your security key or your device ready. Your browser then asks you to "
            "touch the key, or to unlock the device.",
        ),
        "yubikey": FactorText(
            "YubiKey",
            "Plug your YubiKey in, and touch it while the field below is selected.",
            heading="YubiKeys",
            about="A small key that types a code when you touch it.",
            setup="Plug your YubiKey in, and touch it while the field below is selected. It types "
            "by itself.",
        ),
    }
)
"""Those of the factors that nextauth brings, by method."""
