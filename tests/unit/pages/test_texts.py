from dataclasses import fields, replace

import pytest

from nextauth.errors import (
    AccessDenied,
    BadRequest,
    Busy,
    ConfigurationError,
    CredentialsSignin,
    MethodNotAllowed,
    MissingCSRF,
    PayloadTooLarge,
    RequestError,
    TooManyRequests,
    UnknownAction,
    UnsupportedMediaType,
    UntrustedHost,
    WrongAddress,
)
from nextauth.pages import ErrorText, Texts

STATUSES = {
    "AccessDenied": 403,
    "BadRequest": 400,
    "Busy": 503,
    "Configuration": 500,
    "CredentialsSignin": 401,
    "Default": 200,
    "MethodNotAllowed": 405,
    "MissingCSRF": 403,
    "PayloadTooLarge": 413,
    "SecondFactorExpired": 401,
    "SecondFactorMissing": 403,
    "SecondFactorRefused": 401,
    "SessionRequired": 401,
    "StepUpMismatch": 403,
    "StepUpRequired": 401,
    "SystemUnavailable": 503,
    "TooManyRequests": 429,
    "UnknownAction": 400,
    "UnsupportedMediaType": 415,
    "UntrustedHost": 500,
    "Verification": 403,
    "WrongAddress": 403,
}


def test_each_error_of_the_protocol_has_a_text_and_a_status() -> None:
    assert {code: text.status for code, text in Texts().errors.items()} == STATUSES


@pytest.mark.parametrize("error", [AccessDenied, ConfigurationError, CredentialsSignin])
def test_each_error_that_ends_in_a_page_has_a_text(error: type[Exception]) -> None:
    assert error.__dict__["code"] in Texts().errors


@pytest.mark.parametrize(
    "error",
    [
        BadRequest,
        Busy,
        MethodNotAllowed,
        MissingCSRF,
        PayloadTooLarge,
        TooManyRequests,
        UnknownAction,
        UnsupportedMediaType,
        UntrustedHost,
        WrongAddress,
    ],
)
def test_each_refused_request_has_a_text_of_the_same_status(error: type[RequestError]) -> None:
    assert Texts().errors[error.code].status == error.status


@pytest.mark.parametrize("code", sorted(STATUSES))
def test_each_error_says_what_happened_and_what_to_do(code: str) -> None:
    said = Texts().errors[code]
    assert said.title
    assert not said.title.endswith(".")
    assert said.message.endswith(".")
    assert len(said.message) > 40


def test_access_denied_is_displayed_by_that_name() -> None:
    assert Texts().error("AccessDenied").title == "Access Denied"


@pytest.mark.parametrize("code", ["UntrustedHost", "WrongAddress"])
def test_an_unknown_address_asks_the_operator_to_set_base_url(code: str) -> None:
    assert "base_url" in Texts().error(code).message


@pytest.mark.parametrize("code", [None, "", "Nonsense", "accessdenied"])
def test_an_unknown_error_has_the_default_text(code: str | None) -> None:
    assert Texts().error(code) is Texts().errors["Default"]


@pytest.mark.parametrize("code", [None, "", "nonsense"])
def test_an_unknown_code_has_the_text_of_wrong_credentials(code: str | None) -> None:
    assert Texts().refusal(code) == Texts().codes["credentials"]


def test_a_code_of_the_application_has_its_own_text() -> None:
    texts = Texts(codes={"locked": "The account is locked. Ask the help desk."})
    assert texts.refusal("locked") == "The account is locked. Ask the help desk."
    assert texts.refusal("credentials") == Texts().refusal("credentials")


def test_an_error_that_is_replaced_leaves_the_others() -> None:
    denied = ErrorText("Access Denied", "Members only. Ask the office for a card.", 403)
    texts = Texts(errors={"AccessDenied": denied})
    assert texts.error("AccessDenied") is denied
    assert texts.error("Verification") == Texts().error("Verification")


def test_texts_are_replaced_field_by_field() -> None:
    texts = replace(Texts(codes={"locked": "Locked."}), signin_button="Enter")
    assert texts.signin_button == "Enter"
    assert texts.refusal("locked") == "Locked."
    kept = [each.name for each in fields(Texts) if each.name not in {"signin_button", "codes"}]
    assert all(getattr(texts, name) == getattr(Texts(), name) for name in kept)


def test_a_value_takes_the_place_of_its_placeholder() -> None:
    assert Texts().filled("Back to {host}", "{host}", "example.org") == "Back to example.org"


def test_from_right_to_left_a_value_keeps_its_own_direction() -> None:
    texts = Texts(lang="he", dir="rtl")
    assert texts.filled("אל {name}", "{name}", "Yes!") == "אל \u2068Yes!\u2069"
    assert texts.filled("כניסה", "{name}", "Yes!") == "כניסה"


def test_texts_do_not_change_with_the_mapping_they_were_made_from() -> None:
    codes = {"locked": "Locked."}
    texts = Texts(codes=codes)
    codes["locked"] = "Open."
    assert texts.refusal("locked") == "Locked."


@pytest.mark.parametrize("lang", ["", "english language", 'en"', "e", "en\n"])
def test_what_is_no_language_tag_is_refused(lang: str) -> None:
    with pytest.raises(ValueError, match=r"Texts\.lang is"):
        Texts(lang=lang)


def test_what_is_no_direction_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Texts\.dir is 'up'"):
        Texts(dir="up")  # type: ignore[arg-type]


def test_an_error_that_is_only_a_string_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Texts\.errors\['Busy'\] is a str; use an ErrorText"):
        Texts(errors={"Busy": "Wait."})  # type: ignore[dict-item]


@pytest.mark.parametrize("status", [0, 100, 600])
def test_what_is_no_final_status_is_refused(status: int) -> None:
    with pytest.raises(ValueError, match=f"ErrorText.status is {status}"):
        ErrorText("Title", "Message.", status)
