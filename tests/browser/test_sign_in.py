"""Shows that a person signs in and out in Chromium, in every way that a person does it."""

import pytest

pytest.importorskip("playwright", reason="The Python package playwright is not installed.")

from playwright.sync_api import Page, expect

from tests.browser.demo_site import ADA, ADAS_PASSWORD, DemoSite
from tests.browser.steps import (
    expect_nobody,
    expect_private,
    expect_sign_in_page,
    fill_in,
    session_of,
    sign_in,
)

pytestmark = pytest.mark.browser
NO_JAVASCRIPT = {"java_script_enabled": False}


def test_the_sign_in_page_leads_to_the_site_where_every_request_knows_the_person(
    page: Page, demo: DemoSite
) -> None:
    page.goto(demo.url("/api/auth/signin"))
    fill_in(page)
    expect(page).to_have_url(demo.url("/"))
    expect(page.get_by_role("heading", name="Hello, Ada Lovelace")).to_be_visible()
    page.get_by_role("link", name="Your page").click()
    expect_private(page, demo)
    page.reload()
    expect_private(page, demo)
    assert session_of(page, demo)["user"] == {"name": "Ada Lovelace", "email": ADA}


def test_the_protected_page_leads_to_sign_in_and_back(page: Page, demo: DemoSite) -> None:
    page.goto(demo.url("/"))
    page.get_by_role("link", name="The protected page").click()
    expect(page.get_by_role("heading", name="Sign in to nextauth demo")).to_be_visible()
    expect_sign_in_page(page)
    fill_in(page)
    expect_private(page, demo)


def test_no_script_can_read_a_cookie_and_the_session_cookie_is_lax(
    page: Page, demo: DemoSite
) -> None:
    sign_in(page, demo)
    assert page.evaluate("document.cookie") == ""
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    session = cookies["authjs.session-token"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Lax")


def test_a_wrong_password_shows_the_message_and_the_next_try_still_leads_back(
    page: Page, demo: DemoSite
) -> None:
    page.goto(demo.url("/private"))
    fill_in(page, password="not-the-password")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Sign-in failed")
    expect(alert).to_contain_text("The details you entered are not correct.")
    expect_sign_in_page(page, error="CredentialsSignin")
    assert "not-the-password" not in page.content()
    assert "not-the-password" not in page.url
    fill_in(page)
    expect_private(page, demo)


def test_a_wrong_password_and_an_unknown_address_look_alike(page: Page, demo: DemoSite) -> None:
    shown = []
    for email, password in ((ADA, "wrong"), ("nobody@example.com", "wrong")):
        page.goto(demo.url("/api/auth/signin"))
        fill_in(page, email=email, password=password)
        expect(page.get_by_role("alert")).to_be_visible()
        shown.append((page.url, page.get_by_role("main").inner_text()))
    assert shown[0] == shown[1]
    expect_nobody(page, demo)


def test_the_seeds_bare_form_signs_in_without_a_csrf_field(page: Page, demo: DemoSite) -> None:
    page.goto(demo.url("/bare"))
    assert page.context.cookies() == []
    expect(page.locator("input[name=csrfToken]")).to_have_count(0)
    fill_in(page)
    expect_private(page, demo)


def test_signing_out_asks_first_and_then_nobody_is_signed_in(page: Page, demo: DemoSite) -> None:
    sign_in(page, demo)
    page.get_by_role("link", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign out of nextauth demo?")).to_be_visible()
    assert session_of(page, demo)["user"]["email"] == ADA
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(demo.url("/"))
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    assert "authjs.session-token" not in {cookie["name"] for cookie in page.context.cookies()}
    expect_nobody(page, demo)


def test_the_keyboard_alone_signs_in(page: Page, demo: DemoSite) -> None:
    page.goto(demo.url("/private"))
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(ADA)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(ADAS_PASSWORD)
    page.keyboard.press("Enter")
    expect_private(page, demo)


def test_the_keyboard_reaches_the_button_and_shows_where_it_is(page: Page, demo: DemoSite) -> None:
    page.goto(demo.url("/private"))
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(ADA)
    page.keyboard.press("Tab")
    page.keyboard.type(ADAS_PASSWORD)
    page.keyboard.press("Tab")
    button = page.get_by_role("button", name="Sign in")
    expect(button).to_be_focused()
    expect(button).to_have_css("outline-style", "solid")
    expect(button).to_have_css("outline-width", "2px")
    page.keyboard.press("Space")
    expect_private(page, demo)


@pytest.mark.parametrize("context_options", [NO_JAVASCRIPT], ids=["no JavaScript"])
def test_without_javascript_a_person_signs_in_and_out(page: Page, demo: DemoSite) -> None:
    page.goto(demo.url("/private"))
    fill_in(page, password="wrong")
    expect(page.get_by_role("alert")).to_contain_text("Sign-in failed")
    fill_in(page)
    expect_private(page, demo)
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(demo.url("/"))
    expect_nobody(page, demo)
