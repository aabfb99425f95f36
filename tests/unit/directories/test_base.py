"""What no system is ever asked for: blank, too long, or not to be written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextauth.directories import FIELDS, plain_text, submitted
from nextauth.directories.base import UsualForm
from nextauth.models import SubmittedCredentials


@pytest.mark.parametrize(
    "name", ["ada", "ada@example.com", "Ada Lovelace", "ädä", "名前", "a" * 1_024]
)
def test_a_name_is_kept(name: str) -> None:
    assert plain_text(f" {name}\t") == name


@pytest.mark.parametrize(
    "name", [None, "", " \t\n", "a\0", "a\nb", "\ud800", "a\x7f", "a\u2028b", "a" * 1_025]
)
def test_what_is_no_name_is_none(name: str | None) -> None:
    assert plain_text(name) is None


@pytest.mark.parametrize("password", ["", "  ", "\t", "a\0b", "\ud800", "a" * 1_025])
def test_what_is_no_password_is_not_asked_for(password: str) -> None:
    fields = SubmittedCredentials({"username": "ada", "password": password})
    assert submitted(fields, "username", "password") is None


@given(name=st.text(), password=st.text())
def test_whatever_is_submitted_it_is_answered(name: str, password: str) -> None:
    fields = SubmittedCredentials({"username": name, "password": password})
    answer = submitted(fields, "username", "password")
    if answer is not None:
        assert answer == (name.strip(), password)
        assert answer[0].encode()
        assert answer[1].encode()


def test_the_usual_form_is_that_of_the_fields_and_names_the_account_by_one() -> None:
    form = UsualForm()
    assert form.fields is FIELDS
    assert form.account in form.fields
    typed = SubmittedCredentials({"username": " ada ", "password": "1234", "admin": "yes"})
    assert form._submitted(typed) == ("ada", "1234")
    assert form._submitted(SubmittedCredentials({"username": "ada", "password": " "})) is None
