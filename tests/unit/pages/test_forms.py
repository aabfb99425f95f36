import pytest

from nextauth.pages.forms import ProviderForm, autocomplete_of
from nextauth.providers.base import FormField


@pytest.mark.parametrize(
    ("name", "type_", "token"),
    [
        ("email", "email", "username"),
        ("E-Mail", "text", "username"),
        ("work_address", "email", "username"),
        ("username", "text", "username"),
        ("user_name", "text", "username"),
        ("password", "password", "current-password"),
        ("secret", "password", "current-password"),
        ("password", "text", "current-password"),
        ("totp", "text", "one-time-code"),
        ("otp", "password", "one-time-code"),
        ("code", "text", "one-time-code"),
        ("one-time-code", "tel", "one-time-code"),
        ("postcode", "text", None),
        ("tenant", "text", None),
        ("email", "hidden", None),
    ],
)
def test_autofill_is_inferred_from_name_and_type(name: str, type_: str, token: str | None) -> None:
    assert autocomplete_of(name, FormField("Label", type=type_)) == token


@pytest.mark.parametrize("declared", ["off", "organization", "webauthn"])
def test_declared_autofill_is_kept(declared: str) -> None:
    field = FormField("Label", type="password", autocomplete=declared)
    assert autocomplete_of("password", field) == declared


@pytest.mark.parametrize("id_", ["", "a b", 'a"b', "a\n", "é"])
def test_a_form_with_an_unsafe_id_is_refused(id_: str) -> None:
    with pytest.raises(ValueError, match=r"ProviderForm\.id is"):
        ProviderForm(id=id_, name="x", action="/x", fields={})


@pytest.mark.parametrize(
    "action", ["", "x", "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:"]
)
def test_a_form_that_is_sent_elsewhere_is_refused(action: str) -> None:
    with pytest.raises(ValueError, match=r"ProviderForm\.action is"):
        ProviderForm(id="x", name="x", action=action, fields={})


def test_a_form_with_another_method_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ProviderForm\.method is 'put'"):
        ProviderForm(id="x", name="x", action="/x", fields={}, method="put")  # type: ignore[arg-type]
