import pytest

from nextauth.fields import FormField
from nextauth.pages import FactorText, Texts
from tests.unit.pages.account_samples import HIDDEN, QR, SCRIPT, URI, enrolment
from tests.unit.pages.dom import read
from tests.unit.pages.samples import TOKEN, renderer

REFUSED = "SecondFactorRefused"


def test_an_app_is_set_up_in_two_steps() -> None:
    response = enrolment()
    page = read(response)
    assert page.one("h1").text == page.one("title").text == "Set up: Authenticator app"
    scan, enter = page.one("ol").all("li")
    assert scan.one("div", role="img")["aria-label"] == Texts().account.picture
    assert QR.encode() in response.body
    assert scan.one("code").text == "JBSW Y3DP"
    assert scan.one("a")["href"] == URI
    assert enter.text == Texts().account.enter_code
    field = page.one("input", name="code")
    assert "autofocus" in field
    assert (field["autocomplete"], field["inputmode"]) == ("one-time-code", "numeric")
    assert page.one(id=field["aria-describedby"] or "").text == enter.text
    form = page.one("form")
    assert (form["action"], form["method"]) == ("/account/factor/totp", "post")
    assert form.one("input", name="csrfToken")["value"] == TOKEN
    assert form.one("button").text == "Finish"
    assert page.all("a")[-1]["href"] == "/account"


@pytest.mark.parametrize(
    "uri", [None, 5, "javascript:alert(1)", "https://evil.example/", " otpauth:"]
)
def test_only_an_address_for_an_app_becomes_a_link(uri: object) -> None:
    page = read(enrolment(shown={"qr": QR, "secret": "JBSW", "uri": uri}))
    assert [each["href"] for each in page.all("a")] == ["/account"]


def test_a_name_may_be_given_and_is_not_what_was_refused() -> None:
    page = read(enrolment(error=REFUSED))
    code, name = page.one("input", name="code"), page.one("input", name="name")
    assert code["aria-invalid"] == "true"
    assert code["aria-describedby"] == "error how"
    assert "aria-invalid" not in name
    assert "required" not in name
    assert (name["maxlength"], name["autocomplete"]) == ("60", "off")
    assert page.one(id=name["aria-describedby"] or "").text == Texts().account.name_help
    assert page.one("title").text == "Error: Set up: Authenticator app"
    order = list(page.walk())
    assert order.index(page.one("ol")) < order.index(page.one(role="alert"))
    assert order.index(page.one(role="alert")) < order.index(page.one("form"))


def test_a_key_is_set_up_by_our_script_and_says_how() -> None:
    page = read(enrolment("webauthn", name="Key", fields=HIDDEN, script=SCRIPT))
    form = page.one("form")
    assert form["data-webauthn"] == "create"
    assert form.one("button").text == "Continue"
    assert page.one("script").text == SCRIPT
    assert page.one(id="how").text == Texts().factors["webauthn"].setup
    assert page.one("noscript").text.strip() == Texts().factor_needs_script
    assert page.all("ol") == page.all("code") == []
    # A keyboard that nobody needs would hide the button on a phone.
    assert [each for each in page.walk() if "autofocus" in each] == []


def test_a_yubikey_types_into_its_field() -> None:
    page = read(enrolment("yubikey", fields={"otp": FormField("YubiKey", type="password")}))
    assert page.one(id="how").text == Texts().factors["yubikey"].setup
    assert "autofocus" in page.one("input", name="otp")


def test_a_factor_of_ones_own_has_its_own_fields_and_no_word_of_ours() -> None:
    fields = {"badge": FormField("Badge", help="On the back.")}
    page = read(enrolment("porter", name="The porter's desk", fields=fields))
    assert page.one("h1").text == "Set up: The porter's desk"
    assert page.all(id="how") == []
    field = page.one("input", name="badge")
    assert field["aria-describedby"] == f"{field['id']}-help"


def test_the_catalogue_may_name_the_fields() -> None:
    own = FactorText("Token", "", labels={"code": "Six digits"}, setup="Switch it on.")
    page = read(enrolment(pages=renderer(texts=Texts(factors={"totp": own})), shown={}))
    assert page.all("label")[0].text == "Six digits"
    assert page.one(id="how").text == "Switch it on."
