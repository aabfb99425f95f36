import pytest

from nextauth.config import Theme
from nextauth.pages import Texts
from tests.unit.pages.dom import read
from tests.unit.pages.samples import CALLBACK, TOKEN, error_page, renderer, signout


@pytest.mark.parametrize("code", sorted(Texts().errors))
def test_an_error_has_its_text_its_status_and_two_ways_on(code: str) -> None:
    response = error_page(code)
    page, said = read(response), Texts().errors[code]
    assert response.status == said.status
    assert page.one("h1").text == said.title
    assert page.one(**{"class": "message"}).text == said.message
    assert {link["href"] for link in page.all("a")} == {"/api/auth/signin", "/"}


def test_access_denied_is_displayed() -> None:
    response = error_page("AccessDenied", pages=renderer(Theme(name="Example")))
    page = read(response)
    assert response.status == 403
    assert page.one("h1").text == "Access Denied"
    assert page.one("title").text == "Error: Access Denied – Example"  # noqa: RUF001
    assert page.one(**{"class": "site"}).text == "Example"


@pytest.mark.parametrize(
    ("code", "first"),
    [("AccessDenied", "/api/auth/signin"), ("UntrustedHost", "/"), ("UnknownAction", "/")],
)
def test_the_main_button_leads_to_where_it_helps(code: str, first: str) -> None:
    main, other = read(error_page(code)).all("a")
    assert main["href"] == first
    assert (main["class"], other["class"]) == ("button", "button quiet")


def test_from_right_to_left_every_name_keeps_its_own_direction() -> None:
    pages = renderer(Theme(name="Yes!"), Texts(lang="he", dir="rtl", verify_home="אל {host}"))
    name = "\u2068Yes!\u2069"
    assert read(signout(pages)).one("h1").text == f"Sign out of {name}?"
    sent = read(pages.verify_request(home_url="/", host="example.org:81"))
    assert sent.one("a").text == "אל \u2068example.org:81\u2069"
    assert sent.one("title").text == f"Check your e-mail – {name}"  # noqa: RUF001
    assert sent.one("bdi").text == "Yes!"


def test_the_status_of_an_error_can_be_given() -> None:
    assert error_page("Configuration", status=418).status == 418


def test_no_error_at_all_is_the_default_one() -> None:
    assert error_page(None).body == error_page("Default").body


def test_signing_out_is_asked_for() -> None:
    page = read(signout(renderer(Theme(name="Example"))))
    form = page.one("form")
    assert (form["action"], form["method"]) == ("/api/auth/signout", "post")
    assert form.one("input", name="csrfToken")["value"] == TOKEN
    assert form.one("input", name="callbackUrl")["value"] == CALLBACK
    assert form.one("button").text == "Sign out"
    assert page.one(id=form["aria-labelledby"] or "").text == "Sign out of Example?"
    assert page.one("a")["href"] == CALLBACK


def test_signing_out_of_a_site_without_a_name_has_a_heading_too() -> None:
    assert read(signout(renderer())).one("h1").text == "Sign out?"


@pytest.mark.parametrize("url", ["https://example.org/a?b=c", "HTTP://example.org", "/", "/a"])
def test_the_way_back_is_a_link_to_the_web(url: str) -> None:
    assert read(signout(renderer(), url)).one("a")["href"] == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "https:///",
        "",
    ],
)
def test_the_way_back_never_runs_script_nor_leads_astray(url: str) -> None:
    assert read(signout(renderer(), url)).all("a") == []


def test_after_a_sign_in_mail_the_page_says_to_look_for_it() -> None:
    response = renderer(Theme(name="Example")).verify_request(
        home_url="https://example.org/", host="example.org"
    )
    page = read(response)
    assert response.status == 200
    assert page.one("h1").text == "Check your e-mail"
    assert page.one("title").text == "Check your e-mail – Example"  # noqa: RUF001
    assert (page.one("a")["href"], page.one("a").text) == (
        "https://example.org/",
        "Back to example.org",
    )
