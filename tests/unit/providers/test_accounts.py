"""What names the account that somebody tries to sign in to."""

import pytest

from nextauth import Credentials, FormField, SubmittedCredentials
from nextauth.errors import CallbackError
from nextauth.providers.accounts import inferred_account

PASSWORD = FormField("Password", type="password")
CODE = FormField("Code", autocomplete="one-time-code")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"email": FormField("E-mail", "email"), "password": PASSWORD}, "email"),
        ({"contact": FormField("E-mail", "email"), "password": PASSWORD}, "contact"),
        ({"user_name": FormField("Name"), "domain": FormField("Domain")}, "user_name"),
        ({"UserName": FormField("Name"), "password": PASSWORD}, "UserName"),
        ({"badge": FormField("Badge"), "password": PASSWORD}, "badge"),
        ({"badge": FormField("Badge"), "factor": CODE, "password": PASSWORD}, "badge"),
        ({"badge": FormField("Badge"), "otp": FormField("Code")}, "badge"),
        ({"badge": FormField("Badge"), "remember": FormField("R", "checkbox")}, "badge"),
        ({"badge": FormField("Badge"), "tab": FormField("T", "hidden")}, "badge"),
        ({"pin": FormField("PIN")}, "pin"),
        ({}, None),
        ({"password": PASSWORD}, None),
        ({"password": FormField("Password")}, None),
        ({"pin": FormField("PIN", "password"), "otp": CODE}, None),
        ({"name": FormField("Name"), "domain": FormField("Domain")}, None),
        ({"email": FormField("E-mail", "email"), "login": FormField("Login")}, None),
    ],
    ids=str,
)
def test_a_field_that_can_only_be_it_is_found(
    fields: dict[str, FormField], expected: str | None
) -> None:
    assert inferred_account(fields) == expected


def test_what_is_said_beats_what_is_found() -> None:
    fields = {"email": FormField("E-mail", "email"), "login": FormField("Login")}
    submitted = SubmittedCredentials({"email": "a@b.c", "login": "ada"})
    assert Credentials(print, fields, account="login").account_of(submitted) == "ada"
    assert Credentials(print, fields, account="login").account_of(SubmittedCredentials({})) == ""
    assert Credentials(print, account=lambda form: form["email"]).account_of(submitted) == "a@b.c"
    assert Credentials(print, account=lambda _: None).account_of(submitted) is None
    assert Credentials(print, {}).account_of(submitted) is None


def test_a_function_that_answers_something_else_is_a_named_error() -> None:
    provider = Credentials(print, account=len)  # type: ignore[arg-type]
    with pytest.raises(CallbackError, match="answered a int"):
        provider.account_of(SubmittedCredentials({"pin": "1815"}))
