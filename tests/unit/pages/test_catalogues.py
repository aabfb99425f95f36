"""A catalogue in another language can be whole, and ours says everything in plain sentences."""

import re
from dataclasses import fields
from typing import Any

import pytest

from nextauth.pages import AccountTexts, FactorText, Texts
from tests.browser.arabic import ARABIC

PLACEHOLDER = re.compile(r"\{[a-z]+\}")
LATIN = re.compile(r"[A-Za-z]{4,}")
NAMES = {"YubiKey", "JavaScript", "base_url"}


def texts_of(value: object) -> dict[str, str]:
    """Answer every text of a part of a catalogue by its field."""
    of_fields: dict[str, Any] = {
        each.name: getattr(value, each.name)
        for each in fields(value)  # type: ignore[arg-type]
    }
    return {name: text for name, text in of_fields.items() if isinstance(text, str)}


def parts(texts: Texts) -> dict[str, str]:
    found = {**texts_of(texts), **{f"account.{k}": v for k, v in texts_of(texts.account).items()}}
    for name, text in texts.factors.items():
        found |= {f"factors.{name}.{field}": said for field, said in texts_of(text).items()}
    for name, error in texts.errors.items():
        found |= {f"errors.{name}.title": error.title, f"errors.{name}.message": error.message}
    return found


def test_another_language_replaces_every_text() -> None:
    ours, theirs = parts(Texts()), parts(ARABIC)
    assert set(ours) == set(theirs)
    english = {name: text for name, text in theirs.items() if text == ours[name]}
    assert {name: text for name, text in english.items() if LATIN.search(text)} == {}
    said = " ".join(
        text for name, text in theirs.items() if not name.endswith((".offers", ".tone"))
    )
    assert set(LATIN.findall(PLACEHOLDER.sub("", said))) <= NAMES | {"base"}


def test_a_text_in_another_language_has_the_same_placeholders() -> None:
    ours, theirs = parts(Texts()), parts(ARABIC)
    for name, text in ours.items():
        if theirs[name]:
            assert set(PLACEHOLDER.findall(theirs[name])) == set(PLACEHOLDER.findall(text)), name


@pytest.mark.parametrize("name", sorted(Texts().factors))
def test_each_factor_of_ours_says_what_it_is_and_what_to_do(name: str) -> None:
    text = Texts().factors[name]
    assert text.name
    assert not text.name.endswith(".")
    for said in (text.message, text.start_message, text.about, text.setup):
        assert not said or said.endswith(".")
    assert text.message
    assert text.about or name == "email"


@pytest.mark.parametrize(
    "factor", ["TotpFactor", "RecoveryFactor", "WebAuthnFactor", "YubikeyFactor", "MailFactor"]
)
def test_no_factor_of_ours_is_left_without_texts(factor: str) -> None:
    from nextauth import factors  # noqa: PLC0415 - by name

    assert getattr(factors, factor).method in Texts().factors


def test_no_text_of_the_account_pages_is_empty_or_a_jargon() -> None:
    jargon = re.compile(
        r"\b(2FA|MFA|OTP|TOTP|WebAuthn|FIDO|authenticat(?:e|ion)|enrol\w*|session)\b", re.IGNORECASE
    )
    told = {
        **texts_of(AccountTexts()),
        **{
            f"{name}.{field}": said
            for name, text in Texts().factors.items()
            for field, said in texts_of(text).items()
        },
    }
    assert {name: text for name, text in told.items() if jargon.search(text)} == {}
    assert [name for name, text in texts_of(AccountTexts()).items() if not text.strip()] == []


def test_a_factor_that_is_replaced_leaves_the_others() -> None:
    own = FactorText("Token", "Read it off.")
    texts = Texts(factors={"totp": own})
    assert texts.factors["totp"] is own
    assert texts.factors["webauthn"] == Texts().factors["webauthn"]
