import pytest

from nextauth.config import Theme
from nextauth.pages import ProviderForm, Texts
from nextauth.providers.base import FormField
from tests.unit.pages.dom import Element, read
from tests.unit.pages.samples import (
    BUTTON,
    CALLBACK,
    OTHER_BUTTON,
    PASSWORD,
    STAFF,
    TOKEN,
    error_page,
    renderer,
    signin,
)


def visible_inputs(page: Element) -> list[Element]:
    return [each for each in page.all("input") if each["type"] != "hidden"]


def test_the_form_has_the_fields_as_they_were_declared() -> None:
    page = read(signin((STAFF,)))
    number, code = visible_inputs(page)
    assert [label.text for label in page.all("label")] == ["Number", "Code (optional)"]
    assert [label["for"] for label in page.all("label")] == [number["id"], code["id"]]
    assert (number["name"], number["type"], code["name"]) == ("number", "text", "otp")
    assert "required" in number
    assert "required" not in code
    assert page.one(id=number["aria-describedby"] or "").text == "It is on the back."
    assert "aria-describedby" not in code
    assert "autocomplete" not in number
    assert (code["autocomplete"], code["inputmode"]) == ("one-time-code", "numeric")


def test_the_usual_form_can_be_filled_in_by_a_password_manager() -> None:
    email, password = visible_inputs(read(signin()))
    assert (email["type"], email["autocomplete"]) == ("email", "username")
    assert email["placeholder"] == "you at work"
    assert (password["type"], password["autocomplete"]) == ("password", "current-password")
    assert email["autocapitalize"] == "none"
    assert "placeholder" not in password


def test_each_form_carries_the_token_and_where_to_go() -> None:
    for form in read(signin((PASSWORD, STAFF, BUTTON))).all("form"):
        assert form.one("input", name="csrfToken")["value"] == TOKEN
        assert form.one("input", name="callbackUrl")["value"] == CALLBACK
        assert form["method"] == "post"


def test_a_form_that_is_sent_as_get_keeps_the_token_out_of_the_address() -> None:
    form = ProviderForm(id="x", name="x", action="/x", fields={}, method="get")
    page = read(signin((form,)))
    assert page.one("form")["method"] == "get"
    assert page.all("input", name="csrfToken") == []
    assert page.one("input", name="callbackUrl")["value"] == CALLBACK


def test_a_single_form_is_named_by_the_heading_and_says_sign_in() -> None:
    page = read(signin())
    form = page.one("form")
    assert form["action"] == "/api/auth/callback/credentials"
    assert page.one(id=form["aria-labelledby"] or "").text == "Sign in"
    assert form.one("button").text == "Sign in"
    assert page.all(**{"class": "divider"}) == []


def test_of_several_forms_each_says_with_what_it_signs_in() -> None:
    page = read(signin((PASSWORD, STAFF)))
    labels = ["Sign in with E-mail", "Sign in with Staff card"]
    assert [form["aria-label"] for form in page.all("form")] == labels
    assert [button.text for button in page.all("button")] == labels
    assert page.one(**{"class": "divider"}).text == "or"


def test_buttons_without_fields_stack_and_the_form_with_fields_stands_out() -> None:
    page = read(signin((BUTTON, OTHER_BUTTON, PASSWORD)))
    assert len(page.all(**{"class": "divider"})) == 1
    assert [button["class"] for button in page.all("button")] == [
        "button quiet",
        "button quiet",
        "button",
    ]


def test_with_buttons_alone_the_first_stands_out() -> None:
    page = read(signin((BUTTON, OTHER_BUTTON)))
    assert [button["class"] for button in page.all("button")] == ["button", "button quiet"]
    assert page.all(**{"class": "divider"}) == []


def test_typing_starts_in_the_first_field() -> None:
    page = read(signin((BUTTON, STAFF, PASSWORD)))
    assert [each["name"] for each in page.all("input") if "autofocus" in each] == ["number"]


def test_a_hidden_field_has_neither_label_nor_focus() -> None:
    form = ProviderForm(
        id="x",
        name="x",
        action="/x",
        fields={"tenant": FormField("Tenant", type="hidden"), "pin": FormField("PIN")},
    )
    page = read(signin((form,)))
    assert [label.text for label in page.all("label")] == ["PIN"]
    assert "autofocus" not in page.one("input", name="tenant")
    assert "autofocus" in page.one("input", name="pin")


def test_without_a_form_the_page_says_where_sign_in_happens() -> None:
    page = read(signin(()))
    assert page.all("form") == []
    assert "on a page of its own" in page.one("p").text


def test_without_an_error_nothing_looks_like_one() -> None:
    page = read(signin())
    assert page.all(role="alert") == []
    assert [each for each in page.all("input") if "aria-invalid" in each] == []
    assert page.one("title").text == "Sign in"


def test_refused_credentials_are_said_before_the_form_and_at_its_fields() -> None:
    page = read(signin(error="CredentialsSignin", code="credentials"))
    alert = page.one(role="alert")
    order = list(page.walk())
    assert order.index(alert) < order.index(page.one("form"))
    assert alert.one("strong").text == "Sign-in failed"
    assert alert.one("p").text == Texts().codes["credentials"]
    for field in visible_inputs(page):
        assert field["aria-invalid"] == "true"
        assert field["aria-describedby"] == alert["id"]
    assert page.one("title").text == "Error: Sign in"


def test_a_field_with_help_is_described_by_the_error_first() -> None:
    number, _ = visible_inputs(read(signin((STAFF,), error="CredentialsSignin")))
    assert number["aria-describedby"] == "error field-staff-0-help"


def test_an_error_that_is_not_about_the_values_marks_no_field() -> None:
    page = read(signin(error="Busy"))
    email, password = visible_inputs(page)
    assert email["aria-describedby"] == page.one(role="alert")["id"]
    assert "aria-describedby" not in password
    assert "aria-invalid" not in email


def test_of_several_forms_none_is_marked_since_nobody_knows_which_was_sent() -> None:
    page = read(signin((PASSWORD, STAFF), error="CredentialsSignin"))
    assert [each for each in page.all("input") if "aria-invalid" in each] == []
    described = [each["name"] for each in visible_inputs(page) if each.get("aria-describedby")]
    assert described == ["email", "number"]
    assert page.one("input", name="email")["aria-describedby"] == "error"


def test_being_asked_to_sign_in_does_not_look_like_an_error() -> None:
    page = read(signin(error="SessionRequired"))
    assert page.one(role="alert")["class"] == "alert note"
    assert page.one("title").text == "Sign in"


@pytest.mark.parametrize("code", sorted(Texts().errors))
def test_each_error_has_its_box(code: str) -> None:
    alert = read(signin(error=code)).one(role="alert")
    assert alert.one("strong").text == Texts().errors[code].title
    assert alert.one("p").text == Texts().errors[code].message


def test_a_public_code_chooses_its_text() -> None:
    pages = renderer(texts=Texts(codes={"locked": "Locked. Ask the help desk."}))
    page = read(signin(pages=pages, error="CredentialsSignin", code="locked"))
    assert page.one(role="alert").one("p").text == "Locked. Ask the help desk."


def test_a_public_code_belongs_to_refused_credentials_only() -> None:
    pages = renderer(texts=Texts(codes={"locked": "Locked."}))
    page = read(signin(pages=pages, error="AccessDenied", code="locked"))
    assert page.one(role="alert").one("p").text == Texts().errors["AccessDenied"].message


def test_the_site_is_named_once() -> None:
    page = read(signin(pages=renderer(Theme(name="Example"))))
    assert page.one("h1").text == "Sign in to Example"
    assert page.one("title").text == "Sign in to Example"
    assert page.one(**{"class": "initial"}).text == "E"
    assert page.all(**{"class": "site"}) == []


@pytest.mark.parametrize("name", ["!!!", " ", "→ go"])
def test_a_name_that_begins_with_no_letter_has_no_initial(name: str) -> None:
    assert read(signin(pages=renderer(Theme(name=name)))).all(**{"class": "initial"}) == []


def test_a_letter_that_grows_in_upper_case_stays_one_letter() -> None:
    page = read(signin(pages=renderer(Theme(name="ßeta"))))
    assert page.one(**{"class": "initial"}).text == "S"


def test_the_logo_is_decoration_where_the_heading_has_the_name() -> None:
    theme = Theme(name="Example", logo="/logo.svg", logo_dark="/dark.svg")
    page = read(signin(pages=renderer(theme)))
    assert (page.one("img")["src"], page.one("img")["alt"]) == ("/logo.svg", "")
    assert page.one("source")["srcset"] == "/dark.svg"
    assert page.all(**{"class": "initial"}) == []
    assert read(error_page("Busy", pages=renderer(theme))).one("img")["alt"] == "Example"


@pytest.mark.parametrize(
    ("theme", "logo"),
    [
        (Theme(logo="/l.svg", logo_dark="/d.svg", color_scheme="light"), "/l.svg"),
        (Theme(logo="/l.svg", logo_dark="/d.svg", color_scheme="dark"), "/d.svg"),
        (Theme(logo="/l.svg", color_scheme="dark"), "/l.svg"),
        (Theme(logo_dark="/d.svg", color_scheme="dark"), "/d.svg"),
    ],
)
def test_a_fixed_scheme_has_the_one_logo_for_it(theme: Theme, logo: str) -> None:
    page = read(signin(pages=renderer(theme)))
    assert page.one("img")["src"] == logo
    assert page.all("source") == []


def test_a_dark_logo_alone_is_not_shown_on_a_page_that_may_be_light() -> None:
    page = read(signin(pages=renderer(Theme(name="Example", logo_dark="/d.svg"))))
    assert page.all("img") == []
    assert page.one(**{"class": "initial"}).text == "E"


def test_an_inline_dark_logo_survives_the_list_that_it_stands_in() -> None:
    theme = Theme(logo="/l.svg", logo_dark="data:image/svg+xml,<svg viewBox='0 0 1 1'></svg>")
    source = read(signin(pages=renderer(theme))).one("source")["srcset"]
    assert source == "data:image/svg+xml,<svg%20viewBox='0%200%201%201'></svg>"


def test_another_language_runs_from_right_to_left() -> None:
    texts = Texts(
        lang="he",
        dir="rtl",
        signin_heading_named="כניסה אל {name}",
        signin_with_button="כניסה עם {provider}",
        divider="או",
        optional="רשות",
    )
    page = read(signin((PASSWORD, STAFF), pages=renderer(Theme(name="Example"), texts)))
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("he", "rtl")
    assert page.one("h1").text == "כניסה אל \u2068Example\u2069"
    assert [each.text for each in page.all("button")] == [
        "כניסה עם \u2068E-mail\u2069",
        "כניסה עם \u2068Staff card\u2069",
    ]
    assert page.one(**{"class": "divider"}).text == "או"
    assert page.all("label")[-1].text == "Code (רשות)"
    assert [each.text for each in page.all("bdi")] == [
        *("Email", "Password", "Number", "It is on the back.", "Code"),
    ]


def test_braces_of_a_text_that_stand_for_nothing_are_left() -> None:
    pages = renderer(Theme(name="{provider}"), Texts(signin_heading_named="{0} {name} {}"))
    assert read(signin(pages=pages)).one("h1").text == "{0} {provider} {}"


def test_the_status_is_the_callers() -> None:
    page = renderer().signin(forms=(PASSWORD,), csrf_token="t", callback_url="/", status=429)
    assert page.status == 429
    assert signin().status == 200
