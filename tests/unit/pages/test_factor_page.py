import pytest

from nextauth.fields import FormField
from nextauth.pages import FactorForm, FactorText, Texts
from tests.unit.pages.account_samples import (
    KEY,
    MAIL,
    MAIL_SENT,
    OTHERS,
    RECOVERY,
    SCRIPT,
    TOTP,
    factor,
)
from tests.unit.pages.dom import read
from tests.unit.pages.samples import TOKEN, renderer

REFUSED = "SecondFactorRefused"


def test_a_code_is_asked_for_where_typing_starts() -> None:
    page = read(factor())
    field = page.one("input", name="code")
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    assert "autofocus" in field
    assert "required" in field
    assert page.one("label", **{"for": field["id"] or ""}).text == "Code"
    assert field["aria-describedby"] == "how"
    assert page.one(id="how").text == Texts().factors["totp"].message
    form = page.one("form")
    assert (form["action"], form["method"]) == ("/factor/totp", "post")
    assert form.one("input", name="csrfToken")["value"] == TOKEN
    assert page.one("h1").text == page.one("title").text == "One more step"


def test_a_recovery_code_has_letters_so_there_is_no_number_pad() -> None:
    field = read(factor(RECOVERY)).one("input", name="code")
    assert field["autocomplete"] == "off"
    assert "inputmode" not in field
    assert (field["autocapitalize"], field["spellcheck"]) == ("none", "false")


def test_a_refused_code_is_said_before_the_form_and_at_its_field() -> None:
    page = read(factor(error=REFUSED))
    alert, field = page.one(role="alert"), page.one("input", name="code")
    assert alert.one("strong").text == Texts().errors[REFUSED].title
    assert field["aria-describedby"] == "error how"
    assert field["aria-invalid"] == "true"
    assert page.one("title").text == "Error: One more step"


@pytest.mark.parametrize("days", [0, 1, 30])
def test_the_browser_is_trusted_only_where_that_is_allowed(days: int) -> None:
    page = read(factor(trust_days=days))
    boxes = page.all("input", name="trustDevice")
    assert len(boxes) == (days > 0)
    if days:
        said = page.one("label", **{"for": boxes[0]["id"] or ""}).text
        assert said.endswith("for one day" if days == 1 else "for 30 days")


def test_what_has_to_be_begun_first_has_a_button_and_no_field() -> None:
    page = read(factor(MAIL, trust_days=30))
    assert [each["type"] for each in page.all("input")] == ["hidden"]
    button = page.one("button")
    assert button.text == "Send me a code"
    assert "autofocus" in button
    assert button["aria-describedby"] == "how"
    assert page.one(id="how").text == Texts().factors["email"].start_message


def test_what_was_begun_has_its_field_and_can_be_begun_anew() -> None:
    page = read(factor(MAIL_SENT))
    assert "autofocus" in page.one("input", name="code")
    first, again = page.all("form")
    assert again["action"] == first["action"] == "/factor/email"
    assert again.one("input", name="csrfToken")["value"] == TOKEN
    assert [each["type"] for each in again.all("input")] == ["hidden"]
    assert again.one("button").text == "Send another code"
    assert page.one(id="how").text == Texts().factors["email"].message


def test_a_key_is_asked_by_our_script_and_who_has_none_is_told() -> None:
    page = read(factor(KEY, trust_days=30))
    form = page.one("form")
    assert form["data-webauthn"] == "get"
    assert form["data-failed"] == Texts().factor_script_failed
    assert form.one("input", name="credential")["type"] == "hidden"
    assert form.one("button").text == "Use it now"
    assert "autofocus" in form.one("button")
    assert page.one("script").text == SCRIPT
    assert page.one(role="status")["id"] == "said"
    assert page.one("noscript").text.strip() == Texts().factor_needs_script


@pytest.mark.parametrize("form", [TOTP, RECOVERY, MAIL, MAIL_SENT])
def test_other_factors_need_no_script(form: FactorForm) -> None:
    page = read(factor(form))
    assert page.all("script") == page.all("noscript") == []
    assert "data-webauthn" not in page.all("form")[0]


def test_the_other_ways_are_links_with_the_names_that_people_know() -> None:
    page = read(factor(others=OTHERS))
    ways = page.one("ul")
    assert ways["aria-label"] == "Other ways"
    assert [(each["href"], each.text) for each in ways.all("a")] == [
        ("/factor?method=totp", "Authenticator app"),
        ("/factor?method=porter", "Porter"),
    ]
    assert page.all("a")[-1]["href"] == "/signin"
    assert read(factor()).all("ul") == []


def test_a_method_may_be_called_anything() -> None:
    fields = {"badge": FormField("Badge", help="On the back.")}
    page = read(factor(FactorForm("Porter's desk", "Porter", "/factor/x", fields), error=REFUSED))
    field = page.one("input", name="badge")
    assert field["aria-describedby"] == f"error how {field['id']}-help"
    assert page.one(id="how").text == ""
    assert "hidden" in page.one(id="how")


def test_the_catalogue_may_name_a_factor_and_its_fields() -> None:
    own = FactorText("Token", "Read it off.", button="Go", labels={"code": "Six digits"})
    page = read(factor(pages=renderer(texts=Texts(factors={"totp": own}))))
    assert page.all("label")[0].text == "Six digits"
    assert page.one(id="how").text == "Read it off."
    assert page.one("button").text == "Go"
